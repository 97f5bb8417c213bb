/**
 * The blocks of a GGUF taken apart, so that a device unpacks many at once with few operations: codes, and what they are
 * multiplied by. Nothing is rounded: with scale and minimum the float16 numbers of the block and the others integers, a
 * value is (scale · groupScale) · code + minimum, or − minimum · groupMinimum, whose products are exact in float32 (but
 * Q6_K's, which is rounded once, as in ggml), so that results equal `decode` of ggufQuants.ts bit for bit.
 */
import { sixBitMinimum, sixBitScale } from './ggufQuants.ts';

/** Where the parts of one block go. */
export interface BlockParts {
  /** Of 4 bits two a byte, the first in the high half; of 8 bits signed. */
  readonly codes: Uint8Array;
  readonly groupScales: Uint8Array;
  readonly groupMinima: Uint8Array;
}

export interface BlockForm {
  /** Of a code as it is kept here: five and six bits of the file take eight. */
  readonly bits: 4 | 8;
  /** What is taken off a code of 4 bits. */
  readonly zero?: number;
  /** Parts of a block with a scale of their own; 1: there are none. */
  readonly groups: number;
  readonly scaleAt: number;
  readonly signedScales?: boolean;
  readonly minimum?: { readonly at: number; readonly sign: 1 | -1 };
  /** Of the block at `at`. */
  split(bytes: Uint8Array, at: number, into: BlockParts): void;
}

/** By the type's name; a type that is not here is not kept packed. */
export const blockForms: Readonly<Record<string, BlockForm>> = {
  Q4_0: { bits: 4, zero: 8, groups: 1, scaleAt: 0, split: halves(2) },
  Q4_1: { bits: 4, groups: 1, scaleAt: 0, minimum: { at: 2, sign: 1 }, split: halves(4) },
  Q5_0: { bits: 8, groups: 1, scaleAt: 0, split: fiveBits(2, 16) },
  Q5_1: { bits: 8, groups: 1, scaleAt: 0, minimum: { at: 2, sign: 1 }, split: fiveBits(4, 0) },
  Q8_0: {
    ...{ bits: 8, groups: 1, scaleAt: 0 },
    split: (bytes, at, { codes }) => codes.set(bytes.subarray(at + 2, at + 34)),
  },
  Q4_K: { bits: 4, groups: 8, scaleAt: 0, minimum: { at: 2, sign: -1 }, split: splitQ4_K },
  Q5_K: { bits: 8, groups: 8, scaleAt: 0, minimum: { at: 2, sign: -1 }, split: splitQ5_K },
  Q6_K: { bits: 8, groups: 16, scaleAt: 208, signedScales: true, split: splitQ6_K },
};

/** Bytes of `blocks` blocks as they are kept. */
export function bytesOfForm({ bits, groups, minimum }: BlockForm, blockSize: number): number {
  const lists = minimum === undefined ? 1 : 2;
  return (blockSize * bits) / 8 + lists * (2 + (groups > 1 ? groups : 0));
}

/** 32 codes of 4 bits: low halves are elements 0–15, high ones 16–31. */
function halves(begin: number): BlockForm['split'] {
  return (bytes, at, { codes }) => {
    for (let i = 0; i < 16; i += 2) {
      const [first, second] = [bytes[at + begin + i], bytes[at + begin + i + 1]];
      codes[i >> 1] = ((first & 15) << 4) | (second & 15);
      codes[8 + (i >> 1)] = (first & 240) | (second >> 4);
    }
  };
}

/** The same with the fifth bits of all 32 before them. */
function fiveBits(begin: number, zero: number): BlockForm['split'] {
  return (bytes, at, { codes }) => {
    for (let i = 0; i < 32; i++) {
      const pair = bytes[at + begin + 4 + (i & 15)];
      const high = (bytes[at + begin + (i >> 3)] >> (i & 7)) & 1;
      codes[i] = ((i < 16 ? pair & 15 : pair >> 4) | (high << 4)) - zero;
    }
  };
}

function splitScales(bytes: Uint8Array, at: number, { groupScales, groupMinima }: BlockParts): void {
  for (let group = 0; group < 8; group++) {
    groupScales[group] = sixBitScale(bytes, at + 4, group);
    groupMinima[group] = sixBitMinimum(bytes, at + 4, group);
  }
}

function splitQ4_K(bytes: Uint8Array, at: number, parts: BlockParts): void {
  splitScales(bytes, at, parts);
  for (let i = 0; i < 256; i += 2) {
    const place = at + 16 + (i >> 6) * 32 + (i & 31);
    const shift = i & 32 ? 4 : 0;
    parts.codes[i >> 1] = (((bytes[place] >> shift) & 15) << 4) | ((bytes[place + 1] >> shift) & 15);
  }
}

function splitQ5_K(bytes: Uint8Array, at: number, parts: BlockParts): void {
  splitScales(bytes, at, parts);
  for (let i = 0; i < 256; i++) {
    const low = (bytes[at + 48 + (i >> 6) * 32 + (i & 31)] >> (i & 32 ? 4 : 0)) & 15;
    parts.codes[i] = low | (((bytes[at + 16 + (i & 31)] >> (i >> 5)) & 1) << 4);
  }
}

function splitQ6_K(bytes: Uint8Array, at: number, { codes, groupScales }: BlockParts): void {
  groupScales.set(bytes.subarray(at + 192, at + 208));
  for (let i = 0; i < 256; i++) {
    const half = i >> 7;
    const low = (bytes[at + half * 64 + (i & 63)] >> ((i & 64) >> 4)) & 15;
    const high = (bytes[at + 128 + half * 32 + (i & 31)] >> (((i >> 5) & 3) * 2)) & 3;
    codes[i] = (low | (high << 4)) - 32;
  }
}
