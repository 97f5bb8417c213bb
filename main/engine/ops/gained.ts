/** Gain and bias of a norm: y = n · w + b. dn = dy·w; dw = Σ dy·n; db = Σ dy. */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { madeOf } from './keptInputs.ts';
import { compact, expand } from './kernels.ts';

export interface Gain {
  /** (D), or (N, D) of rows of their own. */
  readonly weight: Tensor;
  readonly bias?: Tensor;
}

/** n (N, D) normalised rows → (N, D). Gradient to n, and where the gain is trained to that. */
export function gained(n: Tensor, { weight, bias }: Gain, isTrained = false): Tensor {
  const apply = (rows: Tensor, [w, b]: readonly (Tensor | undefined)[]): Tensor => {
    const product = rows.mul(w as Tensor);
    return b ? product.add(b) : product;
  };
  const vectors = bias ? [weight, bias] : [weight];
  const y = differentiable(isTrained ? [n, ...vectors] : [n], () => ({
    value: apply(n, vectors),
    keep: isTrained ? [weight, compact(n)] : [weight],
    gradient: (dy, [w, rows]) => {
      const dn = dy.mul(w);
      if (!isTrained) return [dn];
      return [dn, dy.mul(expand(rows)).sum(0), ...(bias ? [dy.sum(0)] : [])];
    },
  }));
  return madeOf(y, { of: [n, ...vectors], make: ([rows, ...kept]) => apply(expand(rows), kept.map(expand)) });
}
