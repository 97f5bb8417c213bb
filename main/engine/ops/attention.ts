/**
 * Grouped-query attention: softmax(q kᵀ / √d + mask) v, G query heads for each key/value head. Products run in the
 * backend's precision, the softmax in float32. With P the probabilities and dP = do vᵀ: ds = P ⊙ (dP − Σ P ⊙ dP).
 * The scale goes into q, the smaller side, so what is kept of q is the scaled one. With a soft cap c (Gemma 2) scores
 * become c · tanh(scores / c) before the mask; the backward pass computes them again rather than keeping them.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { batchMatMulKernel, compact, expand } from './kernels.ts';

interface Shape {
  readonly B: number;
  readonly KV: number;
  readonly G: number;
  readonly T: number;
  readonly S: number;
}

const plain = { transposeA: false, transposeB: false } as const;
const bTransposed = { transposeA: false, transposeB: true } as const;
const aTransposed = { transposeA: true, transposeB: false } as const;

export interface AttentionOptions {
  /** Of the scores; 1 / √d unless given. */
  readonly scale?: number | undefined;
  readonly softCap?: number | undefined;
}

/** scaledQ (B, KV, G·T, d), k (B, KV, S, d) → scores before cap and mask, (B, KV, G·T, S) float32. */
function rawScores(scaledQ: Tensor, k: Tensor): Tensor {
  return batchMatMulKernel(scaledQ, k, bTransposed);
}

/** c · tanh(x / c). */
export function softCapped(x: Tensor, cap: number): Tensor {
  return x
    .mul(1 / cap)
    .tanh()
    .mul(cap);
}

/** d softCapped / dx out of x. */
export function softCapSlope(x: Tensor, cap: number): Tensor {
  return x
    .mul(1 / cap)
    .tanh()
    .square()
    .mul(-1)
    .add(1);
}

/** → (B, KV, G·T, S) float32, mask as in `attention`. */
function probabilities(scaledQ: Tensor, k: Tensor, mask: Tensor, { B, KV, G, T, S }: Shape, softCap?: number): Tensor {
  const raw = rawScores(scaledQ, k);
  const scores = (softCap === undefined ? raw : softCapped(raw, softCap)).reshape([B, KV, G, T, S]);
  return scores
    .add(mask)
    .softmax()
    .reshape([B, KV, G * T, S]);
}

/**
 * q (B, KV, G·T, d), k and v (B, KV, S, d), mask broadcastable to (B, KV, G, T, S), 0 or very negative → (B, KV, G·T,
 * d).
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor,
  { scale, softCap }: AttentionOptions = {},
): Tensor {
  const [B, KV, rows, d] = q.shape as [number, number, number, number];
  const T = mask.shape.at(-2) as number;
  const shape: Shape = { B, KV, G: rows / T, T, S: k.shape[2] as number };
  const factor = scale ?? 1 / Math.sqrt(d);
  return differentiable([q, k, v], () => {
    const [scaledQ, keys, values] = [q.mul(factor), k, v].map(compact);
    const p = compact(probabilities(scaledQ, keys, mask, shape, softCap));
    return {
      value: batchMatMulKernel(p, values, plain),
      keep: [scaledQ, keys, values, p],
      gradient: (dy, [qs, ks, vs, ps]) => {
        const dyCompact = compact(dy);
        const dp = batchMatMulKernel(dyCompact, vs, bTransposed);
        const weights = expand(ps);
        const dCapped = weights.mul(dp.sub(dp.mul(weights).sum(-1, true)));
        const ds = compact(softCap === undefined ? dCapped : dCapped.mul(softCapSlope(rawScores(qs, ks), softCap)));
        return [
          batchMatMulKernel(ds, ks, plain).mul(factor),
          batchMatMulKernel(ds, qs, aTransposed),
          batchMatMulKernel(ps, dyCompact, aTransposed),
        ];
      },
    };
  });
}
