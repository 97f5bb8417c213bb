/** Of runs: starting, stopping and resuming. */
import { wordsOf } from './words.ts';

export const runWords = wordsOf('runs', {
  nothingToResume: {
    en: 'The run {name} is {state}; there is nothing to resume.',
    ja: '学習 {name} の状態は{state}で、再開するものがありません。',
  },
  nothingToCompare: {
    en: 'There is nothing to compare of the run {name}: only a run that was stopped and saved, without its comparison, has that open, as long as its checkpoint and rows to evaluate on are there.',
    ja: '学習 {name} には比較するものがありません。比較できるのは、停止して保存したときに比較を省いた学習だけで、そのチェックポイントと評価用の行も必要です。',
  },
  lookOrResume: {
    en: 'Look at it with `run show`, or resume it: it compares at its end.',
    ja: '`run show` で確かめるか、再開してください。再開した学習は最後に比較します。',
  },
  newFromAdapter: { en: 'Start a new run from its adapter.', ja: 'そのアダプターから新しい学習を始めてください。' },
  waitOrStop: { en: 'Wait until it has ended, or stop it first.', ja: '終わるまで待つか、先に停止してください。' },
  alreadyEnded: { en: 'The run {name} is {state} already.', ja: '学習 {name} の状態はすでに{state}です。' },
  needsName: { en: 'A run needs a name.', ja: '学習ジョブには名前が必要です。' },
  giveName: { en: 'Give it one.', ja: '名前を付けてください。' },
  stopFirst: { en: 'Stop it first, or stop and discard it.', ja: '先に停止するか、停止して破棄してください。' },
  isRunning: { en: 'The run {name} is running.', ja: '学習 {name} は進行中です。' },
  notQueued: {
    en: 'The run {name} does not wait in the queue: it is {state}.',
    ja: '学習 {name} はキューで待っていません。状態は{state}です。',
  },
  inTrash: { en: 'The run {name} is in the trash.', ja: '学習 {name} はゴミ箱にあります。' },
  chooseModel: { en: 'Choose a base model.', ja: 'ベースモデルを選んでください。' },
  chooseDataset: { en: 'Choose a dataset.', ja: 'データセットを選んでください。' },
  noAdapter: {
    en: 'There is no adapter {adapter}, neither a folder nor in the library.',
    ja: '{adapter} というアダプターは、フォルダーにもライブラリにもありません。',
  },
  chooseAdapter: {
    en: 'Choose one of the library, or name a folder with adapter_config.json.',
    ja: 'ライブラリから選ぶか、adapter_config.json のあるフォルダーを指定してください。',
  },
});
