/**
 * Frozen weights on TensorFlow, written straight into its memory piece by piece: one small buffer is all that is held
 * of a weight beside the tensor itself, and the same one for all weights until `release`. Of packed matrices the packed
 * form of one lies on the host while it is made.
 */
import type { WeightPrecision } from '../../contract/engine.ts';
import type { FrozenPart, FrozenSource, JoinedTensors } from '../../engine/backends/backend.ts';
import { bfloat16ToFloat32, float32ToBfloat16 } from '../../formats/floats.ts';
import { Scratch } from '../../formats/scratch.ts';
import type { WeightPiece } from '../../formats/weightPieces.ts';
import type { Tensor } from '../../engine/tf.ts';
import { quantiseRows } from '../../engine/backends/int8Rows.ts';
import { quantiseNf4 } from '../../formats/nf4.ts';
import { DataType } from './attributes.ts';
import type { WriteBytes } from './eagerSession.ts';
import { blockTensors } from './matrices/blockTensors.ts';
import { CodeTables } from './matrices/codeTables.ts';
import { int8Matrix } from './matrices/int8Matrix.ts';
import { nf4Tensors } from './matrices/nf4Tensors.ts';
import { type HiddenMatrix, leading } from './matrices/hiddenMatrix.ts';
import type { TfjsBackend } from './tfjsBackend.ts';

const dtypes = { float32: DataType.float, bf16: DataType.bfloat16 } as const;
const elementBytes = { float32: 4, bf16: 2 } as const;

/** Bytes. */
const viewAlignment = 64;

type Shape = readonly number[];

export class FrozenTensors {
  readonly #backend: TfjsBackend;
  readonly #tables: CodeTables;
  readonly #floats = new Scratch();
  /** bf16 or int8 on their way to the tensor. */
  readonly #narrow = new Scratch();

  constructor(backend: TfjsBackend) {
    this.#backend = backend;
    this.#tables = new CodeTables(backend.binding.session);
  }

  /**
   * (rows, columns) in `storage`; what that does not keep packed is stored as `products` says. See Backend.frozenWeight
   * for what may be done with it.
   */
  upload(storage: WeightPrecision, products: keyof typeof dtypes, shape: Shape, source: FrozenSource): Tensor {
    if (storage === 'int8') return this.#uploadInt8(shape, source.pieces);
    if (storage === 'nf4' && source.isLinear === true) return this.#uploadNf4(shape, source.pieces);
    const packed = storage === 'packed' ? this.#uploadBlocks(shape, source) : undefined;
    if (packed !== undefined) return packed;
    return this.uploadNumbers(storage === 'float32' || storage === 'bf16' ? storage : products, shape, source.pieces);
  }

  /** The same, unquantised. */
  uploadNumbers(storage: keyof typeof dtypes, shape: Shape, pieces: Iterable<WeightPiece>): Tensor {
    const bytes = elementBytes[storage];
    const layout = { shape, dtype: dtypes[storage], sizeBytes: sizeOf(shape) * bytes };
    const id = this.#backend.binding.session.fillTensor(layout, (write) => {
      for (const { from, values } of pieces) write(from * bytes, this.#stored(storage, values));
    });
    return this.#backend.createOutputTensor({ id, shape: [...shape], dtype: dtypes[storage] });
  }

  /** See Backend.frozenJoined. TensorFlow cuts rows off without a copy where they begin at multiples of 64 bytes. */
  uploadJoined(storage: WeightPrecision, parts: readonly FrozenPart[]): JoinedTensors | undefined {
    if (storage !== 'float32' && storage !== 'bf16') return undefined;
    const columns = parts[0].shape[1];
    const isView = (columns * elementBytes[storage]) % viewAlignment === 0;
    if (!isView || parts.some(({ shape }) => shape[1] !== columns)) return undefined;
    const starts = parts.map((_, at) => parts.slice(0, at).reduce((rows, { shape }) => rows + shape[0], 0));
    const rows = parts.reduce((sum, { shape }) => sum + shape[0], 0);
    function* pieces(): Generator<WeightPiece> {
      for (const [at, { source }] of parts.entries())
        for (const { from, values } of source.pieces) yield { from: starts[at] * columns + from, values };
    }
    const whole = this.uploadNumbers(storage, [rows, columns], pieces());
    const [id] = this.#backend.getInputTensorIds([whole]);
    const cut = (count: number, from: number): Tensor => {
      const part = leading(this.#backend.binding, id, { from, count }, [rows, columns]);
      return this.#backend.createOutputTensor({ id: part, shape: [count, columns], dtype: dtypes[storage] });
    };
    return { whole, parts: parts.map(({ shape }, at) => cut(shape[0], starts[at])) };
  }

  #uploadInt8(shape: Shape, pieces: Iterable<WeightPiece>): Tensor {
    const { binding } = this.#backend;
    const scales = new Float32Array(shape[0]);
    const layout = { shape, dtype: DataType.int8, sizeBytes: sizeOf(shape) };
    const id = binding.session.fillTensor(layout, (write) => {
      this.#writeInt8(pieces, sizeOf(shape) / shape[0], scales, write);
    });
    const ofRows = binding.session.createTensor([scales.length], DataType.float, scales);
    return this.#withFace(id, int8Matrix(id, ofRows, shape));
  }

  #uploadNf4(shape: Shape, pieces: Iterable<WeightPiece>): Tensor {
    const asFloats = (values: WeightPiece['values']): Float32Array => this.#asFloats(values);
    function* floats(): Generator<Float32Array> {
      for (const { values } of pieces) yield asFloats(values);
    }
    const made = nf4Tensors(this.#backend.binding, this.#tables, shape, quantiseNf4(sizeOf(shape), floats()));
    return this.#withFace(made.codes, made.matrix);
  }

  #uploadBlocks(shape: Shape, { blocks }: FrozenSource): Tensor | undefined {
    if (blocks === undefined) return undefined;
    const made = blockTensors(this.#backend.binding, this.#tables, shape, blocks);
    return made && this.#withFace(made.codes, made.matrix);
  }

  #withFace(id: number, matrix: HiddenMatrix): Tensor {
    this.#backend.binding.hide(id, matrix);
    return this.#backend.createOutputTensor({ id, shape: [matrix.rows, matrix.columns], dtype: DataType.float });
  }

  #stored(storage: 'float32' | 'bf16', values: WeightPiece['values']): WeightPiece['values'] {
    if (storage === 'float32') return this.#asFloats(values);
    return values instanceof Uint16Array ? values : float32ToBfloat16(values, this.#narrow.halves(values.length));
  }

  #writeInt8(pieces: Iterable<WeightPiece>, columns: number, scales: Float32Array, write: WriteBytes): void {
    for (const { from, values } of pieces) {
      const quantised = new Int8Array(this.#narrow.bytes(values.length).buffer, 0, values.length);
      quantiseRows(this.#asFloats(values), columns, { values: quantised, scales: scales.subarray(from / columns) });
      write(from, quantised);
    }
  }

  #asFloats(values: WeightPiece['values']): Float32Array {
    return values instanceof Uint16Array ? bfloat16ToFloat32(values, this.#floats.floats(values.length)) : values;
  }

  /** Gives the buffers back; the next upload takes new ones. */
  release(): void {
    this.#floats.release();
    this.#narrow.release();
  }
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}
