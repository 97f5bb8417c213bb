/**
 * Key/value caches, each of one sequence under one adapter at one scale. A prompt takes the one that begins like it the
 * furthest; where that goes on otherwise (another lane, another conversation with the same system prompt, an answer
 * written anew) it gets a fork, so that neither is read again. The least recently used go when all together take too
 * much memory; one that was just used never does, however large it is.
 */
import type { Compiled } from '../backends/backend.ts';
import type { CausalModel } from '../models/causalModel.ts';
import { commonPrefixLength } from './commonPrefixLength.ts';
import { capacityFor, KeyValueCache } from './KeyValueCache.ts';

const maxBytes = 512 * 2 ** 20;
/** Lanes and conversations that go on under one adapter. */
const mostOfOneKey = 4;
/** A shorter beginning is read as fast as it is taken, a shorter end read again as fast as it is kept. */
const fewestTokens = 16;

interface Kept {
  readonly key: string;
  readonly cache: KeyValueCache;
}

export class CacheShelf {
  readonly #model: CausalModel;
  readonly #settle: Compiled;
  /** In order of use, the latest last. */
  #kept: readonly Kept[] = [];

  /** `settle`: see compileSettle. */
  constructor(model: CausalModel, settle: Compiled) {
    this.#model = model;
    this.#settle = settle;
  }

  /** One of this key that holds as much of the prompt's beginning as any. */
  take(key: string, promptIds: readonly number[], contextLength: number): KeyValueCache {
    const [best] = this.#kept
      .filter((kept) => kept.key === key)
      .map(({ cache }) => ({ cache, shared: cache.reusable(commonPrefixLength(cache.ids, promptIds)) }))
      .sort((a, b) => b.shared - a.shared);
    const goesOn = best !== undefined && best.cache.ids.length - best.shared < fewestTokens;
    const cache = goesOn ? best.cache : this.#open(best, capacityFor(promptIds.length + 1, contextLength));
    this.#kept = [...this.#kept.filter((kept) => kept.cache !== cache), { key, cache }];
    const ofKey = this.#kept.filter((kept) => kept.key === key);
    for (const { cache: old } of ofKey.slice(0, -mostOfOneKey)) this.forget(old);
    return cache;
  }

  /** Drops the oldest caches, all but `latest`, until the rest fits. */
  trim(latest: KeyValueCache): void {
    let total = this.#kept.reduce((bytes, { cache }) => bytes + cache.sizeBytes, 0);
    for (const { cache } of this.#kept) {
      if (total <= maxBytes || cache === latest) return;
      total -= cache.sizeBytes;
      this.forget(cache);
    }
  }

  /** Drops the caches of a key, and of an adapter's key at every scale. */
  drop(adapterKey: string): void {
    for (const { key, cache } of this.#kept)
      if (key === adapterKey || key.startsWith(`${adapterKey}\u0000`)) this.forget(cache);
  }

  forget(cache: KeyValueCache): void {
    this.#kept = this.#kept.filter((kept) => kept.cache !== cache);
    cache.dispose();
  }

  dispose(): void {
    for (const { cache } of this.#kept) cache.dispose();
    this.#kept = [];
  }

  #open(best: { readonly cache: KeyValueCache; readonly shared: number } | undefined, capacity: number): KeyValueCache {
    if (best !== undefined && best.shared >= fewestTokens) return best.cache.fork(best.shared);
    return new KeyValueCache(this.#model, this.#settle, capacity);
  }
}
