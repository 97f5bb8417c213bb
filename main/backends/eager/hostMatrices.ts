/**
 * Matrices of integers or packed blocks for the backends that know float32 alone. tfjs sees a float32 tensor of the
 * matrix' shape with next to no data; what it stands for lies on the host, outside WebAssembly's heap, and lives as
 * long as that data. Products write it out a few rows at a time. Stock kernels must never get such a tensor.
 */
import type { FrozenSource } from '../../engine/backends/backend.ts';
import { dequantiseRows, quantiseRows, type Int8Rows } from '../../engine/backends/int8Rows.ts';
import { dequantiseNf4, quantiseNf4 } from '../../formats/nf4.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { bfloat16ToFloat32 } from '../../formats/floats.ts';
import { blockForms } from '../../formats/ggufBlockForms.ts';
import { Scratch } from '../../formats/scratch.ts';
import type { StoredBlocks } from '../../formats/storedBlocks.ts';
import { pieceElements, type WeightPiece } from '../../formats/weightPieces.ts';
import { type Slice, timesSlices, timesTransposedSlices } from './sliceProducts.ts';

export interface HostMatrix {
  readonly rows: number;
  readonly columns: number;
  /** The float32 values of rows from `from` on, as many as `result` has room for. */
  write(from: number, result: Float32Array): void;
}

type Shape = readonly number[];

const matrices = new WeakMap<object, HostMatrix>();

function hidden(matrix: HostMatrix): Tensor {
  const { rows, columns } = matrix;
  const dataId = tf.engine().backend.write(new Float32Array(1), [1], 'float32');
  matrices.set(dataId, matrix);
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [rows, columns], dtype: 'float32' });
}

function* inFloats(pieces: Iterable<WeightPiece>): Generator<{ readonly from: number; readonly values: Float32Array }> {
  const scratch = new Scratch();
  for (const { from, values } of pieces) {
    const isHalf = values instanceof Uint16Array;
    yield { from, values: isHalf ? bfloat16ToFloat32(values, scratch.floats(values.length)) : values };
  }
}

/** (rows, columns). */
export function uploadInt8([rows, columns]: Shape, { pieces }: FrozenSource): Tensor {
  const whole: Int8Rows = { values: new Int8Array(rows * columns), scales: new Float32Array(rows) };
  for (const { from, values } of inFloats(pieces)) {
    quantiseRows(values, columns, {
      values: whole.values.subarray(from),
      scales: whole.scales.subarray(from / columns),
    });
  }
  const write: HostMatrix['write'] = (from, result) =>
    dequantiseRows(whole, [from, from + result.length / columns], result);
  return hidden({ rows, columns, write });
}

/** (rows, columns). */
export function uploadNf4([rows, columns]: Shape, { pieces }: FrozenSource): Tensor {
  function* floats(): Generator<Float32Array> {
    for (const { values } of inFloats(pieces)) yield values;
  }
  const whole = quantiseNf4(rows * columns, floats());
  return hidden({ rows, columns, write: (from, result) => dequantiseNf4(whole, from * columns, result) });
}

/** (rows, columns), its blocks as the file has them; undefined where they are of a type that is not kept packed. */
export function uploadBlocks([rows, columns]: Shape, { type, pieces }: StoredBlocks): Tensor | undefined {
  const { decode, blockSize, blockBytes } = type;
  if (decode === undefined || blockForms[type.name] === undefined) return undefined;
  const rowBytes = (columns / blockSize) * blockBytes;
  const whole = new Uint8Array(rows * rowBytes);
  for (const { from, bytes } of pieces()) whole.set(bytes, from * blockBytes);
  const write: HostMatrix['write'] = (from, result) => {
    const count = result.length / columns;
    decode(whole.subarray(from * rowBytes, (from + count) * rowBytes), result.length, result);
  };
  return hidden({ rows, columns, write });
}

/** Undefined for a tensor that is what it seems. */
export function findHidden({ dataId }: Tensor): HostMatrix | undefined {
  return matrices.get(dataId);
}

/** float32 rows (n, columns) of the whole matrix in turn, so few at once that they weigh little. */
function* expandedSlices(matrix: HostMatrix): Generator<Slice> {
  const { rows: total, columns } = matrix;
  const step = Math.max(1, Math.floor(pieceElements / columns));
  for (let from = 0; from < total; from += step) {
    const count = Math.min(step, total - from);
    const floats = new Float32Array(count * columns);
    matrix.write(from, floats);
    yield { from, rows: tf.tensor2d(floats, [count, columns]) };
  }
}

/** x (N, columns) → x wᵀ (N, rows); `multiply` is the backend's own product with a transposed matrix. */
export function timesTransposedHidden(
  x: Tensor,
  matrix: HostMatrix,
  multiply: (x: Tensor, w: Tensor) => Tensor,
): Tensor {
  return timesTransposedSlices(x, expandedSlices(matrix), multiply);
}

/** dy (N, rows) → dy w (N, columns). */
export function timesHidden(dy: Tensor, matrix: HostMatrix): Tensor {
  return timesSlices(dy, expandedSlices(matrix));
}

/** Rows `ids` (N, int32) of the matrix → (N, columns). */
export function gatherHidden(matrix: HostMatrix, ids: Tensor): Tensor {
  const { columns } = matrix;
  const rows = new Float32Array(ids.size * columns);
  for (const [at, id] of ids.dataSync().entries()) matrix.write(id, rows.subarray(at * columns, (at + 1) * columns));
  return tf.tensor2d(rows, [ids.size, columns]);
}

/** All of it in float32. */
export function expandHidden(matrix: HostMatrix): Tensor {
  const floats = new Float32Array(matrix.rows * matrix.columns);
  matrix.write(0, floats);
  return tf.tensor2d(floats, [matrix.rows, matrix.columns]);
}
