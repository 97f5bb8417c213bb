/** What a window says of its own work: the connection to the studio, files that are handed over. */
import { wordsOf } from './words.ts';

export const windowWords = wordsOf('window', {
  connectionLost: { en: 'The connection to Graft was lost.', ja: 'Graft との接続が切れました。' },
  reconnects: {
    en: 'Graft reconnects by itself as soon as it runs again.',
    ja: 'Graft がふたたび動き始めると、自動で接続し直します。',
  },
  handingFailed: { en: 'The file could not be handed to Graft.', ja: 'ファイルを Graft に渡せませんでした。' },
  lookAndRetry: {
    en: 'Look whether Graft still runs, then try again.',
    ja: 'Graft が動いているか確かめて、もう一度試してください。',
  },
  anotherFile: { en: 'Another file is still on its way.', ja: '別のファイルを受け渡し中です。' },
  waitForFile: { en: 'Wait for it, or cancel it.', ja: '終わるまで待つか、中止してください。' },
  noModel: { en: 'There is no model to answer.', ja: '答えるモデルがありません。' },
  addModel: { en: 'Add one on the Models screen.', ja: 'モデルの画面で追加してください。' },
});
