/**
 * Attention of a few new tokens over a key/value cache in two parts: `settled`, large and only read, and `recent`,
 * small and rewritten with every token. One large cache would be copied whole for each token. No gradient: for
 * inference. Axes: B rows, each with a cache of its own, KV heads, G query heads for each of them, T new tokens, d head
 * dim.
 */
import { tf, type Tensor } from '../tf.ts';
import { type AttentionOptions, softCapped } from './attention.ts';

export interface CachePart {
  /** (B, KV, slots, d). */
  readonly keys: Tensor;
  readonly values: Tensor;
  /** Broadcastable to (B, KV, G·T, slots): 0 where a token sees the slot, very negative where not. */
  readonly mask: Tensor;
}

/** Puts rows (B, KV, T, d) into a cache (B, KV, slots, d). */
export type WriteSlots = (cache: Tensor, rows: Tensor) => Tensor;

interface WriterSizes {
  readonly rows: number;
  readonly slots: number;
  readonly heads: number;
}

/**
 * Writes T rows from slot `at` (B) on; rows past the last slot are dropped. Which slots those are is computed here
 * once, for all the caches that are written alike.
 */
export function slotWriter(at: Tensor, sizes: WriterSizes): WriteSlots {
  const { rows: T, slots } = sizes;
  const first = at.reshape([-1, 1, 1]);
  const place = tf.equal(tf.range(0, T).reshape([1, T, 1]).add(first), tf.range(0, slots).reshape([1, 1, slots]));
  return writeTo(place.toFloat(), sizes);
}

/**
 * Writes the first `count` (B) of T rows, which are positions `at` (B) and on, each to its position modulo the slots;
 * of those that would lie in one slot the last.
 */
export function ringWriter(at: Tensor, count: Tensor, sizes: WriterSizes): WriteSlots {
  const { rows: T, slots } = sizes;
  const row = tf.range(0, T).reshape([1, T, 1]);
  const [position, counted] = [row.add(at.reshape([-1, 1, 1])), count.reshape([-1, 1, 1])];
  // half a slot further than the quotient, away from where it could round
  const slot = position.sub(position.add(0.5).div(slots).floor().mul(slots));
  const isWritten = row
    .less(counted)
    .toFloat()
    .mul(row.greaterEqual(counted.sub(slots)).toFloat());
  const place = tf.equal(slot, tf.range(0, slots).reshape([1, 1, slots])).toFloat();
  return writeTo(place.mul(isWritten), sizes);
}

/** place (B, T, slots): 1 where a row goes. */
function writeTo(place: Tensor, { rows: T, slots, heads }: WriterSizes): WriteSlots {
  const B = place.shape[0];
  const free = place.sum(1).mul(-1).add(1).reshape([B, 1, slots, 1]);
  if (T === 1) {
    const slot = place.reshape([B, 1, slots, 1]);
    return (cache, rows) => cache.mul(free).add(rows.mul(slot));
  }
  const perHead = tf.tile(place.reshape([B, 1, T, slots]), [1, heads, 1, 1]);
  return (cache, rows) => cache.mul(free).add(tf.matMul(perHead, rows, true, false));
}

/** q (B, KV, G·T, d) → (B, KV, G·T, d): softmax over both parts together. */
export function cachedAttention(
  q: Tensor,
  parts: readonly CachePart[],
  { scale, softCap }: AttentionOptions = {},
): Tensor {
  const scaled = q.mul(scale ?? 1 / Math.sqrt(q.shape[3] as number));
  const scores = parts.map(({ keys, mask }) => {
    const products = tf.matMul(scaled, keys, false, true);
    return (softCap === undefined ? products : softCapped(products, softCap)).add(mask);
  });
  // oxfmt-ignore
  const probabilities = tf.split(tf.softmax(tf.concat(scores, 3)), scores.map(({ shape }) => shape[3] as number), 3);
  return tf.addN(parts.map(({ values }, index) => tf.matMul(probabilities[index], values)));
}
