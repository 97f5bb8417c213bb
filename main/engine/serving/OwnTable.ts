/**
 * The table of one adapter whose method can neither stack its vectors nor be written as LoRA: its own `bind` runs over
 * all rows of the batch, with a scale of zero in rows that are another's, so that what it adds there is exactly zero.
 * It is uploaded when a row first wants it.
 */
import type { AdapterWeights, BoundAdapter } from '../adapters/adapterMethod.ts';
import { bindAdapter } from '../inference/decoder.ts';
import type { ResidentAdapters } from '../inference/ResidentAdapters.ts';
import { tf, type NamedTensorMap } from '../tf.ts';
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
    const scale = tf.tensor2d(scales, [rows.length, 1]);
    return {
      signature: resident.signature,
      inputs: { ...resident.inputs, scale },
      bind: (inputs: NamedTensorMap, tokens: number): BoundAdapter =>
        bindAdapter(resident.binding, { ...inputs, scale: repeatRows(inputs.scale, tokens) }),
      dispose: () => {
        scale.dispose();
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
