/**
 * What one sequence of a context holds, and what is fed to it. A token costs one batch and one more entry of the list,
 * however much is held. The caller makes one call at a time for all tapes of a context.
 */
import { commonPrefixLength } from '../inference/commonPrefixLength.ts';
import type { AddonContext } from './nodeLlamaCpp.ts';

export class LlamaTape {
  readonly #context: AddonContext;
  readonly #sequence: number;
  readonly #held: number[] = [];

  /** `sequence`: its number within the context, from 0. */
  constructor(context: AddonContext, sequence: number) {
    this.#context = context;
    this.#sequence = sequence;
  }

  /** How many tokens it holds. */
  get length(): number {
    return this.#held.length;
  }

  /** How much of the beginning of `ids` it holds. */
  shared(ids: readonly number[]): number {
    return commonPrefixLength(this.#held, ids);
  }

  /** Keeps the longest beginning that it shares with `ids`, and forgets the rest. Returns how long that is. */
  keepShared(ids: readonly number[]): number {
    const shared = this.shared(ids);
    if (shared === 0) this.clear();
    else if (shared < this.#held.length) this.#cut(shared);
    return this.#held.length;
  }

  clear(): void {
    if (this.#held.length > 0) this.#context.disposeSequence(this.#sequence);
    this.#held.length = 0;
  }

  /**
   * Feeds a batch, at least one token. Returns the places of the logits that were asked for, which hold until the next
   * batch: of the last token, of all, or none.
   */
  async feed(ids: readonly number[], logits: 'last' | 'all' | 'none'): Promise<Uint32Array> {
    const last = ids.length - 1;
    const wanted = { last: () => [last], all: () => ids.map((_, place) => place), none: () => [] }[logits]();
    this.#context.initBatch(ids.length);
    const held = this.#held.length;
    const places = this.#context.addToBatch(this.#sequence, held, Uint32Array.from(ids), Uint32Array.from(wanted));
    // Whether a batch that failed is held nobody knows: all of it counts, so that `clear` forgets it.
    for (const id of ids) this.#held.push(id);
    await this.#context.decodeBatch();
    return places;
  }

  #cut(length: number): void {
    const isCut = this.#context.removeTokenCellsFromSequence(this.#sequence, length, this.#held.length);
    if (!isCut) this.clear();
    else this.#held.length = length;
  }
}
