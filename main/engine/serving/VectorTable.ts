/**
 * The table of methods whose trained tensors are vectors over shared frozen matrices (VeRA): the vectors of the present
 * rows become matrices with one row each, and the method's own `bind` broadcasts them. A row without an adapter of the
 * table has zeros, so its delta is exactly zero. Adapters of one frozen content and one set of targets share a table.
 */
import type { AdapterMethod, AdapterWeights, BoundAdapter } from '../adapters/adapterMethod.ts';
import type { Backend, Compiled } from '../backends/backend.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import type { AdapterTable, JoinedRows, RowAdapters } from './adapterTable.ts';
import { RowSlabs } from './RowSlabs.ts';

export interface VectorTableSetup {
  /** Tells the table from others. */
  readonly signature: string;
  readonly backend: Backend;
  readonly method: AdapterMethod;
  /** Of any adapter of the table. */
  readonly weights: Pick<AdapterWeights, 'options' | 'targets'>;
  readonly vectors: readonly Vector[];
  readonly frozen: NamedTensorMap;
  /** Called once when nothing uses `frozen` any more. */
  readonly release: () => void;
}

export interface Vector {
  readonly name: string;
  readonly size: number;
}

export class VectorTable implements AdapterTable {
  readonly #setup: VectorTableSetup;
  readonly #rowSize: number;
  /** All vectors of an adapter behind one another, by its key. */
  readonly #packed = new Map<string, Float32Array>();
  readonly #slabs: RowSlabs;
  readonly #split: Compiled;
  /** The joins that are alive, and the table itself until it is disposed. */
  #holds = 1;

  constructor(setup: VectorTableSetup) {
    const { vectors, backend } = setup;
    this.#setup = setup;
    this.#rowSize = vectors.reduce((total, { size }) => total + size, 0);
    this.#slabs = new RowSlabs(this.#rowSize);
    const sizes = vectors.map(({ size }) => size);
    this.#split = backend.compile('splitVectors', ({ values }) => {
      const columns = tf.split(values, sizes, 1);
      return Object.fromEntries(vectors.map(({ name }, index) => [name, columns[index]]));
    });
  }

  get isEmpty(): boolean {
    return this.#packed.size === 0;
  }

  add(key: string, { trained }: AdapterWeights): number {
    this.remove(key);
    const values = this.#slabs.take();
    let from = 0;
    for (const { name, size } of this.#setup.vectors) {
      values.set(trained[name].data, from);
      from += size;
    }
    this.#packed.set(key, values);
    return values.byteLength;
  }

  has(key: string): boolean {
    return this.#packed.has(key);
  }

  remove(key: string): void {
    const values = this.#packed.get(key);
    if (values !== undefined) this.#slabs.giveBack(values);
    this.#packed.delete(key);
  }

  join(rows: RowAdapters): JoinedRows {
    const values = new Float32Array(rows.length * this.#rowSize);
    const scales = rows.map((row, index) => {
      const packed = row === null ? undefined : this.#packed.get(row.key);
      if (row === null || packed === undefined) return 1; // of zeros
      values.set(packed, index * this.#rowSize);
      return row.scale;
    });
    const stacked = tf.tensor2d(values, [rows.length, this.#rowSize]);
    const vectors = this.#split({ values: stacked });
    stacked.dispose();
    this.#holds += 1;
    const isScaled = scales.some((scale) => scale !== 1);
    const inputs = isScaled ? { ...vectors, scale: tf.tensor2d(scales, [rows.length, 1]) } : vectors;
    return {
      signature: `${this.#setup.signature}${isScaled ? ' scaled' : ''}`,
      inputs,
      bind: (given, tokens) => this.#bind(given, tokens),
      dispose: () => {
        tf.dispose(inputs);
        this.#leave();
      },
    };
  }

  /** Joins that are alive go on. */
  dispose(): void {
    this.#leave();
  }

  #leave(): void {
    this.#holds -= 1;
    if (this.#holds > 0) return;
    this.#split.dispose();
    this.#setup.release();
  }

  #bind({ scale, ...inputs }: NamedTensorMap, tokens: number): BoundAdapter {
    const { method, weights, vectors, frozen } = this.#setup;
    const rows = Object.fromEntries(vectors.map(({ name }) => [name, repeatRows(inputs[name], tokens)]));
    return method.bind(
      weights,
      { ...frozen, ...rows },
      scale === undefined ? {} : { scale: repeatRows(scale, tokens) },
    );
  }
}

/** (rows, n) → (rows · tokens, n), each row for its tokens. */
export function repeatRows(x: Tensor, tokens: number): Tensor {
  if (tokens === 1) return x;
  const [rows, n] = x.shape as [number, number];
  return x
    .expandDims(1)
    .tile([1, tokens, 1])
    .reshape([rows * tokens, n]);
}
