/**
 * Keys and values of what was answered before, so that a prompt that begins alike is read from where it parts: the next
 * turn of a conversation, a shared system prompt, several choices of one prompt. Within a budget of bytes, the longest
 * unused going first. What an adapter computed is its own, at its scale: no other sees it.
 */
import type { CompletionRequest } from '../../contract/engine.ts';
import { commonPrefixLength } from '../inference/commonPrefixLength.ts';
import { type CacheMaker, type CutPlace, rowCapacity, type RowPlace, RowsCache } from './RowsCache.ts';

/** Shorter beginnings are read faster than they are copied. */
const fewestTokens = 16;

type Choice = CompletionRequest['adapter'];

/** A sequence whose keys and values lie somewhere, as far as `ids` goes. */
export interface ReadSequence {
  readonly adapter: Choice;
  readonly ids: readonly number[];
  readonly place: RowPlace;
}

interface Kept extends ReadSequence {
  readonly bytes: number;
}

export class PrefixStore {
  readonly #maker: CacheMaker;
  readonly #budgetBytes: number;
  readonly #contextLength: number;
  /** In order of use, the latest last. */
  readonly #kept = new Set<Kept>();
  #usedBytes = 0;

  /** `budgetBytes` 0: nothing is kept and nothing found. */
  constructor(maker: CacheMaker, { budgetBytes, contextLength }: { budgetBytes: number; contextLength: number }) {
    this.#maker = maker;
    this.#budgetBytes = budgetBytes;
    this.#contextLength = contextLength;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * Where the longest beginning of a prompt lies that was read with its adapter, here or in `living` rows. Never all of
   * it: the last token is read for what comes after it. Undefined where little is shared.
   */
  find({ promptIds, adapter }: CompletionRequest, living: readonly ReadSequence[]): CutPlace | undefined {
    if (this.#budgetBytes === 0) return undefined;
    let best: { readonly read: ReadSequence; readonly length: number } | undefined;
    for (const read of [...this.#kept, ...living]) {
      if (!isSame(read.adapter, adapter)) continue;
      const shared = Math.min(commonPrefixLength(read.ids, promptIds), promptIds.length - 1);
      const length = read.place.cache.reusable(read.place.row, shared);
      if (length >= fewestTokens && length > (best?.length ?? 0)) best = { read, length };
    }
    if (best === undefined) return undefined;
    this.#use(best.read as Kept);
    return { ...best.read.place, length: best.length };
  }

  /** How much of `a`'s prompt would be read with `b`'s. */
  shared(a: CompletionRequest, b: CompletionRequest): number {
    if (this.#budgetBytes === 0 || !isSame(a.adapter, b.adapter)) return 0;
    return Math.min(commonPrefixLength(a.promptIds, b.promptIds), a.promptIds.length - 1);
  }

  /** Copies a row as far as `ids` goes, unless another holds that already; those that it goes on from are dropped. */
  keep({ adapter, ids, place }: ReadSequence): void {
    const bytes = this.#maker.rowBytes(rowCapacity(ids.length, this.#contextLength));
    if (ids.length < fewestTokens || bytes > this.#budgetBytes) return;
    for (const other of this.#kept) {
      if (!isSame(other.adapter, adapter)) continue;
      const shared = commonPrefixLength(other.ids, ids);
      if (shared === ids.length) return this.#use(other);
      if (shared === other.ids.length) this.#drop(other);
    }
    for (const oldest of this.#kept) {
      if (this.#usedBytes + bytes <= this.#budgetBytes) break;
      this.#drop(oldest);
    }
    const cut = { ...place, length: ids.length };
    const cache = RowsCache.copied(this.#maker, [cut], rowCapacity(ids.length, this.#contextLength));
    this.#kept.add({ adapter, ids, place: { cache, row: 0 }, bytes });
    this.#usedBytes += bytes;
  }

  /** Of an adapter at every scale. */
  dropAdapter(key: string): void {
    for (const kept of this.#kept) if (kept.adapter?.key === key) this.#drop(kept);
  }

  dispose(): void {
    for (const kept of this.#kept) this.#drop(kept);
  }

  #use(kept: Kept): void {
    if (this.#kept.delete(kept)) this.#kept.add(kept);
  }

  #drop(kept: Kept): void {
    if (!this.#kept.delete(kept)) return;
    kept.place.cache.dispose();
    this.#usedBytes -= kept.bytes;
  }
}

/** Whether what one computed is what the other would. */
function isSame(a: Choice, b: Choice): boolean {
  return a?.key === b?.key && a?.scale === b?.scale;
}
