/** Content that the library has already, under another name than the one that was asked for. */
import { wordsOf } from './words.ts';

export const sameContentWords = wordsOf('sameContent', {
  model: {
    en: 'The library has this model already, as "{name}".',
    ja: 'このモデルは「{name}」としてすでにライブラリーにあります。',
  },
  dataset: {
    en: 'The library has this dataset already, as "{name}".',
    ja: 'このデータセットは「{name}」としてすでにライブラリーにあります。',
  },
  adapter: {
    en: 'The library has this adapter already, as "{name}".',
    ja: 'このアダプターは「{name}」としてすでにライブラリーにあります。',
  },
  useOrRename: {
    en: 'Use it under that name, or rename it: `{kind} rename {id} NAME`.',
    ja: 'その名前で使うか、名前を変更してください: `{kind} rename {id} NAME`。',
  },
});
