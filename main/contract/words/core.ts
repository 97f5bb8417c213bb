/** What many parts of the core say. */
import { wordsOf } from './words.ts';

export const coreWords = wordsOf('core', {
  cancelled: { en: 'Cancelled.', ja: 'キャンセルしました。' },
  /** The first names of a longer list. */
  andMore: {
    en: ({ names, more }: { readonly names: readonly string[]; readonly more: number }) =>
      `${names.join(', ')} and ${more} more`,
    ja: ({ names, more }) => `${names.join('、')} ほか ${more} 件`,
  },
});
