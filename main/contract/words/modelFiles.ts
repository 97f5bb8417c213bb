/** Of the files that make a model: bringing them in, and correcting them in place. */
import { wordsOf } from './words.ts';

export const modelFileWords = wordsOf('modelFiles', {
  nothingToCorrectWith: {
    en: '{path} holds nothing that a model could be corrected with.',
    ja: '{path} には、モデルの修正に使えるファイルがありません。',
  },
  whatCorrects: {
    en: 'Name a model folder with the same weights, a folder with tokenizer, template or configuration files, or one such file.',
    ja: '同じ重みのモデルのフォルダー、トークナイザー・テンプレート・設定ファイルの入ったフォルダー、またはそのファイル 1 つを指定してください。',
  },
  otherWeights: { en: '{path} holds other weights than {name}.', ja: '{path} の重みは {name} のものと異なります。' },
  importOtherWeights: {
    en: 'Import it as a model of its own, or name a folder with the same weights, or without any.',
    ja: '別のモデルとして取り込むか、同じ重みの、または重みのないフォルダーを指定してください。',
  },
  nothingKept: { en: 'No former files of {name} are kept.', ja: '{name} の以前のファイルは残っていません。' },
  correctAnew: {
    en: 'It was never corrected, or the trash was emptied since: correct it with the files that it should have.',
    ja: '一度も修正していないか、その後ゴミ箱が空にされました。あるべきファイルで修正してください。',
  },
  thereAlready: {
    en: 'The library has what would come of it already, as "{name}".',
    ja: '修正した結果と同じものが、「{name}」としてすでにライブラリーにあります。',
  },
  useOrRemove: { en: 'Use {name}, or remove it first.', ja: '{name} を使うか、先に取り除いてください。' },
  gone: { en: 'The files of {name} are gone from {dir}.', ja: '{name} のファイルが {dir} からなくなっています。' },
  importAgain: { en: 'Import the model again.', ja: 'モデルをもう一度取り込んでください。' },
});
