/**
 * The base's weights for making an adapter: one at a time out of its files, and their largest singular values. Small
 * ones are decomposed exactly; of others the products are done on the device, and the rounds are those of LoRA-XS'
 * published code, which keeps the factors as its successors should: another solver's signs make another adapter.
 */
import { setImmediate } from 'node:timers/promises';
import type { InspectedModel } from '../../formats/modelFolder.ts';
import { openWeights } from '../../formats/weightSource.ts';
import type { Columns } from '../../linearAlgebra/columns.ts';
import { jacobiSvd, type Svd, withFixedSigns } from '../../linearAlgebra/jacobiSvd.ts';
import { type MatrixProducts, truncatedSvd } from '../../linearAlgebra/truncatedSvd.ts';
import { tf, type Tensor } from '../tf.ts';
import type { BaseWeights, HostTensor, TopSingular } from './adapterMethod.ts';
import { keptOrFound } from './keptDecompositions.ts';

/** Smaller side up to which all values are computed. */
const exactUpTo = 64;
const rules = { tolerance: 1e-6, maxRounds: 10 };

export interface OpenBaseWeights extends BaseWeights {
  close(): void;
}

export interface BaseWeightsSetup {
  readonly modelDir: string;
  readonly model: Pick<InspectedModel, 'family' | 'shape'>;
  /** Before each decomposition, of which a method may ask for many; `done`: how many it has had. */
  readonly onDecompose?: (done: number) => void;
  /** Where they are kept by content; absent: nowhere. */
  readonly decompositionsDir?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Close it. Throws GraftError for weights that do not fit their configuration. */
export function openBaseWeights({
  modelDir,
  model,
  onDecompose,
  decompositionsDir,
  signal,
}: BaseWeightsSetup): OpenBaseWeights {
  const { family, shape } = model;
  const source = openWeights(modelDir, family, shape);
  let asked = 0;
  const read = (name: string): HostTensor => ({ shape: source.shape(name), data: source.readFloat32(name) });
  return {
    shape,
    has: (name) => source.has(name),
    read,
    async topSingular(module, rank) {
      await setImmediate();
      signal?.throwIfAborted();
      onDecompose?.(asked++);
      const weight = read(`${module}.weight`);
      return keptOrFound(decompositionsDir, { weight, rank }, async () => topOf(weight, rank));
    },
    close: () => source.close(),
  };
}

async function topOf(weight: HostTensor, rank: number): Promise<TopSingular> {
  const { u, s, v } = withFixedSigns(await decompose(weight, rank));
  return { u: rowMajor(u, rank), s: Float32Array.from(s.slice(0, rank)), v: rowMajor(v, rank) };
}

async function decompose(weight: HostTensor, rank: number): Promise<Svd> {
  const [rows, columns] = weight.shape;
  if (Math.min(rows, columns) <= exactUpTo) return jacobiSvd(columnsOf(weight));
  const matrix = tf.tensor2d(weight.data, [rows, columns]);
  try {
    return await truncatedSvd(productsOf(matrix, rows, columns), rank, rules);
  } finally {
    matrix.dispose();
  }
}

/** In float32; a block of columns goes over as its transpose, which is how it lies in memory. */
function productsOf(matrix: Tensor, rows: number, columns: number): MatrixProducts {
  const multiplied = async (block: Columns, transposed: boolean): Promise<Columns> => {
    const product = tf.tidy(() => {
      const lying = new Float32Array(block.length * block[0].length);
      block.forEach((column, at) => lying.set(column, at * column.length));
      return tf.matMul(tf.tensor2d(lying, [block.length, block[0].length]), matrix, false, transposed);
    });
    try {
      const values = await product.data<'float32'>();
      const length = values.length / block.length;
      return block.map((_, at) => Float64Array.from(values.subarray(at * length, (at + 1) * length)));
    } finally {
      product.dispose();
    }
  };
  return {
    rows,
    columns,
    times: async (right) => multiplied(right, true),
    transposedTimes: async (left) => multiplied(left, false),
  };
}

function columnsOf({ shape: [rows, columns], data }: HostTensor): Columns {
  return Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_each, row) => data[row * columns + column]),
  );
}

/** The first `count` columns as a row-major (length, count) matrix. */
function rowMajor(columns: Columns, count: number): HostTensor {
  const length = columns[0].length;
  const data = new Float32Array(length * count);
  for (let at = 0; at < count; at++) columns[at].forEach((value, row) => (data[row * count + at] = value));
  return { shape: [length, count], data };
}
