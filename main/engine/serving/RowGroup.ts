/**
 * Rows that go through the model together: a place for each, their caches and the adapters that they have joined.
 * Places without a row are padding of length 0, so that few sizes of batches are compiled.
 */
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import type { JoinedRows } from './adapterTable.ts';
import type { AnswerRow } from './AnswerRow.ts';
import { adapterPrefix } from './BatchModel.ts';
import type { BatchModel } from './BatchModel.ts';
import { prefixed } from '../namedInputs.ts';
import { RowsCache } from './RowsCache.ts';
import type { ReadSequence } from './PrefixStore.ts';
import type { CutPlace, RowPlace } from './RowsCache.ts';

const batchSizes = [1, 2, 4, 8, 16, 32, 64] as const;

/** The smallest compiled size that holds so many rows. */
export function batchSize(rows: number): number {
  return batchSizes.find((size) => size >= rows) ?? rows;
}

export interface NewRow {
  readonly answer: AnswerRow;
  /** Where the beginning of its prompt lies already. */
  readonly read: CutPlace | undefined;
}

export class RowGroup {
  readonly #shared: BatchModel;
  readonly #cache: RowsCache;
  readonly #joined: JoinedRows;
  readonly #places: (AnswerRow | undefined)[];

  /** The cache is its own from here on. */
  private constructor(shared: BatchModel, places: readonly (AnswerRow | undefined)[], cache: RowsCache) {
    this.#shared = shared;
    this.#places = [...places];
    this.#cache = cache;
    try {
      this.#joined = shared.adapters.join(places.map((row) => row?.request.adapter ?? null));
    } catch (error) {
      cache.dispose();
      throw error;
    }
  }

  /** New rows, of each read what lies at its place, if anything. */
  static fresh(shared: BatchModel, rows: readonly NewRow[], capacity: number): RowGroup {
    const size = batchSize(rows.length);
    const places = Array.from({ length: size }, (_, place) => rows.at(place));
    const read = places.map((row) => row?.read);
    const cache = read.some((place) => place !== undefined)
      ? RowsCache.copied(shared.caches, read, capacity)
      : RowsCache.empty(shared.caches, size, capacity);
    return new RowGroup(shared, places.map((row) => row?.answer), cache); // oxfmt-ignore
  }

  /** The living rows of those groups in a new one. The groups must be disposed afterwards. */
  static merged(shared: BatchModel, groups: readonly RowGroup[]): RowGroup {
    const found = groups.flatMap((group) => group.#living());
    const size = batchSize(found.length);
    const places = Array.from({ length: size }, (_, place) => found.at(place));
    const cache = RowsCache.gather(shared.caches, places);
    return new RowGroup(shared, places.map((place) => place?.answer), cache); // oxfmt-ignore
  }

  /** Places, padding among them. */
  get size(): number {
    return this.#places.length;
  }

  get rows(): readonly AnswerRow[] {
    return this.#places.flatMap((row) => (row === undefined || row.hasEnded ? [] : [row]));
  }

  /** What of its rows is in the cache, for prompts that begin alike. */
  get sequences(): readonly ReadSequence[] {
    return this.#places.flatMap((row, place) => (row === undefined ? [] : [this.#sequenceOf(row, place)]));
  }

  /** Tokens of a row that are not in the cache yet. */
  unread(row: AnswerRow): number {
    return row.ids.length - this.#cache.length(this.#places.indexOf(row));
  }

  /**
   * Feeds up to `tokens` of each row's unread ones in one call. Rows whose last token was among them accept what comes
   * next. Ended rows leave their place.
   */
  async feed(tokens: number): Promise<void> {
    this.#leave();
    const chunks = this.#places.map((row, place) => {
      const from = this.#cache.length(place);
      return row === undefined ? [] : row.ids.slice(from, from + tokens);
    });
    this.#cache.prepare(tokens, this.#shared.contextLength);
    const cacheInputs = this.#cache.inputs();
    const inputs = chunkInputs(chunks, tokens);
    const decode = this.#shared.decodeFor(this.#joined);
    const outputs = decode({ ...inputs, ...cacheInputs, ...prefixed(adapterPrefix, this.#joined.inputs) });
    this.#cache.advance(outputs, chunks.map(({ length }) => length)); // oxfmt-ignore
    const logits = await this.#read(outputs);
    tf.dispose([inputs, cacheInputs.settledLength, cacheInputs.start, outputs.logits]);
    const width = logits.length / this.size;
    this.#places.forEach((row, place) => {
      const isRead = row !== undefined && this.#cache.length(place) === row.ids.length;
      if (isRead && !row.hasEnded) row.accept(logits.subarray(place * width, (place + 1) * width));
    });
    this.#leave();
  }

  dispose(): void {
    this.#places.fill(undefined);
    this.#joined.dispose();
    this.#cache.dispose();
  }

  async #read({ logits }: NamedTensorMap): Promise<Float32Array> {
    return (await logits.data()) as Float32Array;
  }

  #leave(): void {
    this.#places.forEach((row, place) => {
      row?.endIfCancelled();
      if (row?.hasEnded !== true) return;
      this.#places[place] = undefined;
      this.#shared.prefixes.keep(this.#sequenceOf(row, place));
      this.#cache.release(place);
    });
  }

  #sequenceOf({ request, ids }: AnswerRow, row: number): ReadSequence {
    const read = ids.slice(0, this.#cache.length(row));
    return { adapter: request.adapter, ids: read, place: { cache: this.#cache, row } };
  }

  #living(): (RowPlace & { readonly answer: AnswerRow })[] {
    this.#leave();
    return this.#places.flatMap((answer, row) => (answer === undefined ? [] : [{ answer, cache: this.#cache, row }]));
  }
}

function chunkInputs(chunks: readonly (readonly number[])[], tokens: number): NamedTensorMap {
  const ids = new Int32Array(chunks.length * tokens);
  chunks.forEach((chunk, row) => ids.set(chunk, row * tokens));
  const last = chunks.map(({ length }, row) => row * tokens + Math.max(length - 1, 0));
  return { ids: tf.tensor2d(ids, [chunks.length, tokens], 'int32'), last: tf.tensor1d(last, 'int32') };
}
