/** Of the test of a backend. */
import { wordsOf } from './words.ts';

export const selfTestWords = wordsOf('selfTest', {
  product: { en: 'matrix product', ja: '行列積' },
  relativeError: { en: 'relative error {error}', ja: '相対誤差 {error}' },
  engineProcess: { en: 'engine process', ja: 'エンジンのプロセス' },
  gradient: { en: 'gradient', ja: '勾配' },
  opens: { en: 'opens', ja: '開けること' },
  noLeaks: { en: 'no leaks', ja: 'メモリリークなし' },
  tensorsLeft: { en: '{grown} tensors left after 20 runs', ja: '20 回の実行後に {grown} 個のテンソルが残っています' },
  opening: { en: 'Opening {backend} in {precision}', ja: '{backend} を {precision} で開いています' },
  measuring: { en: 'Measuring speed', ja: '速度を測っています' },
});
