/**
 * Float32 to the element types in which GGUF files are written here. Q8_0 is ggml's `quantize_row_q8_0_ref` step by
 * step in float32: 32 values share the scale max|x| / 127, stored as f16, but divided by before that rounding.
 */
import { float32ToBfloat16, float32ToFloat16 } from './floats.ts';

export interface GgufEncoding {
  /** As ggml writes it, e.g. `Q8_0`. */
  readonly name: string;
  readonly typeId: number;
  /** Rows must be whole blocks. */
  readonly blockSize: number;
  readonly blockBytes: number;
  readonly encode: (values: Float32Array) => Uint8Array;
}

const q8BlockSize = 32;
const q8BlockBytes = 34;

export const ggufEncodings = {
  f32: { name: 'F32', typeId: 0, blockSize: 1, blockBytes: 4, encode: bytesOf },
  f16: { name: 'F16', typeId: 1, blockSize: 1, blockBytes: 2, encode: (values) => bytesOf(float32ToFloat16(values)) },
  bf16: {
    name: 'BF16',
    typeId: 30,
    blockSize: 1,
    blockBytes: 2,
    encode: (values) => bytesOf(float32ToBfloat16(values)),
  },
  q8_0: { name: 'Q8_0', typeId: 8, blockSize: q8BlockSize, blockBytes: q8BlockBytes, encode: encodeQ8_0 },
} as const satisfies Record<string, GgufEncoding>;

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function encodeQ8_0(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array((values.length / q8BlockSize) * q8BlockBytes);
  const scales = new Float32Array(values.length / q8BlockSize);
  for (let block = 0; block < scales.length; block++) {
    const from = block * q8BlockSize;
    let largest = 0;
    for (let i = from; i < from + q8BlockSize; i++) largest = Math.max(largest, Math.abs(values[i]));
    scales[block] = largest / 127;
    const inverse = scales[block] ? Math.fround(1 / scales[block]) : 0;
    const at = block * q8BlockBytes + 2;
    for (let i = 0; i < q8BlockSize; i++) bytes[at + i] = roundHalfAway(Math.fround(values[from + i] * inverse));
  }
  const halves = float32ToFloat16(scales);
  halves.forEach((bits, block) => {
    bytes[block * q8BlockBytes] = bits & 255;
    bytes[block * q8BlockBytes + 1] = bits >>> 8;
  });
  return bytes;
}

/** C's roundf. Exact: x ± 0.5 has room in float64. */
function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);
}
