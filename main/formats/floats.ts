/**
 * Half precision in bulk: IEEE binary16 (f16) and bfloat16 to and from float32, over whole arrays.
 * Narrowing rounds to nearest, ties to even, and keeps NaN a NaN; widening is exact. Arrays are in the machine's byte
 * order, which is little-endian on every platform Node runs Graft on, as in the files. `result` takes memory that is
 * there already.
 */

const halfToFloat = new Float32Array(65536);
let halfTableReady = false;

/** f16 bit patterns to float32, exact. Subnormals, infinities and NaN included. */
export function float16ToFloat32(
  source: Uint16Array,
  result: Float32Array = new Float32Array(source.length),
): Float32Array {
  if (!halfTableReady) fillHalfTable();
  for (let i = 0; i < source.length; i++) result[i] = halfToFloat[source[i]];
  return result;
}

/** One f16 bit pattern as a number; for scales inside quantised blocks. */
export function float16ToNumber(bits: number): number {
  if (!halfTableReady) fillHalfTable();
  return halfToFloat[bits];
}

/** bf16 bit patterns to float32, exact: the upper half of a float32. */
export function bfloat16ToFloat32(
  source: Uint16Array,
  result: Float32Array = new Float32Array(source.length),
): Float32Array {
  const bits = asBits(result);
  for (let i = 0; i < source.length; i++) bits[i] = source[i] << 16;
  return result;
}

/** float32 to bf16 bit patterns; too large becomes infinity by the same rounding. */
export function float32ToBfloat16(
  source: Float32Array,
  result: Uint16Array = new Uint16Array(source.length),
): Uint16Array {
  const bits = asBits(source);
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i];
    const isNan = (value & 0x7fffffff) > 0x7f800000;
    result[i] = isNan ? (value >>> 16) | 0x40 : (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
  }
  return result;
}

/** float32 to f16 bit patterns; 65,520 and more become infinity, less than 2^-25 becomes zero, signs kept. */
export function float32ToFloat16(source: Float32Array): Uint16Array {
  return new Uint16Array(new Float16Array(source).buffer);
}

function fillHalfTable(): void {
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >>> 10) & 31;
    const mantissa = bits & 1023;
    if (exponent === 31) halfToFloat[bits] = mantissa ? NaN : sign * Infinity;
    else
      halfToFloat[bits] = exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
  }
  halfTableReady = true;
}

/** The same memory as bit patterns. */
function asBits(source: Float32Array): Uint32Array {
  return new Uint32Array(source.buffer, source.byteOffset, source.length);
}
