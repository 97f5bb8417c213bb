/** Of the engine's process: its start, its end and what it died of. */
import { wordsOf } from './words.ts';

export const engineProcessWords = wordsOf('engineProcess', {
  closed: { en: 'The engine was closed.', ja: 'エンジンは閉じられました。' },
  studioCloses: { en: 'The studio is closing.', ja: 'スタジオを終了しています。' },
  notStarted: {
    en: 'The engine process did not start within {seconds} s.',
    ja: 'エンジンのプロセスが {seconds} 秒以内に開始しませんでした。',
  },
  overloaded: {
    en: 'The machine may be overloaded: try again; `doctor` checks the backends.',
    ja: 'マシンの負荷が高いのかもしれません。もう一度試してください。`doctor` でバックエンドを調べられます。',
  },
  diedOften: {
    en: 'The engine died {failures} times in a row and is not started again. Last: {last}',
    ja: 'エンジンが {failures} 回続けて停止したため、もう開始しません。最後のエラー: {last}',
  },
  runDoctor: {
    en: 'Run `doctor`, then start Graft again.',
    ja: '`doctor` を実行してから、Graft をもう一度起動してください。',
  },
  cancelledBefore: { en: 'Cancelled before it began.', ja: '始まる前にキャンセルしました。' },
  ended: {
    en: 'The engine did not stop within {seconds} s and was ended.',
    ja: 'エンジンが {seconds} 秒以内に止まらなかったため、終了させました。',
  },
  resumeFromCheckpoint: {
    en: 'The last checkpoint is kept: resume the run from it.',
    ja: '最後のチェックポイントは残っています。そこから学習を再開してください。',
  },
  lessMemory: {
    en: 'Use a smaller batch size or maximum length, turn recomputation on, or close other programs; then resume the run.',
    ja: 'バッチサイズか最大長を小さくする、再計算をオンにする、ほかのプログラムを閉じるなどしてから、学習を再開してください。',
  },
  outOfMemory: { en: 'The engine process ran out of memory', ja: 'エンジンのプロセスがメモリ不足になりました' },
  deviceLost: { en: 'The engine process lost its device', ja: 'エンジンのプロセスがデバイスを失いました' },
  died: { en: 'The engine process died', ja: 'エンジンのプロセスが停止しました' },
  checkDriver: {
    en: 'Check the graphics driver, then resume the run, or choose TensorFlow on the CPU.',
    ja: 'グラフィックスのドライバーを確かめてから学習を再開するか、CPU の TensorFlow を選んでください。',
  },
  resumeRun: {
    en: 'Resume the run from its last checkpoint; `doctor` checks the backend.',
    ja: '最後のチェックポイントから学習を再開してください。`doctor` でバックエンドを調べられます。',
  },
  because: { en: '{headline} ({how}).', ja: '{headline}（{how}）。' },
  /** `words`: the last of its own. */
  becauseSaying: { en: '{headline} ({how}): {words}', ja: '{headline}（{how}）: {words}' },
  unknown: { en: 'unknown', ja: '不明' },
  exitStatus: { en: 'exit status {code}', ja: '終了ステータス {code}' },
  signal: { en: 'signal {signal}', ja: 'シグナル {signal}' },
  killed: {
    en: 'The engine process was killed, as the system does when memory runs out',
    ja: 'エンジンのプロセスが強制終了されました。メモリ不足のときにシステムが行う動作です',
  },
});
