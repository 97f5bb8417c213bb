/** Pieces that sentences of many domains are put together from. */
import { wordsOf } from './words.ts';

export const commonWords = wordsOf('common', {
  ofField: { en: '{field}: {problem}', ja: '{field}: {problem}' },
  /** A field and a sentence that goes on from it. */
  fieldIs: { en: '{field} {problem}', ja: '{field}: {problem}' },
  list: {
    en: ({ sentences }: { readonly sentences: readonly string[] }) => sentences.join('; '),
    ja: ({ sentences }) => sentences.join('／'),
  },
  someAndMore: {
    en: ({ sentences, more }: { readonly sentences: readonly string[]; readonly more: number }) =>
      sentences.join('; ') + (more > 0 ? `; and ${more} more` : ''),
    ja: ({ sentences, more }) => sentences.join('／') + (more > 0 ? `／ほか ${more} 件` : ''),
  },
  known: { en: 'Known: {names, list}.', ja: '使えるもの: {names, list}。' },
  sentence: { en: '{sentence}', ja: '{sentence}' },
  withRemedy: { en: '{problem} {remedy}', ja: '{problem}{remedy}' },
  cancelled: { en: 'Cancelled.', ja: '中止しました。' },
});
