/**
 * Which adapters stay in an engine's memory, by bytes: those of answers that are being written are pinned, of the
 * others the longest unused go first, and what does not fit beside the pinned ones waits. The budget is never exceeded,
 * for no moment: what must go is named before what comes is counted. Decides alone; whoever holds the pool loads and
 * drops (the design of S-LoRA, arXiv 2311.03285, with a least-recently-used rule in the place of its own).
 */

/** In order: `evict` before the `load` or `prefetch` that it makes room for. */
export interface PoolEvent {
  readonly kind: 'hit' | 'load' | 'prefetch' | 'evict' | 'wait';
  readonly key: string;
}

export interface PoolSetup {
  readonly budgetBytes: number;
  readonly onEvent?: (event: PoolEvent) => void;
  /** Whether one stays though no answer uses it. */
  readonly stays?: (key: string) => boolean;
}

/** `isNew`: it must be loaded, once everything of `evicted` is gone. */
export interface Granted {
  readonly isNew: boolean;
  readonly evicted: readonly string[];
}

export interface Prefetched extends Granted {
  readonly fits: boolean;
}

interface Entry {
  bytes: number;
  /** Answers that use it. */
  pins: number;
  /** Of two unused ones the smaller goes first; equal ones in the order in which they came. */
  lastUse: number;
}

export class AdapterPool {
  readonly budgetBytes: number;
  readonly #onEvent: (event: PoolEvent) => void;
  readonly #stays: (key: string) => boolean;
  /** In the order in which they came. */
  readonly #entries = new Map<string, Entry>();
  #usedBytes = 0;
  #peakBytes = 0;
  #clock = 0;

  constructor({ budgetBytes, onEvent = () => undefined, stays = () => false }: PoolSetup) {
    this.budgetBytes = budgetBytes;
    this.#stays = stays;
    this.#onEvent = onEvent;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** In the order in which they came. */
  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  isPinned(key: string): boolean {
    return (this.#entries.get(key)?.pins ?? 0) > 0;
  }

  /** Whether `take` would grant it now. */
  wouldFit(key: string, bytes: number): boolean {
    return this.#entries.has(key) || this.#pinnedBytes() + bytes <= this.budgetBytes;
  }

  /** Pins it for one answer. Undefined where it must wait until pinned ones are released: then nothing was changed. */
  take(key: string, bytes: number): Granted | undefined {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.pins += 1;
      this.#onEvent({ kind: 'hit', key });
      return { isNew: false, evicted: [] };
    }
    if (!this.wouldFit(key, bytes)) {
      this.#onEvent({ kind: 'wait', key });
      return undefined;
    }
    const evicted = this.#evictFor(bytes, () => true);
    this.#add(key, { bytes, pins: 1, lastUse: this.#clock }, 'load');
    return { isNew: true, evicted };
  }

  /** The answers that used these have ended, all at this moment. */
  release(keys: readonly string[]): void {
    this.#clock += 1;
    for (const key of keys) {
      const entry = this.#entries.get(key);
      if (entry === undefined) continue;
      entry.pins = Math.max(0, entry.pins - 1);
      entry.lastUse = this.#clock;
    }
  }

  /**
   * Into free room, or in the place of ones that nobody uses and `awaited` does not name: those go even where it does
   * not fit yet, since the answer that awaits it would send them away.
   */
  prefetch(key: string, bytes: number, awaited: ReadonlySet<string>): Prefetched {
    if (this.#entries.has(key)) return { isNew: false, fits: true, evicted: [] };
    const evicted = this.#evictFor(bytes, (other) => !awaited.has(other));
    const fits = this.#usedBytes + bytes <= this.budgetBytes;
    if (fits) this.#add(key, { bytes, pins: 0, lastUse: this.#clock }, 'prefetch');
    return { isNew: fits, fits, evicted };
  }

  /** Forgets one that could not be loaded, or that its owner sends away. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#usedBytes -= entry.bytes;
  }

  /** Sends one away that nobody uses. */
  evict(key: string): void {
    this.forget(key);
    this.#onEvent({ kind: 'evict', key });
  }

  #add(key: string, entry: Entry, kind: 'load' | 'prefetch'): void {
    this.#entries.set(key, entry);
    this.#usedBytes += entry.bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#usedBytes);
    this.#onEvent({ kind, key });
  }

  #pinnedBytes(): number {
    const kept = [...this.#entries].filter(([key, { pins }]) => pins > 0 || this.#stays(key));
    return kept.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  }

  /** Until so much fits, or none of these is left. */
  #evictFor(bytes: number, mayGo: (key: string) => boolean): readonly string[] {
    const idle = [...this.#entries]
      .filter(([key, { pins }]) => pins === 0 && !this.#stays(key) && mayGo(key))
      .sort(([, a], [, b]) => a.lastUse - b.lastUse);
    const evicted: string[] = [];
    for (const [key] of idle) {
      if (this.#usedBytes + bytes <= this.budgetBytes) break;
      this.evict(key);
      evicted.push(key);
    }
    return evicted;
  }
}
