/**
 * 4-bit NormalFloat storage of a matrix with double quantisation (Dettmers et al. 2023, QLoRA, arXiv 2305.14314),
 * number for number as bitsandbytes 0.50 writes it on a processor. Blocks of 64 weights, row after row (where a row is
 * no multiple of 64 they go on into the next one): a code for each weight, the largest magnitude ("absmax") for each
 * block. The magnitudes, less their mean, are kept in 8 bits of the dynamic map, in blocks of 256 with a float32 each.
 * A weight stands for nf4Values[code] · (dynamicMap[absmax] · nested + offset), in float32.
 */

export const nf4Block = 64;
/** Magnitudes that share one float32. */
export const nestedBlock = 256;
const smallest = Math.fround(1e-38);

/** What a code stands for: quantiles of a normal distribution, scaled to [−1, 1], with an exact zero. */
export const nf4Values = Float32Array.of(
  ...[-1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334],
  ...[-0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224],
  ...[0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1],
);

/** The 256 signed values of bitsandbytes' dynamic map, rising: more of them near zero. */
export const dynamicMap: Float32Array = makeDynamicMap();

export interface Nf4Matrix {
  /** Of weights. */
  readonly size: number;
  /** Two codes a byte, the first in the high half; whole blocks, filled up with zeros at the end. */
  readonly codes: Uint8Array;
  /** A byte for each block; whole nested blocks, filled up with zeros at the end. */
  readonly absmax: Uint8Array;
  readonly nested: Float32Array;
  readonly offset: number;
}

/** Bytes of a matrix of `size` weights. */
export function nf4Bytes(size: number): number {
  const blocks = Math.ceil(size / nf4Block);
  return blocks * (nf4Block / 2 + 1) + 4 * Math.ceil(blocks / nestedBlock);
}

/**
 * `pieces` are all weights in order; they are read once. The mean of the magnitudes is rounded from float64, where
 * PyTorch adds float32 in an order of the machine's own: its last bit may differ there.
 */
export function quantiseNf4(size: number, pieces: Iterable<Float32Array>): Nf4Matrix {
  const blocks = Math.ceil(size / nf4Block);
  const codes = new Uint8Array((blocks * nf4Block) / 2);
  const magnitudes = new Float32Array(blocks);
  let block = 0;
  for (const values of inWholeBlocks(pieces)) {
    for (let from = 0; from < values.length; from += nf4Block, block++)
      magnitudes[block] = quantiseBlock(values, from, codes, (block * nf4Block) / 2);
  }
  return { size, codes, ...quantiseMagnitudes(magnitudes) };
}

/** Weights `from` to `from + result.length` of the whole. */
export function dequantiseNf4({ codes, absmax, nested, offset }: Nf4Matrix, from: number, result: Float32Array): void {
  const to = from + result.length;
  for (let at = from; at < to;) {
    const block = Math.floor(at / nf4Block);
    const scale = Math.fround(
      Math.fround(dynamicMap[absmax[block]] * nested[Math.floor(block / nestedBlock)]) + offset,
    );
    const end = Math.min(to, (block + 1) * nf4Block);
    for (; at < end; at++) result[at - from] = nf4Values[(codes[at >> 1] >> (at & 1 ? 0 : 4)) & 15] * scale;
  }
}

/** The same weights in arrays of whole blocks, but for the last. */
function* inWholeBlocks(pieces: Iterable<Float32Array>): Generator<Float32Array> {
  const over = new Float32Array(nf4Block);
  let held = 0;
  for (const piece of pieces) {
    const taken = held === 0 ? 0 : Math.min(nf4Block - held, piece.length);
    over.set(piece.subarray(0, taken), held);
    held += taken;
    if (held === nf4Block) {
      yield over;
      held = 0;
    }
    const whole = taken + Math.floor((piece.length - taken) / nf4Block) * nf4Block;
    if (whole > taken) yield piece.subarray(taken, whole);
    if (whole < piece.length) {
      over.set(piece.subarray(whole), 0);
      held = piece.length - whole;
    }
  }
  if (held > 0) yield over.subarray(0, held);
}

/** Between neighbouring values; a weight at a boundary gets the lower code. */
const boundaries = Float32Array.from({ length: 15 }, (_, code) => (nf4Values[code] + nf4Values[code + 1]) / 2);
const codeOfZero = 7;
/** In each of 512 cells of [−1, 1] lies one boundary at most: the code of the cell's beginning, or the one after. */
const cells = 512;
const codeOfCell = Uint8Array.from({ length: cells + 1 }, (_, cell) => codeOf((2 * cell) / cells - 1));

function codeOf(value: number): number {
  const found = boundaries.findIndex((boundary) => value <= boundary);
  return found < 0 ? boundaries.length : found;
}

/** Writes the codes of up to 64 weights from `from` on; returns their magnitude. */
function quantiseBlock(values: Float32Array, from: number, codes: Uint8Array, to: number): number {
  const end = Math.min(values.length, from + nf4Block);
  let largest = 0;
  for (let at = from; at < end; at++) largest = Math.max(largest, Math.abs(values[at])); // Math.max keeps a NaN
  const isWhole = end - from === nf4Block;
  const divisor = Math.max(largest, smallest);
  const factor = Math.fround(1 / divisor);
  for (let at = from; at < end; at++) {
    const scaled = Math.fround(isWhole ? values[at] * factor : values[at] / divisor);
    const clamped = Math.max(-1, Math.min(1, scaled));
    const low = codeOfCell[((clamped + 1) * cells) >> 1];
    const code = low < 15 && clamped > boundaries[low] ? low + 1 : low;
    const place = to + ((at - from) >> 1);
    codes[place] |= (at - from) & 1 ? code : code << 4;
  }
  if ((end - from) & 1) codes[to + ((end - from) >> 1)] |= codeOfZero; // as bitsandbytes fills up a byte
  return isWhole ? largest : divisor;
}

function quantiseMagnitudes(magnitudes: Float32Array): Omit<Nf4Matrix, 'size' | 'codes'> {
  const count = Math.ceil(magnitudes.length / nestedBlock);
  const [absmax, nested] = [new Uint8Array(count * nestedBlock), new Float32Array(count)];
  const offset = Math.fround(magnitudes.reduce((sum, each) => sum + each, 0) / Math.max(1, magnitudes.length));
  for (let block = 0; block < magnitudes.length; block++) magnitudes[block] -= offset;
  for (const [index] of nested.entries()) {
    const values = magnitudes.subarray(index * nestedBlock, (index + 1) * nestedBlock);
    nested[index] = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    if (nested[index] === 0) continue; // the whole block has code 0
    const factor = Math.fround(1 / nested[index]);
    for (const [at, value] of values.entries())
      absmax[index * nestedBlock + at] = dynamicCode(Math.fround(value * factor));
  }
  return { absmax, nested, offset };
}

let codesOfGrid: Uint8Array | undefined;

/** By the grid of 65,536 values that bitsandbytes looks up on a processor: the code nearest to the place on it. */
function dynamicCode(value: number): number {
  codesOfGrid ??= Uint8Array.from({ length: 65_536 }, (_, place) =>
    nearestDynamic(Math.fround(Math.fround((2 * place) / 65_535) - 1)),
  );
  const half = Math.fround(Math.fround(Math.max(-1, Math.min(1, value)) + 1) * 0.5);
  return codesOfGrid[Math.trunc(Math.fround(half * 65_535 + 0.5))];
}

/** Of two that are equally near the lower. */
function nearestDynamic(value: number): number {
  let right = 0;
  while (right < 255 && dynamicMap[right] < value) right++;
  if (right === 0) return 0;
  const [above, below] = [dynamicMap[right] - value, value - dynamicMap[right - 1]];
  return Math.fround(above) < Math.fround(below) ? right : right - 1;
}

/** Middles of 2^i equal parts of [0.1, 1], for each power of ten from 10⁻⁶ to 1, of both signs; beside them 0 and 1. */
function makeDynamicMap(): Float32Array {
  const values = [0, 1];
  for (let exponent = 0; exponent < 7; exponent++) {
    const parts = 2 ** exponent;
    const edges = linearSpace(parts + 1);
    const power = Math.fround(10 ** (exponent - 6));
    for (let part = 0; part < parts; part++) {
      const middle = Math.fround(Math.fround(edges[part] + edges[part + 1]) / 2);
      values.push(Math.fround(power * middle), -Math.fround(power * middle));
    }
  }
  return Float32Array.from(values).sort();
}

/** PyTorch's linspace(0.1, 1, count) in float32: from both ends to the middle. */
function linearSpace(count: number): Float32Array {
  const begin = Math.fround(0.1);
  const step = Math.fround(Math.fround(1 - begin) / (count - 1));
  return Float32Array.from({ length: count }, (_, at) =>
    at < count >> 1 ? begin + step * at : 1 - step * (count - 1 - at),
  );
}
