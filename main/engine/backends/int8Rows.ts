/**
 * Symmetric 8-bit storage of a matrix, one scale a row (an output of a linear layer, an entry of a table): w ≈ scale ·
 * q with scale = max |row| / 127 and q = w / scale, rounded half to even. A row of zeros has the scale 0 and stays
 * zero; a row with a NaN or an infinity in it becomes NaN as a whole rather than something that looks like weights.
 */

const largestInt8 = 127;
/** Added to a float64 and taken off again, it rounds to whole numbers, half to even: 1.5 · 2⁵². */
const rounder = 6_755_399_441_055_744;

/** Row-major matrices of one width, written one run of rows after another. */
export interface Int8Rows {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** `source` holds whole rows of `columns`; writes as many to the beginning of `into.values` and of `into.scales`. */
export function quantiseRows(source: Float32Array, columns: number, { values, scales }: Int8Rows): void {
  for (let row = 0, from = 0; from < source.length; row++, from += columns) {
    const scale = rowScale(source, from, from + columns);
    scales[row] = scale;
    const divisor = scale === 0 ? 1 : scale; // of a row of zeros, or of numbers so small that they count as such
    for (let at = from; at < from + columns; at++) {
      const rounded = source[at] / divisor + rounder - rounder;
      values[at] = Math.max(-largestInt8, Math.min(largestInt8, rounded));
    }
  }
}

function rowScale(source: Float32Array, from: number, to: number): number {
  let largest = 0;
  for (let at = from; at < to; at++) largest = Math.max(largest, Math.abs(source[at])); // Math.max keeps a NaN
  return Number.isFinite(largest) ? Math.fround(largest / largestInt8) : Number.NaN;
}

/** The float32 values of rows `from` to `to` of a whole matrix, into `result`. */
export function dequantiseRows(
  { values, scales }: Int8Rows,
  rows: readonly [from: number, to: number],
  result: Float32Array,
): void {
  const columns = values.length / scales.length;
  for (let row = rows[0], to = 0; row < rows[1]; row++) {
    const scale = scales[row];
    for (let at = row * columns; at < (row + 1) * columns; at++) result[to++] = values[at] * scale;
  }
}
