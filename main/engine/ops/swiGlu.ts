/**
 * SwiGLU: y = silu(g) · u, silu(g) = g · σ(g) (Shazeer 2020, arXiv 2002.05202).
 * dg = dy · u · (σ + y' (1 − σ)) with y' = g·σ; du = dy · g·σ. Kept: g and u in the backend's precision.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { compact, expand } from './kernels.ts';

/** gate and up (N, I) → (N, I). */
export function swiGlu(gate: Tensor, up: Tensor): Tensor {
  return differentiable([gate, up], () => ({
    value: gate.mul(gate.sigmoid()).mul(up),
    keep: [compact(gate), compact(up)],
    gradient: (dy, kept) => {
      const [g, u] = kept.map(expand);
      const sigma = g.sigmoid();
      const silu = g.mul(sigma);
      return [dy.mul(u).mul(sigma.add(silu.mul(sigma.mul(-1).add(1)))), dy.mul(silu)];
    },
  }));
}
