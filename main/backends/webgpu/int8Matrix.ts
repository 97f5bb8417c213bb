/**
 * Int8 matrices on the card, four integers a word: a quarter of the memory of float32, and rows are found by ids that
 * lie on the card too. tfjs sees a float32 tensor of the matrix' shape whose data are the scales, one a row; the
 * integers go with that data. Stock kernels must never get such a tensor.
 */
import { quantiseRows } from '../../engine/backends/int8Rows.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { bfloat16ToFloat32 } from '../../formats/floats.ts';
import { Scratch } from '../../formats/scratch.ts';
import { pieceElements, type WeightPiece } from '../../formats/weightPieces.ts';
import { type Slice, timesSlices, timesTransposedSlices } from '../eager/sliceProducts.ts';
import type { TensorInfo, TfjsWebgpu } from './tfjsWebgpu.ts';

interface Packed {
  readonly rows: number;
  readonly columns: number;
  /** (rows · columns / 4) int32, little-endian. */
  readonly words: TensorInfo;
  /** (rows) */
  readonly scales: TensorInfo;
}

const matrices = new WeakMap<object, Packed>();

const tfjs = (): TfjsWebgpu => tf.engine().backend as unknown as TfjsWebgpu;

/** (rows, columns). */
export function uploadPacked(shape: readonly number[], pieces: Iterable<WeightPiece>): Tensor {
  const [rows, columns] = shape;
  const values = new Int8Array(Math.ceil((rows * columns) / 4) * 4);
  const scales = new Float32Array(rows);
  const scratch = new Scratch();
  for (const { from, values: given } of pieces) {
    const floats = given instanceof Uint16Array ? bfloat16ToFloat32(given, scratch.floats(given.length)) : given;
    quantiseRows(floats, columns, { values: values.subarray(from), scales: scales.subarray(from / columns) });
  }
  const words = tfjs().makeTensorInfo([values.length / 4], 'int32', new Int32Array(values.buffer));
  const dataId = tfjs().write(scales, [rows], 'float32');
  matrices.set(dataId, { rows, columns, words, scales: { dataId, shape: [rows], dtype: 'float32' } });
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [rows, columns], dtype: 'float32' });
}

/** undefined for a tensor that is what it seems. */
export function findPacked({ dataId }: Tensor): Packed | undefined {
  return matrices.get(dataId);
}

/** The integers of scales that are gone. */
export function wordsOf(dataId: object): TensorInfo | undefined {
  return matrices.get(dataId)?.words;
}

/** Rows `from` to `to`, or rows `ids` (N, int32), in float32. */
export function unpack(matrix: Packed, which: readonly [from: number, to: number] | Tensor): Tensor {
  const { columns, words, scales } = matrix;
  const byIds = which instanceof tf.Tensor;
  const count = byIds ? which.size : which[1] - which[0];
  const inputs = byIds ? [words, scales, which as unknown as TensorInfo] : [words, scales];
  const first = byIds ? 0 : which[0];
  const made = tfjs().runWebGPUProgram(unpackProgram([count, columns], byIds), inputs, 'float32', [
    { type: 'int32', data: [first] },
  ]);
  return tf.engine().makeTensorFromTensorInfo(made);
}

const threads = 64;

function unpackProgram(outputShape: readonly [number, number], byIds: boolean): object {
  const row = byIds ? 'rowIds[index / uniforms.outShape.y]' : 'uniforms.first + index / uniforms.outShape.y';
  return {
    variableNames: byIds ? ['words', 'scales', 'rowIds'] : ['words', 'scales'],
    outputShape,
    dispatchLayout: { x: [0, 1] },
    dispatch: [Math.ceil((outputShape[0] * outputShape[1]) / threads), 1, 1],
    workgroupSize: [threads, 1, 1],
    uniforms: 'first : i32,',
    size: true,
    shaderKey: `graftUnpack${byIds ? 'Ids' : ''}`,
    getUserCode: () => `
      fn main(index : i32) {
        if (index < uniforms.size) {
          let row = ${row};
          let at = row * uniforms.outShape.y + index % uniforms.outShape.y;
          let shift = 24u - 8u * u32(at % 4);
          setOutputAtIndex(index, f32((words[at / 4] << shift) >> 24u) * scales[row]);
        }
      }
    `,
  };
}

/** The whole matrix in turn, so few rows at once that they weigh little. */
function* slices(matrix: Packed): Generator<Slice> {
  const step = Math.max(1, Math.floor(pieceElements / matrix.columns));
  for (let from = 0; from < matrix.rows; from += step)
    yield { from, rows: unpack(matrix, [from, Math.min(matrix.rows, from + step)]) };
}

/** x (N, columns) → x wᵀ (N, rows). */
export function timesTransposedPacked(x: Tensor, matrix: Packed): Tensor {
  return timesTransposedSlices(x, slices(matrix), (input, rows): Tensor => tf.matMul(input, rows, false, true));
}

/** dy (N, rows) → dy w (N, columns). */
export function timesPacked(dy: Tensor, matrix: Packed): Tensor {
  return timesSlices(dy, slices(matrix));
}
