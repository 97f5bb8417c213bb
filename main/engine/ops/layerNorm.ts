/**
 * Layer norm: y = n · w + b over each row, n = (x − mean) · r, r = rsqrt(var + ε) (Ba et al. 2016, arXiv 1607.06450).
 * With g = dy·w: dx = r · (g − mean(g) − n · mean(g·n)); dw = Σ dy·n; db = Σ dy. Only x is kept; the rest is
 * recomputed.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';

interface Normalised {
  /** Rows with mean 0 and variance 1, (N, D). */
  readonly normed: Tensor;
  /** The factor that made it, (N, 1). */
  readonly r: Tensor;
}

function normalised(x: Tensor, epsilon: number): Normalised {
  const centred = x.sub(x.mean(-1, true));
  const r = centred.square().mean(-1, true).add(epsilon).rsqrt();
  return { normed: centred.mul(r), r };
}

function gradientToInput(dy: Tensor, gain: Tensor, { normed, r }: Normalised): Tensor {
  const g = dy.mul(gain);
  return g
    .sub(g.mean(-1, true))
    .sub(normed.mul(g.mul(normed).mean(-1, true)))
    .mul(r);
}

/** x (N, D), weight and bias (D), or (N, D) of rows of their own, frozen → (N, D). Gradient to x only. */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  return differentiable([x], () => ({
    value: normalised(x, epsilon).normed.mul(weight).add(bias),
    keep: [x, weight],
    gradient: (dy, [kept, gain]) => [gradientToInput(dy, gain, normalised(kept, epsilon))],
  }));
}

/** As layerNorm with weight and bias trained. */
export function trainedLayerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  return differentiable([x, weight, bias], () => ({
    value: normalised(x, epsilon).normed.mul(weight).add(bias),
    keep: [x, weight],
    gradient: (dy, [kept, gain]) => {
      const parts = normalised(kept, epsilon);
      return [gradientToInput(dy, gain, parts), dy.mul(parts.normed).sum(0), dy.sum(0)];
    },
  }));
}
