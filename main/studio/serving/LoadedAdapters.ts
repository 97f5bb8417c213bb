/**
 * The adapters that one engine process has in memory, each loaded once however many requests wait for it; the longest
 * unused go when all together take too much.
 */
import os from 'node:os';
import type { Adapter } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import type { EngineHost } from '../../engineHost/EngineHost.ts';

/** Of the machine's memory. */
const memoryShare = 0.25;

export class LoadedAdapters {
  readonly #host: Pick<EngineHost, 'request'>;
  readonly #mostBytes: number;
  /** Bytes by id, in order of use, the latest last. */
  readonly #loaded = new Map<string, Promise<number>>();

  constructor(host: Pick<EngineHost, 'request'>, mostBytes = memoryShare * os.totalmem()) {
    this.#host = host;
    this.#mostBytes = mostBytes;
  }

  /** Throws the engine's error for a folder that does not fit the model; the next request tries again. */
  async load({ id, dir }: Pick<Adapter, 'id' | 'dir'>): Promise<void> {
    const known = this.#loaded.get(id);
    const loading = known ?? this.#host.request('serveAdapter', { key: id, dir }).then(({ bytes }) => bytes);
    this.#loaded.delete(id);
    this.#loaded.set(id, loading);
    try {
      await loading;
    } catch (error) {
      this.#loaded.delete(id);
      throw error;
    }
    if (known === undefined) await this.#makeRoom(id);
  }

  async #makeRoom(latest: string): Promise<void> {
    const sizes = await Promise.all([...this.#loaded].map(async ([id, bytes]) => [id, await bytes.catch(() => 0)] as const));
    let total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
    for (const [id, bytes] of sizes) {
      if (total <= this.#mostBytes) return;
      if (id === latest || !(await this.#drop(id))) continue;
      total -= bytes;
    }
  }

  /** False for one that is being used. Forgotten before it is dropped: who asks for it meanwhile loads it again. */
  async #drop(key: string): Promise<boolean> {
    const bytes = this.#loaded.get(key);
    if (bytes === undefined) return false;
    this.#loaded.delete(key);
    try {
      await this.#host.request('dropAdapter', { key });
      return true;
    } catch (error) {
      if (!this.#loaded.has(key)) this.#loaded.set(key, bytes);
      if (error instanceof GraftError && error.code === 'conflict') return false;
      throw error;
    }
  }
}
