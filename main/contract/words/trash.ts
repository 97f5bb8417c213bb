/** Of what lies in the trash, and what does not. */
import { wordsOf } from './words.ts';

export const trashWords = wordsOf('trash', {
  several: {
    en: 'Several things in the trash are called {name}.',
    ja: 'ゴミ箱に {name} という名前のものが複数あります。',
  },
  giveId: { en: 'Give its id: {ids, list}.', ja: 'ID を指定してください: {ids, list}。' },
  modelNotThere: { en: 'The model {name} is not in the trash.', ja: 'モデル {name} はゴミ箱にありません。' },
  datasetNotThere: { en: 'The dataset {name} is not in the trash.', ja: 'データセット {name} はゴミ箱にありません。' },
  importModelAgain: {
    en: 'Import it again: it gets its old id back.',
    ja: 'もう一度取り込めば、以前の ID に戻ります。',
  },
  importDatasetAgain: {
    en: 'Import its file again: it gets its old id back.',
    ja: 'そのファイルをもう一度取り込めば、以前の ID に戻ります。',
  },
});
