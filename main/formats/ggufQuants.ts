/**
 * The block formats of GGUF tensors, back to float32. A block is a few scales and small integers; the value is
 * scale · q (+ minimum), and for the K-quants the scales are themselves quantised inside a 256-element super-block.
 * Layouts as in ggml's `ggml-quants.c`. Every product here is exact in float64, and the store into Float32Array rounds
 * once, so results equal ggml's float32 arithmetic bit for bit.
 */
import { bfloat16ToFloat32, float16ToFloat32, float16ToNumber } from './floats.ts';

/** Decodes one block at `at` of `bytes` to `out` from `to` on. */
type DecodeBlock = (bytes: Uint8Array, at: number, out: Float32Array, to: number) => void;

export interface GgufType {
  readonly name: string;
  /** Elements per block; rows are whole blocks. */
  readonly blockSize: number;
  readonly blockBytes: number;
  /** Absent for types that are known but not read. F32 is a view on the bytes, the rest is written to `result`. */
  readonly decode?: (bytes: Uint8Array, count: number, result?: Float32Array) => Float32Array;
}

/** Element types by their number in the file. */
export const ggufTypes: ReadonlyMap<number, GgufType> = new Map([
  [
    0,
    {
      name: 'F32',
      blockSize: 1,
      blockBytes: 4,
      decode: (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
    },
  ],
  [
    1,
    { name: 'F16', blockSize: 1, blockBytes: 2, decode: (bytes, _, result) => float16ToFloat32(halves(bytes), result) },
  ],
  [2, blockType('Q4_0', 32, 18, decodeQ4_0)],
  [3, blockType('Q4_1', 32, 20, decodeQ4_1)],
  [6, blockType('Q5_0', 32, 22, decodeQ5_0)],
  [7, blockType('Q5_1', 32, 24, decodeQ5_1)],
  [8, blockType('Q8_0', 32, 34, decodeQ8_0)],
  [9, { name: 'Q8_1', blockSize: 32, blockBytes: 40 }],
  [10, blockType('Q2_K', 256, 84, decodeQ2_K)],
  [11, blockType('Q3_K', 256, 110, decodeQ3_K)],
  [12, blockType('Q4_K', 256, 144, decodeQ4_K)],
  [13, blockType('Q5_K', 256, 176, decodeQ5_K)],
  [14, blockType('Q6_K', 256, 210, decodeQ6_K)],
  [15, { name: 'Q8_K', blockSize: 256, blockBytes: 292 }],
  [16, { name: 'IQ2_XXS', blockSize: 256, blockBytes: 66 }],
  [17, { name: 'IQ2_XS', blockSize: 256, blockBytes: 74 }],
  [18, { name: 'IQ3_XXS', blockSize: 256, blockBytes: 98 }],
  [19, { name: 'IQ1_S', blockSize: 256, blockBytes: 50 }],
  [20, { name: 'IQ4_NL', blockSize: 32, blockBytes: 18 }],
  [21, { name: 'IQ3_S', blockSize: 256, blockBytes: 110 }],
  [22, { name: 'IQ2_S', blockSize: 256, blockBytes: 82 }],
  [23, { name: 'IQ4_XS', blockSize: 256, blockBytes: 136 }],
  [24, { name: 'I8', blockSize: 1, blockBytes: 1 }],
  [25, { name: 'I16', blockSize: 1, blockBytes: 2 }],
  [26, { name: 'I32', blockSize: 1, blockBytes: 4 }],
  [27, { name: 'I64', blockSize: 1, blockBytes: 8 }],
  [
    28,
    {
      name: 'F64',
      blockSize: 1,
      blockBytes: 8,
      decode: (bytes, count, result = new Float32Array(count)) => {
        result.set(new Float64Array(bytes.buffer, bytes.byteOffset, count));
        return result;
      },
    },
  ],
  [29, { name: 'IQ1_M', blockSize: 256, blockBytes: 56 }],
  [
    30,
    {
      name: 'BF16',
      blockSize: 1,
      blockBytes: 2,
      decode: (bytes, _, result) => bfloat16ToFloat32(halves(bytes), result),
    },
  ],
  [34, { name: 'TQ1_0', blockSize: 256, blockBytes: 54 }],
  [35, { name: 'TQ2_0', blockSize: 256, blockBytes: 66 }],
  [39, { name: 'MXFP4', blockSize: 32, blockBytes: 17 }],
] satisfies [number, GgufType][]);

/** Names of the types that can be read, for messages. */
export function readableGgufTypes(): string[] {
  return [...ggufTypes.values()].filter(({ decode }) => decode).map(({ name }) => name);
}

function blockType(name: string, blockSize: number, blockBytes: number, decodeBlock: DecodeBlock): GgufType {
  const decode = (bytes: Uint8Array, count: number, out: Float32Array = new Float32Array(count)): Float32Array => {
    for (let at = 0, to = 0; to < count; at += blockBytes, to += blockSize) decodeBlock(bytes, at, out, to);
    return out;
  };
  return { name, blockSize, blockBytes, decode };
}

function halves(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

function scaleAt(bytes: Uint8Array, at: number): number {
  return float16ToNumber(bytes[at] | (bytes[at + 1] << 8));
}

function signed8(value: number): number {
  return (value << 24) >> 24;
}

/** 32 · 4 bit: the low nibbles are elements 0–15, the high ones 16–31. */
function decodeQ4_0(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at);
  for (let i = 0; i < 16; i++) {
    const pair = bytes[at + 2 + i];
    out[to + i] = scale * ((pair & 15) - 8);
    out[to + 16 + i] = scale * ((pair >> 4) - 8);
  }
}

function decodeQ4_1(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at);
  const minimum = scaleAt(bytes, at + 2);
  for (let i = 0; i < 16; i++) {
    const pair = bytes[at + 4 + i];
    out[to + i] = scale * (pair & 15) + minimum;
    out[to + 16 + i] = scale * (pair >> 4) + minimum;
  }
}

/** The fifth bits of all 32 elements come first, as one little-endian word. */
function decodeQ5_0(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at);
  const high = word(bytes, at + 2);
  for (let i = 0; i < 16; i++) {
    const pair = bytes[at + 6 + i];
    out[to + i] = scale * (((pair & 15) | (((high >>> i) & 1) << 4)) - 16);
    out[to + 16 + i] = scale * (((pair >> 4) | (((high >>> (i + 16)) & 1) << 4)) - 16);
  }
}

function decodeQ5_1(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at);
  const minimum = scaleAt(bytes, at + 2);
  const high = word(bytes, at + 4);
  for (let i = 0; i < 16; i++) {
    const pair = bytes[at + 8 + i];
    out[to + i] = scale * ((pair & 15) | (((high >>> i) & 1) << 4)) + minimum;
    out[to + 16 + i] = scale * ((pair >> 4) | (((high >>> (i + 16)) & 1) << 4)) + minimum;
  }
}

function decodeQ8_0(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at);
  for (let i = 0; i < 32; i++) out[to + i] = scale * signed8(bytes[at + 2 + i]);
}

/** 16 groups of 16: scale and minimum of 4 bits each, then 2-bit values, 32 bytes holding four groups of 32. */
function decodeQ2_K(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at + 80);
  const minimum = scaleAt(bytes, at + 82);
  for (let i = 0; i < 256; i++) {
    const group = bytes[at + (i >> 4)];
    const q = (bytes[at + 16 + ((i >> 7) << 5) + (i & 31)] >> (((i >> 5) & 3) * 2)) & 3;
    out[to + i] = scale * (group & 15) * q - minimum * (group >> 4);
  }
}

/** 32 bytes of third bits (0 means minus four), 64 bytes of 2-bit values, 16 six-bit scales in 12 bytes, one scale. */
function decodeQ3_K(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at + 108);
  for (let i = 0; i < 256; i++) {
    const group = i >> 4;
    const low = (bytes[at + 96 + (group & 7)] >> (group < 8 ? 0 : 4)) & 15;
    const high = (bytes[at + 104 + (group & 3)] >> ((group >> 2) * 2)) & 3;
    const third = (bytes[at + (i & 31)] >> (i >> 5)) & 1;
    const q = ((bytes[at + 32 + ((i >> 7) << 5) + (i & 31)] >> (((i >> 5) & 3) * 2)) & 3) - (third ? 0 : 4);
    out[to + i] = scale * ((low | (high << 4)) - 32) * q;
  }
}

/**
 * Eight groups of 32 with six-bit scales and minima; 32 bytes hold one group in the low nibbles and the next in the
 * high.
 */
function decodeQ4_K(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at);
  const minimum = scaleAt(bytes, at + 2);
  for (let group = 0; group < 8; group++) {
    const groupScale = scale * sixBitScale(bytes, at + 4, group);
    const groupMinimum = minimum * sixBitMinimum(bytes, at + 4, group);
    const values = at + 16 + (group >> 1) * 32;
    const shift = (group & 1) * 4;
    for (let i = 0; i < 32; i++)
      out[to + group * 32 + i] = groupScale * ((bytes[values + i] >> shift) & 15) - groupMinimum;
  }
}

/** As Q4_K, with fifth bits in 32 bytes: bit g of byte i belongs to element i of group g. */
function decodeQ5_K(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at);
  const minimum = scaleAt(bytes, at + 2);
  for (let group = 0; group < 8; group++) {
    const groupScale = scale * sixBitScale(bytes, at + 4, group);
    const groupMinimum = minimum * sixBitMinimum(bytes, at + 4, group);
    const values = at + 48 + (group >> 1) * 32;
    const shift = (group & 1) * 4;
    for (let i = 0; i < 32; i++) {
      const q = ((bytes[values + i] >> shift) & 15) | (((bytes[at + 16 + i] >> group) & 1) << 4);
      out[to + group * 32 + i] = groupScale * q - groupMinimum;
    }
  }
}

/** 128 bytes of low nibbles, 64 of upper bit pairs, 16 signed group scales, one scale. */
function decodeQ6_K(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = scaleAt(bytes, at + 208);
  for (let i = 0; i < 256; i++) {
    const half = i >> 7;
    const low = (bytes[at + half * 64 + (i & 63)] >> ((i & 64) >> 4)) & 15;
    const high = (bytes[at + 128 + half * 32 + (i & 31)] >> (((i >> 5) & 3) * 2)) & 3;
    out[to + i] = scale * signed8(bytes[at + 192 + (i >> 4)]) * ((low | (high << 4)) - 32);
  }
}

/** Scales 0–3 in the low six bits of bytes 0–3; of 4–7 four bits are in bytes 8–11, two on top of bytes 0–3. */
export function sixBitScale(bytes: Uint8Array, at: number, group: number): number {
  if (group < 4) return bytes[at + group] & 63;
  return (bytes[at + 4 + group] & 15) | ((bytes[at + group - 4] >> 6) << 4);
}

/** Minima likewise, from bytes 4–7 and the high nibbles of bytes 8–11. */
export function sixBitMinimum(bytes: Uint8Array, at: number, group: number): number {
  if (group < 4) return bytes[at + 4 + group] & 63;
  return (bytes[at + 4 + group] >> 4) | ((bytes[at + group] >> 6) << 4);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
