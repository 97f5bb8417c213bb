/**
 * Keys and values of one sequence under one adapter, in two parts (see DecodeCache): `settled` in few capacities, each
 * one shape to compile, and `recent`, which is settled when it is full. Entries past `ids.length` are don't-care, so
 * cutting back to a common prefix costs nothing. Layers with a sliding window hold what it reaches: once they have
 * wrapped around, a sequence can be cut back a little or not at all.
 */
import type { Compiled } from '../backends/backend.ts';
import { type CausalModel, spareSlots } from '../models/causalModel.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';

/** Tokens that are decoded one by one before they are settled together. */
const recentSlots = 32;

/** The smallest capacity that holds `tokens`: `smallest` times a power of two, never above `limit`. */
export function capacityFor(tokens: number, limit: number, smallest = 256): number {
  let capacity = smallest;
  while (capacity < tokens) capacity *= 2;
  return Math.min(capacity, limit);
}

export class KeyValueCache {
  /** Tokens whose keys and values are in the cache. */
  readonly ids: number[] = [];
  readonly #model: CausalModel;
  readonly #settle: Compiled;
  #capacity: number;
  #settled: readonly Tensor[];
  #recent: readonly Tensor[];
  #settledLength = 0;
  /** Most that were ever settled of what is held. */
  #mostSettled = 0;

  /** `settle`: see compileSettle; `settled`: tensors for that capacity, its own from here on. */
  constructor(model: CausalModel, settle: Compiled, capacity: number, settled?: readonly Tensor[]) {
    this.#model = model;
    this.#settle = settle;
    this.#capacity = capacity;
    this.#settled = settled ?? tf.tidy(() => model.emptyCache(model.settledSlots(capacity)));
    this.#recent = tf.tidy(() => model.emptyCache(recentSlots));
  }

  /**
   * A cache of its own with the first `length` tokens of this one, which goes on as before. They share tensors, which
   * are replaced and never written to, so it costs no memory until one of the two settles more.
   */
  fork(length: number): KeyValueCache {
    if (this.ids.length > this.#settledLength) this.#settleRecent();
    const settled = this.#settled.map((tensor) => tensor.clone());
    const made = new KeyValueCache(this.#model, this.#settle, this.#capacity, settled);
    made.ids.push(...this.ids.slice(0, length));
    made.#settledLength = made.ids.length;
    made.#mostSettled = this.#mostSettled;
    return made;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get sizeBytes(): number {
    return [...this.#settled, ...this.#recent].reduce((bytes, tensor) => bytes + 4 * tensor.size, 0);
  }

  /** Makes room for `tokens` new ones; call before `inputs`. */
  prepare(tokens: number): void {
    const slots = tokens === 1 ? recentSlots : tokens;
    if (slotsOf(this.#recent) === slots && this.ids.length - this.#settledLength + tokens <= slots) return;
    if (this.ids.length > this.#settledLength) this.#settleRecent();
    if (slotsOf(this.#recent) === slots) return;
    tf.dispose([...this.#recent]);
    this.#recent = tf.tidy(() => this.#model.emptyCache(slots));
  }

  #settleRecent(): void {
    const settledLength = tf.tensor1d([this.#settledLength]);
    const recentLength = tf.tensor1d([this.ids.length - this.#settledLength]);
    const outputs = this.#settle({
      ...named('settled', this.#settled),
      ...named('recent', this.#recent),
      settledLength,
      recentLength,
    });
    tf.dispose([settledLength, recentLength, ...this.#settled]);
    this.#settled = tensorsOf('settled', outputs);
    this.#settledLength = this.ids.length;
    this.#mostSettled = Math.max(this.#mostSettled, this.#settledLength);
  }

  /**
   * Inputs of a decode function: `settled/0` …, `recent/0` …, settledLength and start, the last two the caller's to
   * dispose.
   */
  inputs(): NamedTensorMap {
    const places = { settledLength: tf.tensor1d([this.#settledLength]), start: tf.tensor1d([this.ids.length]) };
    return { ...named('settled', this.#settled), ...named('recent', this.#recent), ...places };
  }

  /** Takes over the function's outputs after `ids` were fed. */
  advance(outputs: NamedTensorMap, ids: readonly number[]): void {
    tf.dispose([...this.#recent]);
    this.#recent = tensorsOf('recent', outputs);
    this.ids.push(...ids);
  }

  /** The first `length` tokens, or none of them where a layer no longer holds what they reach. */
  reusable(length: number): number {
    return isHeld(this.#settled, { length, most: Math.max(this.#mostSettled, this.ids.length) }) ? length : 0;
  }

  /** Forgets all but the first `length` tokens, or what is `reusable` of them. Returns how many are left. */
  cutBack(length: number): number {
    const left = this.reusable(Math.min(this.ids.length, length));
    this.ids.length = left;
    this.#settledLength = Math.min(this.#settledLength, left);
    if (left === 0) this.#mostSettled = 0;
    return left;
  }

  grow(capacity: number): void {
    if (capacity <= this.#capacity) return;
    const slots = this.#model.settledSlots(capacity);
    const grown = this.#settled.map((tensor, index) => withCapacity(tensor, slots[index]));
    tf.dispose([...this.#settled]);
    this.#settled = grown;
    this.#capacity = capacity;
  }

  dispose(): void {
    tf.dispose([...this.#settled, ...this.#recent]);
    this.#settled = [];
    this.#recent = [];
  }
}

/**
 * Whether a sequence of which `most` tokens were settled at some time can go on after its first `length`: layers that
 * have wrapped around hold their window and `spareSlots` before the last of them.
 */
export function isHeld(
  settled: readonly Tensor[],
  { length, most }: { readonly length: number; readonly most: number },
): boolean {
  const fewest = Math.min(...settled.map((tensor) => tensor.shape[2] as number));
  return most <= fewest || most - length <= spareSlots;
}

/**
 * A cache tensor with more slots. By concatenation: the WebAssembly backend ends its process when it pads four axes.
 */
export function withCapacity(tensor: Tensor, capacity: number): Tensor {
  const [rows, heads, slots, width] = tensor.shape as [number, number, number, number];
  if (slots >= capacity) return tensor.clone();
  return tf.tidy(() => tf.concat([tensor, tf.zeros([rows, heads, capacity - slots, width])], 2));
}

export function slotsOf(tensors: readonly Tensor[]): number {
  return tensors[0]?.shape[2] ?? 0;
}

/** Tensors as inputs or outputs of a compiled function: `recent/0`, `recent/1`, … */
export function named(part: 'settled' | 'recent', tensors: readonly Tensor[]): NamedTensorMap {
  return Object.fromEntries(tensors.map((tensor, index) => [`${part}/${index}`, tensor]));
}

/** The tensors of one part, in order. */
export function tensorsOf(part: 'settled' | 'recent', map: NamedTensorMap): Tensor[] {
  const found: Tensor[] = [];
  for (let tensor = map[`${part}/0`]; tensor; tensor = map[`${part}/${found.length}`]) found.push(tensor);
  return found;
}
