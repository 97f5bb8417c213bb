/**
 * Grouped-query attention: softmax(q kᵀ / √d + mask) v, G query heads for each key/value head. Products run in the
 * backend's precision, the softmax in float32. With P the probabilities and dP = do vᵀ: ds = P ⊙ (dP − Σ P ⊙ dP).
 * The scale goes into q, the smaller side, so what is kept of q is q / √d.
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

/** scaledQ (B, KV, G·T, d), k (B, KV, S, d), mask as in `attention` → (B, KV, G·T, S) float32. */
function probabilities(scaledQ: Tensor, k: Tensor, mask: Tensor, { B, KV, G, T, S }: Shape): Tensor {
  const scores = batchMatMulKernel(scaledQ, k, bTransposed).reshape([B, KV, G, T, S]);
  return scores
    .add(mask)
    .softmax()
    .reshape([B, KV, G * T, S]);
}

/** q (B, KV, G·T, d), k and v (B, KV, S, d), mask broadcastable to (B, KV, G, T, S), 0 or very negative → (B, KV, G·T, d). */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor): Tensor {
  const [B, KV, rows, d] = q.shape as [number, number, number, number];
  const T = mask.shape.at(-2) as number;
  const shape: Shape = { B, KV, G: rows / T, T, S: k.shape[2] as number };
  const scale = 1 / Math.sqrt(d);
  return differentiable([q, k, v], () => {
    const [scaledQ, keys, values] = [q.mul(scale), k, v].map(compact);
    const p = compact(probabilities(scaledQ, keys, mask, shape));
    return {
      value: batchMatMulKernel(p, values, plain),
      keep: [scaledQ, keys, values, p],
      gradient: (dy, [qs, ks, vs, ps]) => {
        const dyCompact = compact(dy);
        const dp = batchMatMulKernel(dyCompact, vs, bTransposed);
        const weights = expand(ps);
        const ds = compact(weights.mul(dp.sub(dp.mul(weights).sum(-1, true))));
        return [
          batchMatMulKernel(ds, ks, plain).mul(scale),
          batchMatMulKernel(ds, qs, aTransposed),
          batchMatMulKernel(ps, dyCompact, aTransposed),
        ];
      },
    };
  });
}
