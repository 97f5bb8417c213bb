/** What an engine process sends that cannot be. */
import { wordsOf } from './words.ts';

export const engineFrameWords = wordsOf('engineFrames', {
  noFrame: {
    en: 'The engine process sent something that is no frame: {why}',
    ja: 'エンジンのプロセスから、解釈できないものが届きました: {why}',
  },
  restartAll: {
    en: 'Stop all of Graft and start it again; report this if it comes back.',
    ja: 'Graft をすべて終了して、もう一度起動してください。繰り返し起きる場合は報告してください。',
  },
  otherProtocol: {
    en: 'The engine process speaks protocol {theirs}, this studio {ours}.',
    ja: 'エンジンのプロトコルは {theirs}、スタジオは {ours} です。',
  },
  startAgain: {
    en: 'Graft was updated while it ran: start it again.',
    ja: '動いている間に Graft が更新されました。もう一度起動してください。',
  },
});
