/** Which labels are one class: a slip here merges what is apart, or makes two classes of one. */
import { fc } from '../support/properties.ts';
import { describe, expect, test } from 'vitest';
import {
  asciiNumber,
  foldLabel,
  isFractionLabel,
  isNumberLabel,
  labelKey,
  wholeNumberText,
} from '../../main/contract/labelText.ts';

const isOne = (...labels: readonly string[]): boolean => new Set(labels.map(labelKey)).size === 1;

describe('labels that are one class', () => {
  test('numbers by value, whatever program wrote them', () => {
    expect(isOne('1', '1.0', '1.00', '+1', '1.', '10e-1', '１')).toBe(true);
    expect(isOne('100000', '1e+05', '1.0E5', '100000.0')).toBe(true);
    expect(isOne('0', '-0', '0.0', '-0.0')).toBe(true);
    expect(isOne('-1', '-1.0', '\u22121')).toBe(true);
    expect(isOne('.5', '0.50')).toBe(true);
  });

  test('texts in either Unicode form and with outer blanks; booleans in any case', () => {
    expect(isOne('caf\u00e9', ' cafe\u0301 ')).toBe(true);
    expect(isOne('True', 'TRUE', 'true')).toBe(true);
  });
});

describe('labels that are apart', () => {
  test.each([
    ['9007199254740992', '9007199254740993'],
    ['0.1', '0.1000000000000000055'],
    ['1', '01'],
    ['1', '-1'],
    ['yes', 'Yes'],
    ['1e3', '1e4'],
    ['', '0'],
    ['number 1e0', '1'],
    ['text a', 'a'],
  ])('%j and %j', (one, other) => expect(isOne(one, other)).toBe(false));

  test('no two whole numbers share a key, however large', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(isOne(String(a), String(b))).toBe(a === b);
      }),
    );
  });
});

test('numbers are told by how they are written, fractions by their value', () => {
  expect(['1', '-2.5', '.5', '1e-3', '01'].every(isNumberLabel)).toBe(true);
  expect(['', '.', '-', 'e5', '1,5', '0x10', '1 2', 'Infinity'].some(isNumberLabel)).toBe(false);
  expect(['0.5', '1e-3', '9007199254740993.5'].every(isFractionLabel)).toBe(true);
  expect(['1.0', '25e1', 'a.5', '0.0'].some(isFractionLabel)).toBe(false);
});

test('a whole number that was written as a float is written as one; ids and codes stay', () => {
  expect(['1.0', '-3.00', '1e+05', '-0.0', '-0'].map(wholeNumberText)).toEqual(['1', '-3', '100000', '0', '0']);
  expect(['007', '4e5', '2.5', '1e+300', 'a.0'].map(wholeNumberText)).toEqual(['007', '4e5', '2.5', '1e+300', 'a.0']);
});

test('what looks alike folds alike', () => {
  expect(new Set(['Positive', 'positive', 'ＰＯＳＩＴＩＶＥ', 'posi\u200btive'].map(foldLabel)).size).toBe(1);
  expect(foldLabel('ﾎﾟｼﾞﾃｨﾌﾞ')).toBe(foldLabel('ポジティブ'));
  expect([foldLabel('01'), foldLabel('0')]).toEqual(['1', '0']);
});

test('numbers of full width are those of ASCII', () => {
  expect(asciiNumber('－２．５')).toBe('-2.5');
});
