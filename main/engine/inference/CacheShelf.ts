/**
 * One key/value cache per adapter and scale, the least recently used dropped when all together take too much memory. A
 * cache that was just used is never dropped, however large it is.
 */
import type { Compiled } from '../backends/backend.ts';
import type { CausalModel } from '../models/causalModel.ts';
import { capacityFor, KeyValueCache } from './KeyValueCache.ts';

const maxBytes = 512 * 2 ** 20;

export class CacheShelf {
  readonly #model: CausalModel;
  readonly #settle: Compiled;
  /** In order of use, the latest last. */
  readonly #caches = new Map<string, KeyValueCache>();

  /** `settle`: see compileSettle. */
  constructor(model: CausalModel, settle: Compiled) {
    this.#model = model;
    this.#settle = settle;
  }

  /** The cache of a key, made for a prompt of `tokens` where there is none. */
  take(key: string, tokens: number, contextLength: number): KeyValueCache {
    const cache =
      this.#caches.get(key) ?? new KeyValueCache(this.#model, this.#settle, capacityFor(tokens + 1, contextLength));
    this.#caches.delete(key);
    this.#caches.set(key, cache);
    return cache;
  }

  /** Drops the oldest caches, all but `latest`, until the rest fits. */
  trim(latest: string): void {
    let total = [...this.#caches.values()].reduce((bytes, cache) => bytes + cache.sizeBytes, 0);
    for (const [key, cache] of this.#caches) {
      if (total <= maxBytes || key === latest) return;
      total -= cache.sizeBytes;
      this.drop(key);
    }
  }

  /** Drops the cache of a key, and of an adapter's key at every scale. */
  drop(adapterKey: string): void {
    for (const [key, cache] of this.#caches) {
      if (key !== adapterKey && !key.startsWith(`${adapterKey}\u0000`)) continue;
      cache.dispose();
      this.#caches.delete(key);
    }
  }

  dispose(): void {
    for (const cache of this.#caches.values()) cache.dispose();
    this.#caches.clear();
  }
}
