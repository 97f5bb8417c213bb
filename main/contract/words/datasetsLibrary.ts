/** Of datasets in the library and of texts to classify. */
import { wordsOf } from './words.ts';

export const datasetLibraryWords = wordsOf('datasetsLibrary', {
  takesIds: {
    en: 'The model {name} was imported without a tokenizer and takes token ids alone.',
    ja: 'モデル {name} はトークナイザーなしで取り込まれたため、トークン ID だけを受け取ります。',
  },
  idsOrTokenizer: {
    en: 'Use a dataset of input_ids, or import the model with its tokenizer.json.',
    ja: 'input_ids のデータセットを使うか、tokenizer.json とともにモデルを取り込んでください。',
  },
  neededByRun: { en: 'The run "{run}" needs {name}.', ja: '学習「{run}」が {name} を必要としています。' },
  removedMeanwhile: {
    en: 'The dataset was removed while it was imported.',
    ja: '取り込みの途中でデータセットが削除されました。',
  },
  importAgain: { en: 'Import it again.', ja: 'もう一度取り込んでください。' },
  noSample: { en: 'There is no sample dataset "{id}".', ja: '「{id}」というサンプルデータセットはありません。' },
  chooseSample: { en: 'Choose one of: {ids, list}.', ja: '{ids, list} から選んでください。' },
});
