import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { plainValuesOf } from '../../../main/formats/parquet/plainValues.ts';

const float = plainValuesOf({ element: { name: 'x', type: 'FLOAT' }, children: [], count: 1, path: ['x'] });

describe('plainValuesOf', () => {
  it('gives a float32 back in few digits that are the same float32', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        const plain = float(value);
        expect(Math.fround(Number(plain))).toBe(value);
        if (Number.isFinite(value) && !Number.isInteger(value))
          expect(
            String(plain)
              .replace(/e.*|[-.]/g, '')
              .replace(/^0+/, '').length,
          ).toBeLessThan(10);
      }),
    );
  });

  it('finds the decimal number of up to six digits that was meant', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 1, max: 9 }), (digits, places) => {
        const meant = Number(`${digits}e-${places}`);
        expect(float(Math.fround(meant))).toBe(meant);
      }),
    );
  });
});
