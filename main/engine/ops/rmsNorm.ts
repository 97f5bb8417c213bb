/**
 * RMS norm: y = n · w, n = x · r, r = rsqrt(mean(x²) + ε) (Zhang & Sennrich 2019, arXiv 1910.07467).
 * dx = r · (dn − n · mean(dn·n)). Kept: n in the backend's precision, and r.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { gained } from './gained.ts';
import { compact, expand } from './kernels.ts';

/** x (N, D) → rows of root mean square 1. */
function normalised(x: Tensor, epsilon: number): Tensor {
  return differentiable([x], () => {
    const r = x.square().mean(-1, true).add(epsilon).rsqrt(); // (N, 1)
    const n = x.mul(r);
    return {
      value: n,
      keep: [compact(n), r],
      gradient: (dn, [kept, factor]) => {
        const rows = expand(kept);
        return [dn.sub(rows.mul(dn.mul(rows).mean(-1, true))).mul(factor)];
      },
    };
  });
}

/** x (N, D), weight (D) frozen → (N, D). */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  return gained(normalised(x, epsilon), { weight });
}

/** As rmsNorm with the weight trained. */
export function trainedRmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  return gained(normalised(x, epsilon), { weight }, true);
}
