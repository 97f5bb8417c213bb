/**
 * The adapters that one engine process has in memory, and the turns of those who ask: as many answers at once as the
 * engine writes, in the order in which they came. An adapter is pinned from its answer's turn to its end, so that an
 * answer keeps the adapter that it began with though the adapter is edited meanwhile. While answers are written, those
 * that wait next have their adapters loaded into what room there is. Each content is loaded once, however many ask for
 * it; one that cannot be loaded fails its own requests and no others. Adapters that a person named stay. What stays and
 * what goes is AdapterPool's.
 */
import type { Adapter } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import type { AdapterMemory } from '../../contract/serving.ts';
import { sizeText } from '../../contract/sizeText.ts';
import { servingWords } from '../../contract/words/serving.ts';
import type { EngineHost } from '../../engineHost/EngineHost.ts';
import type { AdapterContents } from '../adapters/AdapterContents.ts';
import { AdapterPool, type PoolEvent } from './AdapterPool.ts';

type Wanted = Pick<Adapter, 'id' | 'dir' | 'name'>;

export interface LoadedSetup {
  readonly host: Pick<EngineHost, 'request'>;
  readonly contents: Pick<AdapterContents, 'key'>;
  /** What it takes in the engine. Throws GraftError for a folder that cannot be read. */
  readonly bytesOf: (adapter: Wanted) => number;
  readonly budgetBytes: number;
  /** Answers that the engine writes at once. */
  readonly rows: number;
  /** Ids of adapters that stay once they are loaded. */
  readonly pins: ReadonlySet<string>;
  /** Whether adapters of answers that wait are loaded meanwhile. */
  readonly prefetches: boolean;
  /** Whether the process that has them in memory is still that one. */
  readonly isAlive: () => boolean;
}

interface Wish {
  readonly key: string;
  readonly adapter: Wanted;
  readonly bytes: number;
}

interface Loaded {
  readonly id: string;
  readonly ready: Promise<void>;
}

/** `wish`: null for the base alone. */
interface Turn {
  readonly wish: Wish | null;
  readonly begin: (loaded: Loaded | undefined) => void;
  readonly giveUp: () => void;
}

export class LoadedAdapters {
  readonly #setup: LoadedSetup;
  readonly #pool: AdapterPool;
  /** By content: what the pool holds. */
  readonly #loaded = new Map<string, Loaded>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #waiting: Turn[] = [];
  readonly #counts: Record<PoolEvent['kind'], number> = { hit: 0, load: 0, prefetch: 0, evict: 0, wait: 0 };
  /** Of those that stay, by id, as they were when last asked for. */
  readonly #pinnedBytes = new Map<string, number>();
  #writing = 0;
  /** The first in the queue was told that it waits. */
  #told: Turn | undefined;

  constructor(setup: LoadedSetup) {
    this.#setup = setup;
    this.#pool = new AdapterPool({
      budgetBytes: setup.budgetBytes,
      onEvent: ({ kind }) => void (this.#counts[kind] += 1),
      stays: (key) => setup.pins.has(this.#loaded.get(key)?.id ?? ''),
    });
  }

  get memory(): AdapterMemory {
    const { budgetBytes, usedBytes, peakBytes, keys } = this.#pool;
    const { hit, load, prefetch, evict, wait } = this.#counts;
    return {
      ...{ budgetBytes, usedBytes, peakBytes, resident: keys.length, pinned: [...this.#setup.pins] },
      ...{ hits: hit, loads: load, prefetches: prefetch, evictions: evict, waits: wait },
    };
  }

  /** Loads those that stay. Throws GraftError('outOfMemory') where they have no room together, and loads none then. */
  async pin(adapters: readonly Wanted[]): Promise<void> {
    const { bytesOf, budgetBytes } = this.#setup;
    const bytes = adapters.reduce((sum, adapter) => sum + bytesOf(adapter), 0);
    if (bytes > budgetBytes) {
      const [size, budget] = [bytes, budgetBytes].map(sizeText);
      const names = adapters.map(({ name }) => name);
      throw new GraftError('outOfMemory', servingWords.pinsBeyondBudget({ names, size, budget }), {
        field: 'pins',
        remedy: servingWords.fewerPins(),
      });
    }
    for (const adapter of adapters) await this.use(adapter, async () => undefined);
  }

  /**
   * Runs `work` in its turn, with what the engine calls the adapter as it is now; undefined where the signal is aborted
   * before, or the engine's process has ended. Throws GraftError('outOfMemory') for an adapter beyond the whole budget,
   * and the engine's error for a folder that does not fit the model; the next request tries again.
   */
  async use<Result>(
    adapter: Wanted | null,
    work: (key: string | null) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result | undefined> {
    const wish = adapter === null ? null : await this.#wish(adapter);
    const turn = await this.#turn(wish, signal);
    if (turn === undefined) return undefined;
    try {
      await turn.loaded?.ready;
      return await work(wish?.key ?? null);
    } finally {
      this.#writing -= 1;
      // one that could not be loaded is forgotten, and its key may be another's by now
      if (wish !== null && this.#loaded.get(wish.key) === turn.loaded) this.#pool.release([wish.key]);
      this.#admit();
    }
  }

  async #wish(adapter: Wanted): Promise<Wish> {
    const { contents, bytesOf, budgetBytes, pins } = this.#setup;
    const key = await contents.key(adapter);
    const bytes = bytesOf(adapter);
    const pinned = [...this.#pinnedBytes].reduce((sum, [id, own]) => (id === adapter.id ? sum : sum + own), 0);
    if (bytes <= budgetBytes - pinned) {
      if (pins.has(adapter.id)) this.#pinnedBytes.set(adapter.id, bytes);
      return { key, adapter, bytes };
    }
    const [size, budget] = [bytes, budgetBytes - pinned].map(sizeText);
    const { name } = adapter;
    const message = pinned === 0 ? servingWords.beyondBudget : servingWords.besidePins;
    throw new GraftError('outOfMemory', message({ name, size, budget }), {
      field: 'adapter',
      remedy: pinned === 0 ? servingWords.moreMemory() : servingWords.fewerPins(),
    });
  }

  async #turn(
    wish: Wish | null,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly loaded: Loaded | undefined } | undefined> {
    if (signal?.aborted) return undefined;
    return new Promise((resolve) => {
      const end = (turned: { readonly loaded: Loaded | undefined } | undefined): void => {
        signal?.removeEventListener('abort', leave);
        resolve(turned);
      };
      const turn = { wish, begin: (loaded: Loaded | undefined) => end({ loaded }), giveUp: () => end(undefined) };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        end(undefined);
        this.#admit(); // those behind it may have waited for its adapter's room
      };
      signal?.addEventListener('abort', leave);
      this.#waiting.push(turn);
      this.#admit();
    });
  }

  /** In order: those behind the first would else pass it for as long as they come. */
  #admit(): void {
    if (!this.#setup.isAlive()) {
      for (const { giveUp } of this.#waiting.splice(0)) giveUp();
      return;
    }
    while (this.#waiting.length > 0 && this.#writing < this.#setup.rows) {
      const [first] = this.#waiting;
      if (first.wish !== null && !this.#grant(first, first.wish)) break;
      this.#waiting.shift();
      this.#writing += 1;
      first.begin(first.wish === null ? undefined : this.#loaded.get(first.wish.key));
    }
    if (this.#writing > 0 && this.#setup.prefetches) this.#prefetch();
  }

  #grant(turn: Turn, wish: Wish): boolean {
    this.#sendOlderAway(wish);
    if (this.#told === turn && !this.#pool.wouldFit(wish.key, wish.bytes)) return false;
    const granted = this.#pool.take(wish.key, wish.bytes);
    this.#told = granted === undefined ? turn : undefined;
    if (granted === undefined) return false;
    this.#follow(wish, granted);
    return true;
  }

  /** Of as many as will be admitted next. */
  #prefetch(): void {
    const next = this.#waiting.slice(0, this.#setup.rows).flatMap(({ wish }) => (wish === null ? [] : [wish]));
    const awaited = new Set(next.map(({ key }) => key));
    for (const wish of next) {
      const { fits, ...granted } = this.#pool.prefetch(wish.key, wish.bytes, awaited);
      this.#follow(wish, granted);
      if (!fits) break;
    }
  }

  /** What the adapter held before it was edited goes first. */
  #sendOlderAway({ key, adapter }: Wish): void {
    for (const [other, { id }] of this.#loaded) {
      if (id !== adapter.id || other === key || this.#pool.isPinned(other)) continue;
      this.#pool.evict(other);
      this.#drop(other);
    }
  }

  #follow(wish: Wish, { isNew, evicted }: { readonly isNew: boolean; readonly evicted: readonly string[] }): void {
    for (const key of evicted) this.#drop(key);
    if (isNew) this.#load(wish);
  }

  /** Once all that has to go is gone. */
  #load({ key, adapter: { id, dir } }: Wish): void {
    const gone = [...this.#leaving.values()];
    const load = async (): Promise<void> => {
      await Promise.all(gone);
      await this.#setup.host.request('serveAdapter', { key, dir });
    };
    const loaded = { id, ready: load() };
    this.#loaded.set(key, loaded);
    loaded.ready.catch(() => {
      if (this.#loaded.get(key) !== loaded) return;
      this.#loaded.delete(key);
      this.#pool.forget(key);
      this.#admit();
    });
  }

  /** Forgotten at once: who asks for it meanwhile loads it again. */
  #drop(key: string): void {
    const loaded = this.#loaded.get(key);
    this.#loaded.delete(key);
    const drop = async (): Promise<void> => {
      const isThere = await loaded?.ready.then(
        () => true,
        () => false,
      );
      if (isThere) await this.#setup.host.request('dropAdapter', { key });
    };
    const dropping = drop();
    this.#leaving.set(key, dropping);
    const left = (): void => {
      if (this.#leaving.get(key) === dropping) this.#leaving.delete(key);
    };
    dropping.then(left, left);
  }
}
