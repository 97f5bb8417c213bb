/**
 * Keys and values of one sequence under one adapter. Capacity comes in few sizes, each one shape to compile. Entries past
 * `ids.length` are don't-care, so cutting back to a common prefix costs nothing.
 */
import type { CausalModel } from '../models/causalModel.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';

const smallestCapacity = 256;

/** The smallest capacity that holds `tokens`: 256, 512, 1024, …, never above `limit`. */
export function capacityFor(tokens: number, limit: number): number {
  let capacity = smallestCapacity;
  while (capacity < tokens) capacity *= 2;
  return Math.min(capacity, limit);
}

export class KeyValueCache {
  /** Tokens whose keys and values are in the cache. */
  readonly ids: number[] = [];
  #tensors: readonly Tensor[];
  #capacity: number;

  constructor(model: CausalModel, capacity: number) {
    this.#tensors = tf.tidy(() => model.emptyCache(capacity));
    this.#capacity = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get sizeBytes(): number {
    return this.#tensors.reduce((bytes, tensor) => bytes + 4 * tensor.size, 0);
  }

  /** Inputs of a decode function: `cache/0` … */
  inputs(): NamedTensorMap {
    return Object.fromEntries(this.#tensors.map((tensor, index) => [cacheKey(index), tensor]));
  }

  /** Takes over the function's outputs after `ids` were fed. */
  advance(outputs: NamedTensorMap, ids: readonly number[]): void {
    const next = this.#tensors.map((_, index) => outputs[cacheKey(index)]);
    tf.dispose([...this.#tensors]);
    this.#tensors = next;
    this.ids.push(...ids);
  }

  /** Forgets all but the first `length` tokens. */
  cutBack(length: number): void {
    this.ids.length = Math.min(this.ids.length, length);
  }

  grow(capacity: number): void {
    if (capacity <= this.#capacity) return;
    const added = capacity - this.#capacity;
    const grown = this.#tensors.map((tensor) => tf.pad(tensor, [[0, 0], [0, added], [0, 0]])); // prettier-ignore
    tf.dispose([...this.#tensors]);
    this.#tensors = grown;
    this.#capacity = capacity;
  }

  dispose(): void {
    tf.dispose([...this.#tensors]);
    this.#tensors = [];
  }
}

export function cacheKey(index: number): string {
  return `cache/${index}`;
}

/** How many leading ids two sequences share. */
export function commonPrefixLength(a: readonly number[], b: readonly number[]): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) if (a[index] !== b[index]) return index;
  return shorter;
}
