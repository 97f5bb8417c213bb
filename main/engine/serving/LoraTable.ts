/**
 * LoRA in a batch (the idea of Punica, arXiv 2310.18547, and S-LoRA, 2311.03285, by plain products): the factors of the
 * adapters present stand side by side, A (R, in) and B (R, out) with R the sum of their ranks, and a mask (rows, R)
 * lets each row see its own adapter's columns alone. One product over all rows reads each factor once; masked columns
 * add exact zeros. Other methods join through their exact LoRA form.
 */
import { loraFactors } from '../../methods/lora/tensors.ts';
import type { LoraFactors } from '../../methods/lora/tensors.ts';
import type { LoraOptions } from '../../methods/lora/spec.ts';
import type { AdapterWeights, BoundAdapter } from '../adapters/adapterMethod.ts';
import type { Backend } from '../backends/backend.ts';
import { frozenLinear } from '../ops/frozenLinear.ts';
import { matMulKernel } from '../ops/kernels.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import type { AdapterTable, JoinedRows, JoinRule, RowAdapters } from './adapterTable.ts';
import { repeatRows } from './VectorTable.ts';

interface Packed {
  readonly rank: number;
  /** By module path. */
  readonly factors: ReadonlyMap<string, LoraFactors>;
}

/** The factors of some adapters on the device, shared by the joins that use them. */
interface Columns {
  readonly signature: string;
  readonly inputs: NamedTensorMap;
  readonly width: number;
  /** First column of each adapter. */
  readonly from: ReadonlyMap<string, number>;
  users: number;
}

const smallestWidth = 8;

export class LoraTable implements AdapterTable {
  readonly #backend: Backend;
  readonly #exactJoins: boolean;
  readonly #packed = new Map<string, Packed>();
  #columns: Columns | undefined;

  constructor(backend: Backend, { exactJoins }: JoinRule) {
    this.#backend = backend;
    this.#exactJoins = exactJoins;
  }

  get isEmpty(): boolean {
    return this.#packed.size === 0;
  }

  add(key: string, weights: AdapterWeights): number {
    const factors = loraFactors(weights as AdapterWeights<LoraOptions>);
    const rank = Math.max(...[...factors.values()].map(({ rank: own }) => own));
    this.remove(key);
    this.#packed.set(key, { rank, factors });
    return [...factors.values()].reduce(
      (bytes, { a, bTransposed }) => bytes + a.byteLength + bTransposed.byteLength,
      0,
    );
  }

  has(key: string): boolean {
    return this.#packed.has(key);
  }

  remove(key: string): void {
    this.#packed.delete(key);
    if (this.#columns?.from.has(key) === true) this.#dropColumns();
  }

  join(rows: RowAdapters): JoinedRows {
    const columns = this.#columnsFor(
      new Set(rows.flatMap((row) => (row !== null && this.has(row.key) ? [row.key] : []))),
    );
    columns.users += 1;
    const mask = tf.tensor2d(this.#mask(rows, columns), [rows.length, columns.width]);
    return {
      signature: columns.signature,
      inputs: { ...columns.inputs, mask },
      bind: bindColumns,
      dispose: () => {
        mask.dispose();
        this.#release(columns);
      },
    };
  }

  dispose(): void {
    this.#dropColumns();
    this.#packed.clear();
  }

  #mask(rows: RowAdapters, { width, from }: Columns): Float32Array {
    const mask = new Float32Array(rows.length * width);
    rows.forEach((row, index) => {
      const first = row === null ? undefined : from.get(row.key);
      if (row === null || first === undefined) return;
      const start = index * width + first;
      mask.fill(row.scale, start, start + (this.#packed.get(row.key)?.rank ?? 0));
    });
    return mask;
  }

  /** Those of the last join serve again while they hold every adapter that is wanted. */
  #columnsFor(keys: ReadonlySet<string>): Columns {
    const last = this.#columns;
    const serves = last !== undefined && [...keys].every((key) => last.from.has(key));
    if (serves && !(this.#exactJoins && last.from.size > keys.size)) return last;
    const kept = this.#exactJoins ? [] : [...(last?.from.keys() ?? [])].filter((key) => !keys.has(key));
    const made = this.#upload(this.#thatFit([...keys], kept));
    this.#dropColumns();
    made.users += 1; // the table's own hold, until others take their place
    this.#columns = made;
    return made;
  }

  /** The wanted ones and, where their padded width has room, some that were there before. */
  #thatFit(wanted: readonly string[], others: readonly string[]): ReadonlyMap<string, number> {
    const from = new Map<string, number>();
    let used = 0;
    const take = (key: string): void => {
      from.set(key, used);
      used += this.#packed.get(key)?.rank ?? 0;
    };
    wanted.forEach(take);
    const width = paddedWidth(used);
    for (const key of others) if (used + (this.#packed.get(key)?.rank ?? 0) <= width) take(key);
    return from;
  }

  #upload(from: ReadonlyMap<string, number>): Columns {
    const chosen = [...from].flatMap(([key, first]) => {
      const packed = this.#packed.get(key);
      return packed === undefined ? [] : [{ ...packed, first }];
    });
    const width = paddedWidth(chosen.reduce((total, { rank }) => total + rank, 0));
    const targets = [...new Set(chosen.flatMap(({ factors }) => [...factors.keys()]))];
    const inputs: NamedTensorMap = {};
    for (const name of targets) {
      const own = chosen.flatMap(({ factors, first }) => {
        const layer = factors.get(name);
        return layer === undefined ? [] : [{ ...layer, first }];
      });
      const [{ inFeatures, outFeatures }] = own;
      // oxfmt-ignore
      inputs[`a/${name}`] = this.#stack([width, inFeatures], own.map(({ a, first }) => ({ values: a, first })));
      // oxfmt-ignore
      inputs[`b/${name}`] = this.#stack([width, outFeatures], own.map(({ bTransposed, first }) => ({ values: bTransposed, first })));
    }
    return { signature: JSON.stringify(['lora', targets]), inputs, width, from, users: 0 };
  }

  /** A (width, length) matrix with each adapter's rows from its first on; the others are zero. */
  #stack(
    [width, length]: readonly [number, number],
    parts: readonly { readonly values: Float32Array; readonly first: number }[],
  ): Tensor {
    const stacked = new Float32Array(width * length);
    for (const { values, first } of parts) stacked.set(values, first * length);
    return this.#backend.frozen(stacked, [width, length]);
  }

  #dropColumns(): void {
    if (this.#columns !== undefined) this.#release(this.#columns);
    this.#columns = undefined;
  }

  #release(columns: Columns): void {
    columns.users -= 1;
    if (columns.users === 0) tf.dispose(columns.inputs);
  }
}

/** 8, 16, 32, …: few widths, since each is a graph of its own. */
function paddedWidth(columns: number): number {
  let width = smallestWidth;
  while (width < columns) width *= 2;
  return width;
}

function bindColumns(inputs: NamedTensorMap, tokens: number): BoundAdapter {
  const mask = repeatRows(inputs.mask, tokens);
  return {
    deltas: (x, names) =>
      names.map((name) => {
        const [a, b] = [inputs[`a/${name}`], inputs[`b/${name}`]];
        if (a === undefined || b === undefined) return undefined;
        return matMulKernel(frozenLinear(x, a).mul(mask), b, { transposeA: false, transposeB: false });
      }),
    tensorsUnder: () => [],
  };
}
