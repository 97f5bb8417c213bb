/** The states of a run, as a piece of a sentence. */
import { wordsOf } from './words.ts';

export const runStateWords = wordsOf('runStates', {
  queued: { en: 'queued', ja: '待機中' },
  running: { en: 'running', ja: '進行中' },
  succeeded: { en: 'succeeded', ja: '完了' },
  failed: { en: 'failed', ja: '失敗' },
  cancelled: { en: 'cancelled', ja: '停止' },
  interrupted: { en: 'interrupted', ja: '中断' },
});
