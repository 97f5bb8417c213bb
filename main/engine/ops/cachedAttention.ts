/**
 * Attention of a few new tokens over a key/value cache in two parts: `settled`, large and only read, and `recent`, small
 * and rewritten with every token. One large cache would be copied whole for each token. No gradient: for inference.
 */
import { tf, type Tensor } from '../tf.ts';

export interface CachePart {
  /** (KV, slots, d). */
  readonly keys: Tensor;
  readonly values: Tensor;
  /** (T, slots): 0 where a token sees the slot, very negative where not. */
  readonly mask: Tensor;
}

/** cache (KV, slots, d) with rows (KV, T, d) written from slot `at` (scalar) on; rows past the last slot are dropped. */
export function writeSlots(cache: Tensor, rows: Tensor, at: Tensor): Tensor {
  const [heads, slots] = cache.shape as [number, number, number];
  const T = rows.shape[1] as number;
  const place = tf.equal(tf.range(0, T).add(at).expandDims(1), tf.range(0, slots).expandDims(0)).toFloat(); // (T, slots)
  const free = place.sum(0).mul(-1).add(1).reshape([1, slots, 1]);
  return cache.mul(free).add(tf.matMul(tf.tile(place.expandDims(0), [heads, 1, 1]), rows, true, false));
}

/** q (KV, G·T, d) → (KV, G·T, d): softmax over both parts together. */
export function cachedAttention(q: Tensor, parts: readonly CachePart[]): Tensor {
  const [KV, rows, d] = q.shape as [number, number, number];
  const T = parts[0].mask.shape[0];
  const scores = parts.map(({ keys, mask }) => {
    const slots = keys.shape[1] as number;
    const products = tf.matMul(q, keys, false, true).mul(1 / Math.sqrt(d));
    return products
      .reshape([KV, rows / T, T, slots])
      .add(mask)
      .reshape([KV, rows, slots]);
  });
  const probabilities = tf.split(tf.softmax(tf.concat(scores, 2)), scores.map(({ shape }) => shape[2] as number), 2); // prettier-ignore
  return tf.addN(parts.map(({ values }, index) => tf.matMul(probabilities[index], values)));
}
