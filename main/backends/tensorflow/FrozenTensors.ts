/**
 * Frozen weights on TensorFlow, written straight into its memory piece by piece: one small buffer is all that is held
 * of a weight beside the tensor itself, and the same one for all weights until `release`.
 */
import type { WeightPrecision } from '../../contract/engine.ts';
import { bfloat16ToFloat32, float32ToBfloat16 } from '../../formats/floats.ts';
import { Scratch } from '../../formats/scratch.ts';
import type { WeightPiece } from '../../formats/weightPieces.ts';
import type { Tensor } from '../../engine/tf.ts';
import { quantiseRows } from '../../engine/backends/int8Rows.ts';
import { DataType } from './attributes.ts';
import type { WriteBytes } from './eagerSession.ts';
import type { TfjsBackend } from './tfjsBackend.ts';

const dtypes = { float32: DataType.float, bf16: DataType.bfloat16, int8: DataType.int8 } as const;
const elementBytes = { float32: 4, bf16: 2, int8: 1 } as const;

export class FrozenTensors {
  readonly #backend: TfjsBackend;
  readonly #floats = new Scratch();
  /** bf16 or int8 on their way to the tensor. */
  readonly #narrow = new Scratch();

  constructor(backend: TfjsBackend) {
    this.#backend = backend;
  }

  /** (rows, columns) in `storage`; see Backend.frozenWeight for what may be done with it. */
  upload(storage: WeightPrecision, shape: readonly number[], pieces: Iterable<WeightPiece>): Tensor {
    const { binding } = this.#backend;
    const size = shape.reduce((product, length) => product * length, 1);
    const dtype = dtypes[storage];
    const scales = new Float32Array(storage === 'int8' ? shape[0] : 0);
    const id = binding.session.fillTensor({ shape, dtype, sizeBytes: size * elementBytes[storage] }, (write) => {
      if (storage === 'int8') this.#writeInt8(pieces, size / shape[0], scales, write);
      else for (const { from, values } of pieces) write(from * elementBytes[storage], this.#stored(storage, values));
    });
    if (storage === 'int8') binding.setScales(id, binding.createTensor([scales.length], DataType.float, scales));
    return this.#backend.createOutputTensor({ id, shape: [...shape], dtype });
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
