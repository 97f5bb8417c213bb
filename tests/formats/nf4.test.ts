/**
 * NF4 against bitsandbytes, number for number: codes, magnitudes, nested state and the values, to the last bit.
 * Whatever pieces the weights come in.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dequantiseNf4, dynamicMap, nf4Bytes, quantiseNf4 } from '../../main/formats/nf4.ts';
import { float16ToFloat32 } from '../../main/formats/floats.ts';
import { fixturePath } from '../support/fixtures.ts';
import { fc } from '../support/properties.ts';

interface Case {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly weights: string;
  readonly codes: string;
  readonly absmax: string;
  readonly nested: string;
  readonly offset: string;
  readonly values: string;
}

const { map, cases } = JSON.parse(gunzipSync(readFileSync(join(fixturePath('nf4'), 'cases.json.gz'))).toString()) as {
  readonly map: string;
  readonly cases: readonly Case[];
};

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const halvesOf = (text: string): Float32Array => float16ToFloat32(new Uint16Array(bytesOf(text).buffer));
const floatsOf = (text: string): Float32Array => new Float32Array(bytesOf(text).buffer);

it('has the dynamic map of bitsandbytes', () => {
  expect(dynamicMap).toEqual(floatsOf(map));
});

describe.each(cases)('$name', ({ weights, codes, absmax, nested, offset, values }) => {
  const source = halvesOf(weights);
  const matrix = quantiseNf4(source.length, [source]);

  it('is kept as bitsandbytes keeps it', () => {
    expect(matrix.codes.subarray(0, Math.ceil(source.length / 2))).toEqual(bytesOf(codes));
    expect(Float32Array.of(matrix.offset)).toEqual(floatsOf(offset));
    expect(matrix.nested).toEqual(floatsOf(nested));
    expect(matrix.absmax.subarray(0, Math.ceil(source.length / 64))).toEqual(bytesOf(absmax));
  });

  it('stands for the same values, wherever one begins to read', () => {
    const expected = floatsOf(values);
    for (const from of [0, 1, Math.floor(source.length / 2)]) {
      const result = new Float32Array(source.length - from);
      dequantiseNf4(matrix, from, result);
      expect(result).toEqual(expected.subarray(from));
    }
  });
});

it('is the same in any pieces', () => {
  const source = halvesOf(cases[3].weights);
  const whole = quantiseNf4(source.length, [source]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: source.length - 1 }), { maxLength: 6 }), (places) => {
      const ends = [...places.sort((a, b) => a - b), source.length];
      const pieces = ends.map((end, index) => source.slice(index === 0 ? 0 : ends[index - 1], end));
      expect(quantiseNf4(source.length, pieces)).toEqual(whole);
    }),
    { numRuns: 20 },
  );
});

it('a weight that is no number makes none of the matrix look like one', () => {
  const source = new Float32Array(128).fill(0.1);
  source[5] = Number.NaN;
  const result = new Float32Array(128);
  dequantiseNf4(quantiseNf4(128, [source]), 0, result);
  expect(result.every(Number.isNaN)).toBe(true);
});

it('needs 4.13 bits a weight', () => {
  expect((8 * nf4Bytes(4096 * 4096)) / 4096 ** 2).toBeCloseTo(4.127, 3);
});
