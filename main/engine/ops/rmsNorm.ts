/**
 * RMS norm: y = x · rsqrt(mean(x²) + ε) · w (Zhang & Sennrich 2019, arXiv 1910.07467). With n = x·r, r = rsqrt(…):
 * dx = r · (g − n · mean(g·n)), g = dy·w; dw = Σ dy·n. Only x is kept; r is recomputed.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';

/** 1 / root mean square of each row: (N, D) → (N, 1). */
function inverseRms(x: Tensor, epsilon: number): Tensor {
  return x.square().mean(-1, true).add(epsilon).rsqrt();
}

function gradientToInput(
  x: Tensor,
  weight: Tensor,
  dy: Tensor,
  epsilon: number,
): { readonly dx: Tensor; readonly normed: Tensor } {
  const r = inverseRms(x, epsilon);
  const normed = x.mul(r);
  const g = dy.mul(weight);
  return { dx: g.sub(normed.mul(g.mul(normed).mean(-1, true))).mul(r), normed };
}

/** x (N, D), weight (D) frozen → (N, D). */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  return differentiable([x], () => ({
    value: x.mul(inverseRms(x, epsilon)).mul(weight),
    keep: [x, weight],
    gradient: (dy, [kept, gain]) => [gradientToInput(kept, gain, dy, epsilon).dx],
  }));
}

/** As rmsNorm with the weight trained. */
export function trainedRmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  return differentiable([x, weight], () => ({
    value: x.mul(inverseRms(x, epsilon)).mul(weight),
    keep: [x, weight],
    gradient: (dy, [kept, gain]) => {
      const { dx, normed } = gradientToInput(kept, gain, dy, epsilon);
      return [dx, dy.mul(normed).sum(0)];
    },
  }));
}
