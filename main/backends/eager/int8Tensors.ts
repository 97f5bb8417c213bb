/**
 * Int8 matrices for the backends that know float32 alone. tfjs sees a float32 tensor of the matrix' shape whose data
 * are the scales, one a row; the integers lie on the host, outside WebAssembly's heap, and live as long as that data.
 * Products multiply them out a few rows at a time. Stock kernels must never get such a tensor.
 */
import { bfloat16ToFloat32 } from '../../formats/floats.ts';
import { Scratch } from '../../formats/scratch.ts';
import { pieceElements, type WeightPiece } from '../../formats/weightPieces.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { dequantiseRows, quantiseRows, type Int8Rows } from '../../engine/backends/int8Rows.ts';

const matrices = new WeakMap<object, Int8Rows>();

/** (rows, columns). */
export function uploadInt8(shape: readonly number[], pieces: Iterable<WeightPiece>): Tensor {
  const [rows, columns] = shape;
  const whole: Int8Rows = { values: new Int8Array(rows * columns), scales: new Float32Array(rows) };
  const scratch = new Scratch();
  for (const { from, values } of pieces) {
    const floats = values instanceof Uint16Array ? bfloat16ToFloat32(values, scratch.floats(values.length)) : values;
    quantiseRows(floats, columns, {
      values: whole.values.subarray(from),
      scales: whole.scales.subarray(from / columns),
    });
  }
  const dataId = tf.engine().backend.write(whole.scales, [rows], 'float32');
  matrices.set(dataId, whole);
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [rows, columns], dtype: 'float32' });
}

/** Undefined for a tensor that is what it seems. */
export function findInt8({ dataId }: Tensor): Int8Rows | undefined {
  return matrices.get(dataId);
}

interface Slice {
  readonly from: number;
  readonly rows: Tensor;
}

/** float32 rows (n, columns) of the whole matrix in turn, so few at once that they weigh little. */
function* expandedSlices(matrix: Int8Rows): Generator<Slice> {
  const { scales } = matrix;
  const columns = matrix.values.length / scales.length;
  const step = Math.max(1, Math.floor(pieceElements / columns));
  for (let from = 0; from < scales.length; from += step) {
    const to = Math.min(scales.length, from + step);
    const floats = new Float32Array((to - from) * columns);
    dequantiseRows(matrix, [from, to], floats);
    yield { from, rows: tf.tensor2d(floats, [to - from, columns]) };
  }
}

/** x (N, columns) → x wᵀ (N, rows); `multiply` is the backend's own product with a transposed matrix. */
export function timesTransposedInt8(x: Tensor, matrix: Int8Rows, multiply: (x: Tensor, w: Tensor) => Tensor): Tensor {
  return tf.tidy(() => {
    const parts = Array.from(expandedSlices(matrix), ({ rows }) => {
      const part = multiply(x, rows);
      rows.dispose();
      return part;
    });
    return parts.length === 1 ? parts[0] : tf.concat(parts, 1);
  });
}

/** dy (N, rows) → dy w (N, columns). */
export function timesInt8(dy: Tensor, matrix: Int8Rows): Tensor {
  return tf.tidy(() => {
    const parts = Array.from(expandedSlices(matrix), ({ from, rows }) => {
      const part = tf.matMul(tf.slice(dy, [0, from], [-1, rows.shape[0]]), rows);
      rows.dispose();
      return part;
    });
    return tf.addN(parts);
  });
}

/** Rows `ids` (N, int32) of the matrix → (N, columns). */
export function gatherInt8(matrix: Int8Rows, ids: Tensor): Tensor {
  const columns = matrix.values.length / matrix.scales.length;
  const rows = new Float32Array(ids.size * columns);
  for (const [at, id] of ids.dataSync().entries())
    dequantiseRows(matrix, [id, id + 1], rows.subarray(at * columns, (at + 1) * columns));
  return tf.tensor2d(rows, [ids.size, columns]);
}

/** All of it in float32. */
export function expandInt8(matrix: Int8Rows): Tensor {
  const floats = new Float32Array(matrix.values.length);
  dequantiseRows(matrix, [0, matrix.scales.length], floats);
  return tf.tensor2d(floats, [matrix.scales.length, floats.length / matrix.scales.length]);
}
