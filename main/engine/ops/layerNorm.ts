/**
 * Layer norm: y = n · w + b over each row, n = (x − mean) · r, r = rsqrt(var + ε) (Ba et al. 2016, arXiv 1607.06450).
 * dx = r · (dn − mean(dn) − n · mean(dn·n)). Kept: n in the backend's precision, and r.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { gained } from './gained.ts';
import { compact, expand } from './kernels.ts';

/** x (N, D) → rows of mean 0 and variance 1. */
function normalised(x: Tensor, epsilon: number): Tensor {
  return differentiable([x], () => {
    const centred = x.sub(x.mean(-1, true));
    const r = centred.square().mean(-1, true).add(epsilon).rsqrt(); // (N, 1)
    const n = centred.mul(r);
    return {
      value: n,
      keep: [compact(n), r],
      gradient: (dn, [kept, factor]) => {
        const rows = expand(kept);
        const centre = dn.sub(dn.mean(-1, true));
        return [centre.sub(rows.mul(dn.mul(rows).mean(-1, true))).mul(factor)];
      },
    };
  });
}

/** x (N, D), weight and bias (D), or (N, D) of rows of their own, frozen → (N, D). Gradient to x only. */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  return gained(normalised(x, epsilon), { weight, bias });
}

/** As layerNorm with weight and bias trained. */
export function trainedLayerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  return gained(normalised(x, epsilon), { weight, bias }, true);
}
