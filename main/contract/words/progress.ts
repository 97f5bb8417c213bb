/** What long work is doing; what it is done to may stand beside it. */
import { wordsOf } from './words.ts';

export const progressWords = wordsOf('progress', {
  tokenising: { en: 'Tokenising', ja: 'トークン化中' },
  comparingRows: { en: 'Comparing rows', ja: '行を比較中' },
  readingRows: { en: 'Reading rows', ja: '行を読み込み中' },
  copying: { en: 'Copying', ja: 'コピー中' },
  checking: { en: 'Checking', ja: '確認中' },
  checkingFile: { en: 'Checking {what}', ja: '確認中: {what}' },
  writing: { en: 'Writing', ja: '書き込み中' },
  packing: { en: 'Packing', ja: '圧縮中' },
  moving: { en: 'Moving', ja: '移動中' },
  restoring: { en: 'Restoring', ja: '復元中' },
  cleared: { en: 'Cleared', ja: '削除済み' },
  clearing: { en: 'Clearing {what}', ja: '削除中: {what}' },
  fetching: { en: 'Fetching {what}', ja: '取得中: {what}' },
  unpackingWheel: { en: 'Unpacking', ja: '展開中' },
  testing: { en: 'Testing {what}', ja: 'テスト中: {what}' },
  /** `what` says of `of` how far it is. */
  of: { en: '{of}: {what}', ja: '{of}: {what}' },
  backingUp: { en: 'Backing up', ja: 'バックアップ中' },
  comparing: { en: 'Comparing with the original', ja: '元と比較中' },
  comparingEngines: { en: 'Comparing llama.cpp with the tensors', ja: 'llama.cpp とテンソルを比較中' },
  convertingForLlamaCpp: { en: 'Converting for llama.cpp', ja: 'llama.cpp 用に変換中' },
  measuringEngines: { en: 'Measuring how fast both engines write', ja: '両エンジンの速さを測定中' },
  waitsForAnswer: {
    en: 'Resting while an answer is written',
    ja: '回答が書き込まれている間は休止中',
  },
  findingFactors: { en: 'Finding the largest singular values', ja: '最大の特異値を計算中' },
  waitingForInstallation: { en: 'Waiting for another installation', ja: '別のインストールの完了待ち' },
  waitingForFetch: { en: 'Waiting for another fetch', ja: '別の取得の完了待ち' },
});
