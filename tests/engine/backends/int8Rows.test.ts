import { fc } from '../../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { dequantiseRows, quantiseRows } from '../../../main/engine/backends/int8Rows.ts';

/** Integers and scales of one run of rows. */
function quantised(source: Float32Array, columns: number) {
  const into = { values: new Int8Array(source.length), scales: new Float32Array(source.length / columns) };
  quantiseRows(source, columns, into);
  return into;
}

const weights = fc
  .double({ noNaN: true, min: -1e9, max: 1e9 })
  .map((value) => (Math.abs(value) < 1e-30 ? 0 : Math.fround(value)));
const matrix = fc
  .integer({ min: 1, max: 9 })
  .chain((columns) =>
    fc
      .array(fc.array(weights, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 6 })
      .map((rows) => ({ columns, source: Float32Array.from(rows.flat()) })),
  );

describe('int8 rows', () => {
  test('stay within half a step of every weight', () => {
    fc.assert(
      fc.property(matrix, ({ columns, source }) => {
        const { values, scales } = quantised(source, columns);
        for (const [at, weight] of source.entries()) {
          const scale = scales[Math.floor(at / columns)];
          expect(Math.abs(values[at] * scale - weight)).toBeLessThanOrEqual(scale * (0.5 + 1e-6));
        }
      }),
    );
  });

  test('reach 127 at the largest weight, whatever its sign', () => {
    expect([...quantised(Float32Array.of(0.5, -1, 2, -4), 2).values]).toEqual([64, -127, 64, -127]);
  });

  test('round half to even: rounding half up would move every weight the same way', () => {
    expect([...quantised(Float32Array.of(127, 0.5, 1.5, 2.5, -0.5, -1.5, 126.5), 7).values]).toEqual([
      127, 0, 2, 2, 0, -2, 126,
    ]);
  });

  test('keep a row of zeros exactly zero', () => {
    const into = quantised(Float32Array.of(0, -0, 3, 1), 2);
    expect([...into.values]).toEqual([0, 0, 127, 42]);
    expect(into.scales[0]).toBe(0);
  });

  test('do not overflow where the scale is too small to be exact', () => {
    const smallest = 2 ** -149;
    const { values } = quantised(Float32Array.of(190 * smallest, -190 * smallest), 2);
    expect([...values]).toEqual([127, -127]);
  });

  test('show a NaN or an infinity instead of hiding it in a plausible row', () => {
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const into = quantised(Float32Array.of(1, broken, 2, 3), 2);
      const back = new Float32Array(4);
      dequantiseRows(into, [0, 2], back);
      expect([...back.subarray(0, 2)]).toEqual([Number.NaN, Number.NaN]);
      expect(back[3]).toBe(3);
    }
  });

  test('written run after run are those of the whole matrix', () => {
    const source = Float32Array.from({ length: 60 }, (_, at) => Math.sin(at * 12.9898));
    const whole = quantised(source, 5);
    const into = { values: new Int8Array(60), scales: new Float32Array(12) };
    for (const [from, to] of [
      [0, 3],
      [3, 4],
      [4, 12],
    ]) {
      quantiseRows(source.subarray(from * 5, to * 5), 5, {
        values: into.values.subarray(from * 5),
        scales: into.scales.subarray(from),
      });
    }
    expect(into).toEqual(whole);
  });
});
