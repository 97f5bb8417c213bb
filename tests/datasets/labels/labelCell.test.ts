/** One value of a label column: missing ones must not become classes, and no class may be lost as missing. */
import { describe, expect, test } from 'vitest';
import { readLabelCell } from '../../../main/datasets/labels/labelCell.ts';
import { inEnglish } from '../../support/inEnglish.ts';

describe('a value that is no label', () => {
  test.each([
    [undefined],
    [null],
    [NaN],
    [''],
    ['  '],
    ['nan'],
    ['NaN'],
    ['-nan'],
    ['N/A'],
    ['n/a'],
    ['#N/A'],
    ['<NA>'],
    ['#REF!'],
    ['\\N'],
    [[]],
  ])('%j says that it is none', (value) =>
    expect(inEnglish(readLabelCell(value))).toEqual({ reason: expect.stringMatching(/^no label/) }),
  );

  test.each([[['a', 'b']], ['["a", "b"]'], ["['a', 'b']"], ['[0 2]'], ['[1.0, 2]'], [[0, 1, 0]]])(
    '%j holds several',
    (value) => {
      expect(inEnglish(readLabelCell(value))).toEqual({
        reason: expect.stringMatching(/^more than one label: [23] in a list/),
      });
    },
  );

  test('an object and a control character are named', () => {
    expect(inEnglish(readLabelCell({ label: 'a' }))).toEqual({ reason: 'label is an object, not one text or number' });
    expect(inEnglish(readLabelCell('a\u0000'))).toEqual({ reason: 'label holds the control character U+0000' });
  });
});

describe('a value that is one', () => {
  test.each<[unknown, string]>([
    [1, '1'],
    [true, 'true'],
    [2.5, '2.5'],
    [' yes ', 'yes'],
    [['only'], 'only'],
    ["['only']", 'only'],
    ['[7]', '7'],
    ['[positive]', '[positive]'],
    ['["half', '["half'],
    ['none', 'none'],
    ['None', 'None'],
    ['cafe\u0301', 'caf\u00e9'],
  ])('%j is %j', (value, text) => expect(readLabelCell(value)).toEqual({ text }));

  test('whatever the file itself lists as a class is one', () => {
    expect(readLabelCell('N/A', ['N/A', 'yes'])).toEqual({ text: 'N/A' });
    expect(inEnglish(readLabelCell(null, ['N/A', 'yes']))).toEqual({ reason: 'no label' });
  });
});
