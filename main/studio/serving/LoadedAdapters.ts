/**
 * The adapters that one engine process has in memory, each content loaded once however many requests wait for it; the
 * longest unused go when all together take too much. One that is being used stays: an answer keeps the adapter that it
 * began with, though the adapter is edited meanwhile.
 */
import os from 'node:os';
import type { Adapter } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import type { EngineHost } from '../../engineHost/EngineHost.ts';
import type { AdapterContents } from '../adapters/AdapterContents.ts';

/** Of the machine's memory. */
const memoryShare = 0.25;

type Wanted = Pick<Adapter, 'id' | 'dir'>;

interface Loaded {
  readonly id: string;
  readonly bytes: Promise<number>;
}

export class LoadedAdapters {
  readonly #host: Pick<EngineHost, 'request'>;
  readonly #contents: Pick<AdapterContents, 'key'>;
  readonly #mostBytes: number;
  /** By content, in order of use, the latest last. */
  readonly #loaded = new Map<string, Loaded>();
  readonly #users = new Map<string, number>();

  constructor(
    host: Pick<EngineHost, 'request'>,
    contents: Pick<AdapterContents, 'key'>,
    mostBytes = memoryShare * os.totalmem(),
  ) {
    this.#host = host;
    this.#contents = contents;
    this.#mostBytes = mostBytes;
  }

  /**
   * Runs `work` with what the engine calls the adapter as it is now; it is not dropped meanwhile. Throws the engine's
   * error for a folder that does not fit the model; the next request tries again.
   */
  async use<Result>(adapter: Wanted, work: (key: string) => Promise<Result>): Promise<Result> {
    const key = await this.#contents.key(adapter);
    this.#users.set(key, (this.#users.get(key) ?? 0) + 1);
    try {
      await this.#load(key, adapter);
      return await work(key);
    } finally {
      const users = (this.#users.get(key) ?? 1) - 1;
      if (users > 0) this.#users.set(key, users);
      else this.#users.delete(key);
    }
  }

  async #load(key: string, { id, dir }: Wanted): Promise<void> {
    const known = this.#loaded.get(key);
    const loading = known ?? { id, bytes: this.#host.request('serveAdapter', { key, dir }).then(({ bytes }) => bytes) };
    this.#loaded.delete(key);
    this.#loaded.set(key, loading);
    try {
      await loading.bytes;
    } catch (error) {
      this.#loaded.delete(key);
      throw error;
    }
    if (known === undefined) await this.#makeRoom(key, id);
  }

  /** What the adapter held before it was edited goes first. */
  async #makeRoom(latest: string, id: string): Promise<void> {
    for (const [key, loaded] of [...this.#loaded]) if (key !== latest && loaded.id === id) await this.#drop(key);
    const sizes = await Promise.all(
      [...this.#loaded].map(async ([key, { bytes }]) => [key, await bytes.catch(() => 0)] as const),
    );
    let total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
    for (const [key, bytes] of sizes) {
      if (total <= this.#mostBytes) return;
      if (key === latest || !(await this.#drop(key))) continue;
      total -= bytes;
    }
  }

  /** False for one that is being used. Forgotten before it is dropped: who asks for it meanwhile loads it again. */
  async #drop(key: string): Promise<boolean> {
    const loaded = this.#loaded.get(key);
    if (loaded === undefined || this.#users.has(key)) return false;
    this.#loaded.delete(key);
    try {
      await this.#host.request('dropAdapter', { key });
      return true;
    } catch (error) {
      if (!this.#loaded.has(key)) this.#loaded.set(key, loaded);
      if (error instanceof GraftError && error.code === 'conflict') return false;
      throw error;
    }
  }
}
