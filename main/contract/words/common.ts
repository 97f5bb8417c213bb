/** Pieces that sentences of many domains are put together from. */
import { wordsOf } from './words.ts';

interface OfField {
  readonly field: string;
  readonly problem: string;
}

export const commonWords = wordsOf('common', {
  ofField: {
    en: ({ field, problem }: OfField) => `${field}: ${problem}`,
    ja: ({ field, problem }) => `${field}: ${problem}`,
  },
  /** A field and a sentence that goes on from it. */
  fieldIs: {
    en: ({ field, problem }: OfField) => `${field} ${problem}`,
    ja: ({ field, problem }) => `${field}: ${problem}`,
  },
  list: {
    en: ({ sentences }: { readonly sentences: readonly string[] }) => sentences.join('; '),
    ja: ({ sentences }) => sentences.join('／'),
  },
  someAndMore: {
    en: ({ sentences, more }: { readonly sentences: readonly string[]; readonly more: number }) =>
      sentences.join('; ') + (more > 0 ? `; and ${more} more` : ''),
    ja: ({ sentences, more }) => sentences.join('／') + (more > 0 ? `／ほか ${more} 件` : ''),
  },
  known: {
    en: ({ names }: { readonly names: readonly string[] }) => `Known: ${names.join(', ')}.`,
    ja: ({ names }) => `使えるもの: ${names.join('、')}。`,
  },
  sentence: { en: ({ sentence }: { readonly sentence: string }) => sentence, ja: ({ sentence }) => sentence },
  withRemedy: {
    en: ({ problem, remedy }: { readonly problem: string; readonly remedy: string }) => `${problem} ${remedy}`,
    ja: ({ problem, remedy }) => `${problem}${remedy}`,
  },
  cancelled: { en: 'Cancelled.', ja: '中止しました。' },
});
