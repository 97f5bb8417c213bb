/**
 * Keys and values of one sequence under one adapter, in two parts (see DecodeCache): `settled` in few capacities, each
 * one shape to compile, and `recent`, which is settled when it is full. Entries past `ids.length` are don't-care, so
 * cutting back to a common prefix costs nothing.
 */
import type { Compiled } from '../backends/backend.ts';
import type { CausalModel } from '../models/causalModel.ts';
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
  #settled: readonly Tensor[];
  #recent: readonly Tensor[];
  #settledLength = 0;

  /** `settle`: see compileSettle; `settled`: a capacity, or tensors that are its own from here on. */
  constructor(model: CausalModel, settle: Compiled, settled: number | readonly Tensor[]) {
    this.#model = model;
    this.#settle = settle;
    this.#settled = typeof settled === 'number' ? tf.tidy(() => model.emptyCache(settled)) : settled;
    this.#recent = tf.tidy(() => model.emptyCache(recentSlots));
  }

  /**
   * A cache of its own with the first `length` tokens of this one, which goes on as before. They share tensors, which
   * are replaced and never written to, so it costs no memory until one of the two settles more.
   */
  fork(length: number): KeyValueCache {
    if (this.ids.length > this.#settledLength) this.#settleRecent();
    const settled = this.#settled.map((tensor) => tensor.clone());
    const made = new KeyValueCache(this.#model, this.#settle, settled);
    made.ids.push(...this.ids.slice(0, length));
    made.#settledLength = made.ids.length;
    return made;
  }

  get capacity(): number {
    return slotsOf(this.#settled);
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
    const outputs = this.#settle({
      ...named('settled', this.#settled),
      ...named('recent', this.#recent),
      settledLength,
    });
    tf.dispose([settledLength, ...this.#settled]);
    this.#settled = tensorsOf('settled', outputs);
    this.#settledLength = this.ids.length;
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

  /** Forgets all but the first `length` tokens. */
  cutBack(length: number): void {
    this.ids.length = Math.min(this.ids.length, length);
    this.#settledLength = Math.min(this.#settledLength, length);
  }

  grow(capacity: number): void {
    if (capacity <= this.capacity) return;
    const grown = this.#settled.map((tensor) => withCapacity(tensor, capacity));
    tf.dispose([...this.#settled]);
    this.#settled = grown;
  }

  dispose(): void {
    tf.dispose([...this.#settled, ...this.#recent]);
    this.#settled = [];
    this.#recent = [];
  }
}

/**
 * A cache tensor with more slots. By concatenation: the WebAssembly backend ends its process when it pads four axes.
 */
export function withCapacity(tensor: Tensor, capacity: number): Tensor {
  const [rows, heads, slots, width] = tensor.shape as [number, number, number, number];
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
