/**
 * Matrices with their axes exchanged: of float32 numbers, and as they are stored, where only the width of a number
 * matters.
 */
import type { PeftTensor } from './peftFolder.ts';

/** Row-major (rows, columns) to (columns, rows). */
export function transposedFloats(values: Float32Array, [rows, columns]: readonly number[]): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column];
  }
  return result;
}

/** (rows, columns) to (columns, rows), of numbers of 1, 2, 4 or 8 bytes. */
export function transposed({ dtype, shape, data }: PeftTensor): PeftTensor {
  const [rows = 0, columns = 0] = shape;
  const source = numbersOf(data.slice(), data.byteLength / Math.max(1, rows * columns));
  const result = numbersOf(new Uint8Array(data.byteLength), source.BYTES_PER_ELEMENT);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = source[row * columns + column];
  }
  return { dtype, shape: [columns, rows], data: new Uint8Array(result.buffer) };
}

/** Whole numbers of that width, which carry any bits; `bytes` begins its buffer. */
function numbersOf({ buffer }: Uint8Array, width: number): Uint8Array | Uint16Array | Uint32Array | BigUint64Array {
  if (width === 8) return new BigUint64Array(buffer);
  if (width === 4) return new Uint32Array(buffer);
  return width === 2 ? new Uint16Array(buffer) : new Uint8Array(buffer);
}
