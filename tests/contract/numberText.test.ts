import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { isPlainNumber, readNumber, typedNumber } from '../../main/contract/numberText.ts';

describe('a number as people type it', () => {
  it.each([
    ...([
      ['5e-3', 0.005],
      ['.5', 0.5],
      ['5.', 5],
      ['+5', 5],
      [' 7 ', 7],
      ['1.500', 1.5],
    ] as const),
    ...([
      ['０．００４', 0.004],
      ['－５', -5],
      ['５ｅ－３', 0.005],
      ['5Ｅ＋2', 500],
      ['　８　', 8],
      ['ー３', -3],
      ['−3', -3],
    ] as const),
    ...([
      ['0。5', 0.5],
      ['1、000', 1000],
      ['１，０００', 1000],
    ] as const),
    ...([
      ['1,000', 1000],
      ['12,345,678.5', 12_345_678.5],
      ['1 000', 1000],
      ['1 000 000,5', 1_000_000.5],
      ['1’000', 1000],
    ] as const),
    ...([
      ['0,5', 0.5],
      ['0,004', 0.004],
      ['1,5', 1.5],
      [',5', 0.5],
      ['1.000,5', 1000.5],
      ['1.000.000', 1_000_000],
    ] as const),
  ])('%s is %d', (text, value) => {
    expect(readNumber(text)).toBe(value);
  });

  it.each([
    'abc',
    '1O',
    '0x10',
    'Infinity',
    'NaN',
    '1e400',
    '10²',
    '½',
    '12 34',
    '1.5.2',
    '1,00,000',
    '1,000,00',
    '1 000,000,5',
    '--5',
  ])('%s is none, and never another number', (text) => {
    expect(readNumber(text)).toBeNull();
    expect(typedNumber(text)).toBe(text);
  });

  it('tells an empty field from a wrong one', () => {
    expect(readNumber('')).toBeUndefined();
    expect(readNumber('　 ')).toBeUndefined();
  });

  it('reads every number that a field shows, so that what was kept comes back the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readNumber(String(value))).toBe(value === 0 ? Number(String(value)) : value);
        expect(isPlainNumber(String(value))).toBe(true);
      }),
    );
    expect(isPlainNumber('1,000')).toBe(false);
    expect(isPlainNumber('０．５')).toBe(false);
  });
});
