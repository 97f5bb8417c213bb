/** Of tasks: long work. */
import { wordsOf } from './words.ts';

export const taskWords = wordsOf('tasks', {
  stillRunning: { en: 'This is still running.', ja: 'まだ進行中です。' },
  cancelFirst: { en: 'Cancel it first.', ja: '先にキャンセルしてください。' },
  notKnown: { en: 'This task is not known any more.', ja: 'このタスクの記録はもうありません。' },
  lookAtResult: { en: 'Look at its result instead.', ja: '代わりに結果を確かめてください。' },
});
