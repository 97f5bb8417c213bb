/** What many parts of the core say. */
import { wordsOf } from './words.ts';

export const coreWords = wordsOf('core', {
  cancelled: { en: 'Cancelled.', ja: 'キャンセルしました。' },
  /** The first names of a longer list. */
  andMore: { en: '{names, list} and {more} more', ja: '{names, list} ほか {more} 件' },
});
