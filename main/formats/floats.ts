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
  const bits = asBits(source);
  const result = new Uint16Array(source.length);
  for (let i = 0; i < bits.length; i++) result[i] = halfBits(bits[i]);
  return result;
}

function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x33000000) return sign;
  const exponent = (magnitude >>> 23) - 127;
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  // Bits of the 24-bit mantissa that the result cannot hold: 13, and more below the smallest normal 2^-14.
  const dropped = exponent < -14 ? -1 - exponent : 13;
  const kept = mantissa >>> dropped;
  const rest = mantissa & ((1 << dropped) - 1);
  const half = 1 << (dropped - 1);
  const rounded = kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0);
  // A carry out of the mantissa lands in the exponent, which is what rounding up to the next power of two means.
  return sign | (exponent < -14 ? rounded : ((exponent + 14) << 10) + rounded);
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
