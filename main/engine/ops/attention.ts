/**
 * Grouped-query attention: softmax(q kᵀ / √d + mask) v, G query heads for each key/value head. Probabilities are kept
 * in the backend's precision for the backward pass: with P the probabilities and dP = do vᵀ,
 * ds = P ⊙ (dP − Σ P ⊙ dP).
 */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { compact, expand } from './kernels.ts';

interface Shape {
  readonly B: number;
  readonly KV: number;
  readonly G: number;
  readonly T: number;
  readonly S: number;
}

function probabilities(q: Tensor, k: Tensor, mask: Tensor, { B, KV, G, T, S }: Shape): Tensor {
  const scores = tf.matMul(q, k, false, true).mul(1 / Math.sqrt(q.shape[3] as number));
  return scores
    .reshape([B, KV, G, T, S])
    .add(mask)
    .softmax()
    .reshape([B, KV, G * T, S]);
}

/** q (B, KV, G·T, d), k and v (B, KV, S, d), mask broadcastable to (B, KV, G, T, S), 0 or very negative → (B, KV, G·T, d). */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor): Tensor {
  const [B, KV, rows] = q.shape as [number, number, number];
  const S = k.shape[2] as number;
  const T = mask.shape.at(-2) as number;
  const shape: Shape = { B, KV, G: rows / T, T, S };
  const scale = 1 / Math.sqrt(q.shape[3] as number);
  return differentiable([q, k, v], () => {
    const p = probabilities(q, k, mask, shape);
    return {
      value: tf.matMul(p, v),
      keep: [q, k, v, p].map(compact),
      gradient: (dy, kept) => {
        const [qs, ks, vs, ps] = kept.map(expand);
        const dp = tf.matMul(dy, vs, false, true);
        const ds = ps.mul(dp.sub(dp.mul(ps).sum(-1, true))).mul(scale);
        return [tf.matMul(ds, ks), tf.matMul(ds, qs, true, false), tf.matMul(ps, dy, true, false)];
      },
    };
  });
}
