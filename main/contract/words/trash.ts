/** Of what lies in the trash, and what does not. */
import { wordsOf } from './words.ts';

export const trashWords = wordsOf('trash', {
  several: {
    en: ({ name }: { readonly name: string }) => `Several things in the trash are called ${name}.`,
    ja: ({ name }) => `ゴミ箱に ${name} という名前のものが複数あります。`,
  },
  giveId: {
    en: ({ ids }: { readonly ids: readonly string[] }) => `Give its id: ${ids.join(', ')}.`,
    ja: ({ ids }) => `ID を指定してください: ${ids.join('、')}。`,
  },
  modelNotThere: {
    en: ({ name }: { readonly name: string }) => `The model ${name} is not in the trash.`,
    ja: ({ name }) => `モデル ${name} はゴミ箱にありません。`,
  },
  datasetNotThere: {
    en: ({ name }: { readonly name: string }) => `The dataset ${name} is not in the trash.`,
    ja: ({ name }) => `データセット ${name} はゴミ箱にありません。`,
  },
  importModelAgain: {
    en: 'Import it again: it gets its old id back.',
    ja: 'もう一度取り込めば、以前の ID に戻ります。',
  },
  importDatasetAgain: {
    en: 'Import its file again: it gets its old id back.',
    ja: 'そのファイルをもう一度取り込めば、以前の ID に戻ります。',
  },
});
