/** Of the queue of runs. */
import { wordsOf } from './words.ts';

export const runQueueWords = wordsOf('runQueue', {
  queueError: { en: 'The queue met an error: {message}', ja: '学習のキューでエラーが起きました: {message}' },
  stopNotRead: { en: 'A wish to stop could not be read: {message}', ja: '停止の指示を読み取れませんでした: {message}' },
  metricsNotWritten: {
    en: 'The last metrics could not be written: {message}',
    ja: '最後の指標を書き込めませんでした: {message}',
  },
});
