/** Of the queue of runs. */
import { wordsOf } from './words.ts';

export const runQueueWords = wordsOf('runQueue', {
  queueError: {
    en: ({ message }: { readonly message: string }) => `The queue met an error: ${message}`,
    ja: ({ message }) => `学習のキューでエラーが起きました: ${message}`,
  },
  stopNotRead: {
    en: ({ message }: { readonly message: string }) => `A wish to stop could not be read: ${message}`,
    ja: ({ message }) => `停止の指示を読み取れませんでした: ${message}`,
  },
  metricsNotWritten: {
    en: ({ message }: { readonly message: string }) => `The last metrics could not be written: ${message}`,
    ja: ({ message }) => `最後の指標を書き込めませんでした: ${message}`,
  },
});
