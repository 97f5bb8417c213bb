/**
 * Frozen weights on TensorFlow, written straight into its memory piece by piece: one small buffer is all that is held of
 * a weight beside the tensor itself.
 */
import type { WeightPrecision } from '../../../contract/engine.ts';
import { bfloat16ToFloat32, float32ToBfloat16 } from '../../../formats/floats.ts';
import { Scratch } from '../../../formats/scratch.ts';
import type { WeightPiece } from '../../../formats/weightPieces.ts';
import type { Tensor } from '../../tf.ts';
import { quantiseRows } from '../int8Rows.ts';
import { DataType } from './attributes.ts';
import type { WriteBytes } from './eagerSession.ts';
import type { TfjsBackend } from './tfjsBackend.ts';

interface Buffers {
  readonly floats: Scratch;
  readonly halves: Scratch;
}

const dtypes = { float32: DataType.float, bf16: DataType.bfloat16, int8: DataType.int8 } as const;
const elementBytes = { float32: 4, bf16: 2, int8: 1 } as const;

/** (rows, columns) in `storage`; see Backend.frozenWeight for what may be done with it. */
export function uploadFrozen(
  backend: TfjsBackend,
  storage: WeightPrecision,
  shape: readonly number[],
  pieces: Iterable<WeightPiece>,
): Tensor {
  const { binding } = backend;
  const buffers: Buffers = { floats: new Scratch(), halves: new Scratch() };
  const size = shape.reduce((product, length) => product * length, 1);
  const dtype = dtypes[storage];
  const layout = { shape, dtype, sizeBytes: size * elementBytes[storage] };
  const scales = new Float32Array(storage === 'int8' ? shape[0] : 0);
  const id = binding.session.fillTensor(layout, (write) => {
    if (storage === 'int8') writeInt8(pieces, size / shape[0], scales, { write, buffers });
    else for (const { from, values } of pieces) write(from * elementBytes[storage], storage === 'bf16' ? asHalves(values, buffers) : asFloats(values, buffers)); // prettier-ignore
  });
  if (storage === 'int8') binding.setScales(id, binding.createTensor(scales.length === 0 ? [0] : [scales.length], DataType.float, scales));
  return backend.createOutputTensor({ id, shape: [...shape], dtype });
}

function writeInt8(
  pieces: Iterable<WeightPiece>,
  columns: number,
  scales: Float32Array,
  { write, buffers }: { readonly write: WriteBytes; readonly buffers: Buffers },
): void {
  const scratch = new Scratch();
  for (const { from, values } of pieces) {
    const row = from / columns;
    const quantised = new Int8Array(scratch.bytes(values.length).buffer, 0, values.length);
    quantiseRows(asFloats(values, buffers), columns, { values: quantised, scales: scales.subarray(row) });
    write(from, quantised);
  }
}

function asFloats(values: WeightPiece['values'], { floats }: Buffers): Float32Array {
  return values instanceof Uint16Array ? bfloat16ToFloat32(values, floats.floats(values.length)) : values;
}

function asHalves(values: WeightPiece['values'], { halves }: Buffers): Uint16Array {
  return values instanceof Float32Array ? float32ToBfloat16(values, halves.halves(values.length)) : values;
}
