/**
 * Keys and values of the rows of a batch, each row with a length of its own, in two parts (see DecodeCache). Rows come,
 * go and move by gathering whole rows into new tensors; what lies past a row's length is don't-care, so a row that
 * left, or was never there, is one of length 0.
 */
import type { Backend, Compiled } from '../backends/backend.ts';
import { compileSettle } from '../inference/decoder.ts';
import { capacityFor, isHeld, named, slotsOf, tensorsOf, withCapacity } from '../inference/KeyValueCache.ts';
import type { CausalModel } from '../models/causalModel.ts';
import { gatherRows } from '../ops/gatherRows.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import { inputsUnder, prefixed } from '../namedInputs.ts';

/** Tokens that are decoded one by one before they are settled together. */
const recentSlots = 32;
const smallestCapacity = 128;

/** What caches of one model share. */
export class CacheMaker {
  readonly model: CausalModel;
  readonly settle: Compiled;
  readonly gather: Compiled;

  constructor(backend: Backend, model: CausalModel) {
    this.model = model;
    this.settle = compileSettle(backend);
    this.gather = compileGather(backend);
  }

  /** Settled keys and values of one row. */
  rowBytes(capacity: number): number {
    const { keyValueHeadCount, headDim } = this.model.shape;
    return this.model
      .settledSlots(capacity)
      .reduce((bytes, slots) => bytes + 4 * keyValueHeadCount * headDim * slots, 0);
  }

  dispose(): void {
    this.settle.dispose();
    this.gather.dispose();
  }
}

/** The smallest capacity that holds `tokens`: 128, 256, 512, …, never above `limit`. */
export function rowCapacity(tokens: number, limit: number): number {
  return capacityFor(tokens, limit, smallestCapacity);
}

/** A row of another cache. */
export interface RowPlace {
  readonly cache: RowsCache;
  readonly row: number;
}

/** As far as its first `length` tokens. */
export interface CutPlace extends RowPlace {
  readonly length: number;
}

export class RowsCache {
  readonly #maker: CacheMaker;
  readonly #lengths: number[];
  readonly #settledLengths: number[];
  /** Most that were ever settled of what a row holds. */
  readonly #mostSettled: number[];
  #capacity: number;
  #settled: readonly Tensor[];
  #recent: readonly Tensor[];

  private constructor(
    maker: CacheMaker,
    parts: { readonly settled: readonly Tensor[]; readonly recent: readonly Tensor[] },
    { rows, capacity }: { readonly rows: number; readonly capacity: number },
  ) {
    this.#maker = maker;
    this.#settled = parts.settled;
    this.#recent = parts.recent;
    this.#lengths = new Array<number>(rows).fill(0);
    this.#settledLengths = new Array<number>(rows).fill(0);
    this.#mostSettled = new Array<number>(rows).fill(0);
    this.#capacity = capacity;
  }

  static empty(maker: CacheMaker, rows: number, capacity: number): RowsCache {
    const settled = tf.tidy(() => maker.model.emptyCache(maker.model.settledSlots(capacity), rows));
    return new RowsCache(maker, { settled, recent: [] }, { rows, capacity });
  }

  /**
   * A new cache of those rows; undefined is an empty one. The caches they come from must not be used afterwards, only
   * disposed: they may have been settled and grown.
   */
  static gather(maker: CacheMaker, places: readonly (RowPlace | undefined)[]): RowsCache {
    const sources = [...new Set(places.flatMap((place) => place?.cache ?? []))];
    if (sources.length === 0) return RowsCache.empty(maker, places.length, smallestCapacity);
    const most = Math.max(...sources.map((source) => source.capacity));
    const starts = new Map<RowsCache, number>();
    let total = 0;
    for (const source of sources) {
      source.#settleRecent();
      source.#grow(most);
      starts.set(source, total);
      total += source.rows;
    }
    const from = places.map((place) => (place === undefined ? 0 : (starts.get(place.cache) ?? 0) + place.row));
    const rows = tf.tensor1d(from, 'int32');
    const inputs = sources.map((source, index) => prefixed(`${index}/`, named('settled', source.#settled)));
    const outputs = maker.gather(Object.assign({ rows }, ...inputs) as NamedTensorMap);
    rows.dispose();
    const sizes = { rows: places.length, capacity: most };
    const made = new RowsCache(maker, { settled: tensorsOf('settled', outputs), recent: [] }, sizes);
    places.forEach((place, row) => made.#begin(row, place && { ...place, length: place.cache.length(place.row) }));
    return made;
  }

  /**
   * A new cache with copies of those beginnings; undefined is an empty row. The caches they come from go on as before.
   */
  static copied(maker: CacheMaker, places: readonly (CutPlace | undefined)[], capacity: number): RowsCache {
    for (const cache of new Set(places.flatMap((place) => place?.cache ?? []))) cache.#settleRecent();
    const settled = tf.tidy(() => {
      const slots = maker.model.settledSlots(capacity);
      return maker.model.emptyCache(slots).map((none, index) => {
        const rows = places.map((place) =>
          place ? rowOf(place.cache.#settled[index], place.row, slots[index]) : none,
        );
        return rows.length === 1 ? rows[0].clone() : tf.concat(rows, 0);
      });
    });
    const made = new RowsCache(maker, { settled, recent: [] }, { rows: places.length, capacity });
    places.forEach((place, row) => made.#begin(row, place));
    return made;
  }

  get rows(): number {
    return this.#lengths.length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** The first `length` tokens of a row, or none of them where a layer no longer holds what they reach. */
  reusable(row: number, length: number): number {
    const most = Math.max(this.#mostSettled[row], this.#lengths[row]);
    return isHeld(this.#settled, { length, most }) ? length : 0;
  }

  /** Tokens whose keys and values are in the cache. */
  length(row: number): number {
    return this.#lengths[row];
  }

  /** Makes room for `tokens` new ones in every row; call before `inputs`. */
  prepare(tokens: number, limit: number): void {
    this.#grow(rowCapacity(Math.max(...this.#lengths) + tokens, limit));
    const slots = tokens === 1 ? recentSlots : tokens;
    const used = Math.max(...this.#lengths.map((length, row) => length - this.#settledLengths[row]));
    if (slotsOf(this.#recent) === slots && used + tokens <= slots) return;
    this.#settleRecent();
    if (slotsOf(this.#recent) === slots) return;
    tf.dispose([...this.#recent]);
    this.#recent = tf.tidy(() => this.#maker.model.emptyCache(slots, this.rows));
  }

  /** Inputs of a decode function; settledLength and start (rows) are the caller's to dispose. */
  inputs(): NamedTensorMap {
    const lengths = {
      settledLength: tf.tensor1d(this.#settledLengths, 'float32'),
      start: tf.tensor1d(this.#lengths, 'float32'),
    };
    return { ...named('settled', this.#settled), ...named('recent', this.#recent), ...lengths };
  }

  /** Takes over the function's outputs after so many tokens were fed to each row. */
  advance(outputs: NamedTensorMap, counts: readonly number[]): void {
    tf.dispose([...this.#recent]);
    this.#recent = tensorsOf('recent', outputs);
    counts.forEach((count, row) => (this.#lengths[row] += count));
  }

  /** The row is empty afterwards. */
  release(row: number): void {
    this.#lengths[row] = 0;
    this.#settledLengths[row] = 0;
    this.#mostSettled[row] = 0;
  }

  dispose(): void {
    tf.dispose([...this.#settled, ...this.#recent]);
    this.#settled = [];
    this.#recent = [];
  }

  #begin(row: number, place: CutPlace | undefined): void {
    this.#lengths[row] = this.#settledLengths[row] = place?.length ?? 0;
    this.#mostSettled[row] = place === undefined ? 0 : place.cache.#mostSettled[place.row];
  }

  #settleRecent(): void {
    if (this.#lengths.every((length, row) => length === this.#settledLengths[row])) return;
    const settledLength = tf.tensor1d(this.#settledLengths, 'float32');
    const recent = this.#lengths.map((length, row) => length - this.#settledLengths[row]);
    const recentLength = tf.tensor1d(recent, 'float32');
    const outputs = this.#maker.settle({
      ...named('settled', this.#settled),
      ...named('recent', this.#recent),
      settledLength,
      recentLength,
    });
    tf.dispose([settledLength, recentLength, ...this.#settled]);
    this.#settled = tensorsOf('settled', outputs);
    this.#lengths.forEach((length, row) => {
      this.#settledLengths[row] = length;
      this.#mostSettled[row] = Math.max(this.#mostSettled[row], length);
    });
  }

  #grow(capacity: number): void {
    if (capacity <= this.#capacity) return;
    const slots = this.#maker.model.settledSlots(capacity);
    const grown = this.#settled.map((tensor, index) => withCapacity(tensor, slots[index]));
    tf.dispose([...this.#settled]);
    this.#settled = grown;
    this.#capacity = capacity;
  }
}

/** One row of (B, KV, slots, d) with so many slots: (1, KV, wanted, d). */
function rowOf(tensor: Tensor, row: number, wanted: number): Tensor {
  const [, heads, slots, width] = tensor.shape as [number, number, number, number];
  return withCapacity(tf.slice(tensor, [row, 0, 0, 0], [1, heads, Math.min(slots, wanted), width]), wanted);
}

/**
 * `rows` (N) int32 and `<source>/settled/…` → `settled/…` (N, …): rows of all sources behind one another, by number.
 */
function compileGather(backend: Backend): Compiled {
  return backend.compile('gatherCaches', ({ rows, ...inputs }) => {
    const sources: Tensor[][] = [];
    for (let own = settledOf(inputs, 0); own.length > 0; own = settledOf(inputs, sources.length)) sources.push(own);
    const together = sources[0].map((_, index) => {
      const parts = sources.map((source) => source[index]);
      return parts.length === 1 ? parts[0] : tf.concat(parts, 0);
    });
    return named('settled', together.map((tensor) => gatherRows(tensor, rows))); // oxfmt-ignore
  });
}

function settledOf(inputs: NamedTensorMap, source: number): Tensor[] {
  return tensorsOf('settled', inputsUnder(inputs, `${source}/`));
}
