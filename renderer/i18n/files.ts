/** Words of choosing, dropping and handing over files. */
import { catalogue } from './catalogue.ts';

export const fileWords = catalogue(
  {
    handingOver: 'Handing the file to Graft',
    doneOf: (done: string, total: string) => `${done} of ${total}`,
    path: 'Path',
    pathHint: 'Type or paste a path, or walk to it below. Nothing is uploaded: Graft reads it where it lies.',
    places: 'Places',
    up: 'Folder above',
    chooseThis: 'Use this',
    chooseFolder: 'Use this folder',
    emptyFolder: 'Nothing here that could be used.',
    folderContent: 'Content of the folder',
  },
  {
    handingOver: 'ファイルを Graft に渡しています',
    doneOf: (done, total) => `${done} / ${total}`,
    path: 'パス',
    pathHint: 'パスを入力するか、下の一覧からたどってください。アップロードはせず、その場所から直接読み込みます。',
    places: '場所',
    up: '上のフォルダー',
    chooseThis: 'これを使う',
    chooseFolder: 'このフォルダーを使う',
    emptyFolder: '使えるものはここにありません。',
    folderContent: 'フォルダーの内容',
  },
);
