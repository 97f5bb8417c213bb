/** Of datasets in the library and of texts to classify. */
import { wordsOf } from './words.ts';

export const datasetLibraryWords = wordsOf('datasetsLibrary', {
  takesIds: {
    en: ({ name }: { readonly name: string }) =>
      `The model ${name} was imported without a tokenizer and takes token ids alone.`,
    ja: ({ name }) => `モデル ${name} はトークナイザーなしで取り込まれたため、トークン ID だけを受け取ります。`,
  },
  idsOrTokenizer: {
    en: 'Use a dataset of input_ids, or import the model with its tokenizer.json.',
    ja: 'input_ids のデータセットを使うか、tokenizer.json とともにモデルを取り込んでください。',
  },
  neededByRun: {
    en: ({ run, name }: { readonly run: string; readonly name: string }) => `The run "${run}" needs ${name}.`,
    ja: ({ run, name }) => `学習「${run}」が ${name} を必要としています。`,
  },
  removedMeanwhile: {
    en: 'The dataset was removed while it was imported.',
    ja: '取り込みの途中でデータセットが削除されました。',
  },
  importAgain: { en: 'Import it again.', ja: 'もう一度取り込んでください。' },
  noSample: {
    en: ({ id }: { readonly id: string }) => `There is no sample dataset "${id}".`,
    ja: ({ id }) => `「${id}」というサンプルデータセットはありません。`,
  },
  chooseSample: {
    en: ({ ids }: { readonly ids: readonly string[] }) => `Choose one of: ${ids.join(', ')}.`,
    ja: ({ ids }) => `${ids.join('、')} から選んでください。`,
  },
});
