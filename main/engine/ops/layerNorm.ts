/**
 * Layer norm: y = (x − mean) · rsqrt(var + ε) · w + b over each row (Ba et al. 2016, arXiv 1607.06450), w and b frozen.
 * With n = (x − mean)·r and g = dy·w: dx = r · (g − mean(g) − n · mean(g·n)). Only x is kept; the rest is recomputed.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';

/** Rows with mean 0 and variance 1, and the factor that made it: (N, D) and (N, 1). */
function normalised(x: Tensor, epsilon: number): { readonly normed: Tensor; readonly r: Tensor } {
  const centred = x.sub(x.mean(-1, true));
  const r = centred.square().mean(-1, true).add(epsilon).rsqrt();
  return { normed: centred.mul(r), r };
}

/** x (N, D), weight and bias (D) → (N, D). Gradient to x only. */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  return differentiable([x], () => ({
    value: normalised(x, epsilon).normed.mul(weight).add(bias),
    keep: [x, weight],
    gradient: (dy, [kept, gain]) => {
      const { normed, r } = normalised(kept, epsilon);
      const g = dy.mul(gain);
      return [
        g
          .sub(g.mean(-1, true))
          .sub(normed.mul(g.mul(normed).mean(-1, true)))
          .mul(r),
      ];
    },
  }));
}
