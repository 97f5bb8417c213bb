/** Of the windows, their files and their connection. */
import { wordsOf } from './words.ts';

export const hostWords = wordsOf('hosts', {
  beingExchanged: {
    en: 'The data folder is being restored or moved.',
    ja: 'データフォルダーを復元または移動しています。',
  },
  waitAMoment: {
    en: 'Wait a moment: the windows come back by themselves.',
    ja: '少しお待ちください。ウィンドウは自動的に戻ります。',
  },
  nothingUploaded: { en: 'Nothing was uploaded.', ja: '何もアップロードされませんでした。' },
  chooseAgain: { en: 'Choose the file again.', ja: 'もう一度ファイルを選んでください。' },
  uploadGone: { en: 'The uploaded file is not there any more.', ja: 'アップロードしたファイルはもうありません。' },
  noRoom: {
    en: 'The file has {needed}, and only {free} are free.',
    ja: 'ファイルは {needed} ありますが、空きは {free} しかありません。',
  },
  freeAndRetry: { en: 'Free some space and try again.', ja: '空きを作ってから、もう一度試してください。' },
  notTaken: { en: '{name} could not be taken: {message}', ja: '{name} を受け取れませんでした: {message}' },
  portTaken: { en: 'Port {asked} is not free.', ja: 'ポート {asked} は使われています。' },
  otherPort: { en: 'Name another one, or leave out --port.', ja: '別のポートを指定するか、--port を外してください。' },
  noPort: { en: 'This machine gave no port on 127.0.0.1.', ja: 'このマシンの 127.0.0.1 でポートを開けませんでした。' },
  notBuilt: {
    en: 'The screens are not built: {dir} is not there.',
    ja: '画面が作られていません。{dir} がありません。',
  },
  npmStart: { en: 'Start Graft with `npm start`.', ja: '`npm start` で Graft を起動してください。' },
  downloadGone: { en: 'This download is not there any more.', ja: 'このダウンロードはもうありません。' },
  saveAgain: { en: 'Save it again from Graft.', ja: 'もう一度 Graft から保存してください。' },
  noSuchAddress: { en: 'There is no {method} {url}.', ja: '{method} {url} はありません。' },
  noFolder: { en: '{dir} is no folder.', ja: '{dir} はフォルダーではありません。' },
  chooseFolder: { en: 'Choose a folder.', ja: 'フォルダーを選んでください。' },
  notFullPath: { en: '{path} is not a full path.', ja: '{path} は完全なパスではありません。' },
  beginWithSlash: {
    en: 'Begin with / (or a drive letter), or with ~/.',
    ja: '/ （またはドライブ文字）か ~/ で始めてください。',
  },
  ownWindowOnly: {
    en: 'Only the window of Graft may ask this.',
    ja: 'これを求められるのは Graft のウィンドウだけです。',
  },
  namesPaths: {
    en: 'The desktop window names paths; it does not upload.',
    ja: 'デスクトップのウィンドウはパスを指定します。アップロードはしません。',
  },
  namesTarget: {
    en: 'The desktop window names a path to write to.',
    ja: 'デスクトップのウィンドウは書き込み先のパスを指定します。',
  },
});
