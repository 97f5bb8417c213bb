/** Of the test of a backend. */
import { wordsOf } from './words.ts';

export const selfTestWords = wordsOf('selfTest', {
  product: { en: 'matrix product', ja: '行列積' },
  relativeError: { en: 'relative error {error}', ja: '相対誤差 {error}' },
  engineProcess: { en: 'engine process', ja: 'エンジンのプロセス' },
  gradient: { en: 'gradient', ja: '勾配' },
  steps: { en: '{steps} optimizer steps', ja: 'オプティマイザー {steps} ステップ' },
  largestError: { en: 'largest error {error}', ja: '最大誤差 {error}' },
  stepShare: {
    en: 'training step ({tokens} tokens, {blocks} blocks of SmolLM2, LoRA r8): {ms} ms, {share} % of it its products at that peak',
    ja: '学習 1 ステップ（{tokens} トークン、SmolLM2 の {blocks} ブロック、LoRA r8）: {ms} ms、うち行列積（ピーク速度で）は {share} %',
  },
  opens: { en: 'opens', ja: '開けること' },
  threads: { en: 'threads', ja: 'スレッド数' },
  threadRates: {
    en: 'width {width}: answers {token, thread|threads} ({tokenRates} tokens/s), prompts {prompt} ({promptRates})',
    ja: '幅 {width}: 回答 {token} スレッド（{tokenRates} トークン/秒）、プロンプト {prompt}（{promptRates}）',
  },
  noLeaks: { en: 'no leaks', ja: 'メモリリークなし' },
  tensorsLeft: { en: '{grown} tensors left after 20 runs', ja: '20 回の実行後に {grown} 個のテンソルが残っています' },
  opening: { en: 'Opening {backend} in {precision}', ja: '{backend} を {precision} で開いています' },
  measuring: { en: 'Measuring speed', ja: '速度を測っています' },
});
