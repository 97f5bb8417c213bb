import { describe, expect, it } from 'vitest';
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  float16ToNumber,
  float32ToBfloat16,
  float32ToFloat16,
} from '../../main/formats/floats.ts';

const allBits = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0];
const ofBits = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0];
const toHalf = (value: number): number => float32ToFloat16(Float32Array.of(value))[0];
const toBfloat = (value: number): number => float32ToBfloat16(Float32Array.of(value))[0];

describe.each([
  { name: 'f16', widen: float16ToFloat32, narrow: float32ToFloat16, infinity: 0x7c00 },
  { name: 'bf16', widen: bfloat16ToFloat32, narrow: float32ToBfloat16, infinity: 0x7f80 },
])('$name', ({ widen, narrow, infinity }) => {
  it('survives widening and narrowing, every bit pattern', () => {
    const widened = widen(allBits);
    const back = narrow(widened);
    for (let bits = 0; bits < 65536; bits++) {
      if (Number.isNaN(widened[bits]))
        expect(narrow(Float32Array.of(widened[bits]))[0] & 0x7fff).toBeGreaterThan(infinity);
      else if (back[bits] !== bits) throw new Error(`${bits.toString(16)} came back as ${back[bits].toString(16)}`);
    }
  });

  it('rounds to the nearest, ties to even, between every two neighbours', () => {
    const values = widen(allBits);
    for (let bits = 0; bits < infinity - 1; bits++) {
      const middle = Math.fround((values[bits] + values[bits + 1]) / 2);
      const even = bits % 2 === 0 ? bits : bits + 1;
      const rounded = narrow(Float32Array.of(middle, ofBits(bitsOf(middle) - 1), ofBits(bitsOf(middle) + 1), -middle));
      const expected = [even, bits, bits + 1, even | 0x8000];
      if (rounded.join() !== expected.join())
        throw new Error(`around ${middle}: ${rounded.join()}, expected ${expected.join()}`);
    }
  });
});

describe('the ends of the ranges', () => {
  it('overflows to infinity exactly where IEEE says', () => {
    expect(toHalf(65519.996)).toBe(0x7bff);
    expect(toHalf(65520)).toBe(0x7c00);
    expect(toHalf(-Infinity)).toBe(0xfc00);
    expect(toBfloat(3.4e38)).toBe(0x7f80);
  });

  it('keeps the sign of what underflows', () => {
    expect(toHalf(-1e-30)).toBe(0x8000);
    expect(toHalf(2 ** -25)).toBe(0);
    expect(toHalf(2 ** -25 * 1.001)).toBe(1);
  });

  it('never turns NaN into infinity, also when its payload is in the dropped bits', () => {
    const thin = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer);
    for (const bits of float32ToBfloat16(thin)) expect(bits & 0x7fff).toBeGreaterThan(0x7f80);
    for (const bits of float32ToFloat16(thin)) expect(bits & 0x7fff).toBeGreaterThan(0x7c00);
  });

  it('reads the known values', () => {
    expect([0x3c00, 0xc000, 0x0001, 0x3555].map(float16ToNumber)).toEqual([1, -2, 2 ** -24, 0.333251953125]);
  });
});
