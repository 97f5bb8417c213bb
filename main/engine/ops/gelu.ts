/**
 * GELU as BERT has it (Hendrycks & Gimpel 2016, arXiv 1606.08415): y = x · Φ(x), Φ(x) = (1 + erf(x / √2)) / 2, so
 * dy/dx = Φ(x) + x · e^(−x²/2) / √(2π). Only x is kept.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';

const normalShare = (x: Tensor): Tensor => x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);

export function gelu(x: Tensor): Tensor {
  return differentiable([x], () => ({
    value: x.mul(normalShare(x)),
    keep: [x],
    gradient: (dy, [kept]) => {
      const density = kept
        .square()
        .mul(-0.5)
        .exp()
        .mul(1 / Math.sqrt(2 * Math.PI));
      return [dy.mul(normalShare(kept).add(kept.mul(density)))];
    },
  }));
}
