/**
 * The table of one adapter whose method can neither stack its vectors nor be written as LoRA: its own `bind` runs over
 * all rows of the batch, with a scale of zero in rows that are another's, so that what it adds there is exactly zero.
 * Layer norms that it trains hold in its own rows, at any scale. It is uploaded when a row first wants it.
 */
import type { AdapterWeights, BoundAdapter } from '../adapters/adapterMethod.ts';
import { bindAdapter } from '../inference/decoder.ts';
import type { ResidentAdapters } from '../inference/ResidentAdapters.ts';
import { tf, type NamedTensorMap, type Tensor } from '../tf.ts';
import type { AdapterTable, JoinedRows, RowAdapters } from './adapterTable.ts';
import { repeatRows } from './VectorTable.ts';

/** Nothing is compiled for a table alone; functions over all tables captured what goes with the last of a signature. */
export type TableResidents = ResidentAdapters<{ dispose(): void }>;

export class OwnTable implements AdapterTable {
  readonly #residents: TableResidents;
  /** Of this table alone: an adapter of the same key may come while rows still use this one. */
  readonly #residentKey: string;
  #held: { readonly key: string; readonly weights: AdapterWeights } | undefined;
  #joins = 0;

  constructor(residents: TableResidents, residentKey: string) {
    this.#residents = residents;
    this.#residentKey = residentKey;
  }

  get isEmpty(): boolean {
    return this.#held === undefined;
  }

  add(key: string, weights: AdapterWeights): number {
    this.#held = { key, weights };
    return Object.values(weights.trained).reduce((bytes, { data }) => bytes + data.byteLength, 0);
  }

  has(key: string): boolean {
    return this.#held?.key === key;
  }

  remove(key: string): void {
    if (this.has(key)) this.#held = undefined;
    this.#forget();
  }

  join(rows: RowAdapters): JoinedRows {
    if (this.#held === undefined) throw new Error('The table is empty.');
    const { key, weights } = this.#held;
    const known = this.#residents.has(this.#residentKey);
    const resident = known ? this.#residents.get(this.#residentKey) : this.#residents.put(this.#residentKey, weights);
    this.#residents.functionsFor(resident);
    this.#joins += 1;
    const scales = rows.map((row) => (row?.key === key ? row.scale : 0));
    const isOwn = rows.map((row) => (row?.key === key ? 1 : 0));
    const ofRows = {
      scale: tf.tensor2d(scales, [rows.length, 1]),
      ...(weights.replaced && { isOwn: tf.tensor2d(isOwn, [rows.length, 1]) }),
    };
    return {
      signature: resident.signature,
      inputs: { ...resident.inputs, ...ofRows },
      bind: (inputs: NamedTensorMap, tokens: number): BoundAdapter => {
        const bound = bindAdapter(resident.binding, { ...inputs, scale: repeatRows(inputs.scale, tokens) });
        return weights.replaced ? withOwnNorms(bound, repeatRows(inputs.isOwn, tokens)) : bound;
      },
      dispose: () => {
        tf.dispose(ofRows);
        this.#joins -= 1;
        this.#forget();
      },
    };
  }

  /** Joins that are alive go on. */
  dispose(): void {
    this.#held = undefined;
    this.#forget();
  }

  #forget(): void {
    if (this.#held === undefined && this.#joins === 0) this.#residents.remove(this.#residentKey);
  }
}

/**
 * Whether all that an adapter has in the place of the base's are whole layer norms, of which each row of a batch can
 * have its own.
 */
export function replacesNormsAlone({ replaced, trained }: Pick<AdapterWeights, 'replaced' | 'trained'>): boolean {
  const names = new Set(replaced?.names);
  const isVector = (name: string): boolean => names.has(name) && trained[name].shape.length === 1;
  const pairOf = (name: string): readonly string[] => ['weight', 'bias'].map((part) => name.replace(/[^.]+$/, part));
  return [...names].every((name) => pairOf(name).every(isVector));
}

/** `isOwn` (N, 1): 1 in the adapter's own rows, else 0. */
function withOwnNorms(bound: BoundAdapter, isOwn: Tensor): BoundAdapter {
  return {
    ...bound,
    weight: () => undefined,
    normRows(name, given) {
      const own = bound.weight?.(name);
      return own ? tf.where(isOwn.cast('bool'), own.expandDims(0), given) : given;
    },
  };
}
