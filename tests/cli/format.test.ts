import { describe, expect, it } from 'vitest';
import { bytes, duration, fields, table } from '../../main/cli/format.ts';
import { displayWidth } from '../../main/cli/terminal.ts';

describe('figures for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [12_345, '12.3 kB'],
    [860_000_000, '860 MB'],
    [2.8e9, '2.80 GB'],
  ])('%d bytes', (count, text) => expect(bytes(count)).toBe(text));

  it.each([
    [0.04, '0.0 s'],
    [59.4, '59 s'],
    [125, '2 min 05 s'],
    [3_720, '1 h 02 min'],
    [Infinity, 'unknown'],
  ])('%d seconds', (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe('alignment', () => {
  it('counts Japanese as two columns and colours as none', () => {
    expect(displayWidth('日本')).toBe(4);
    expect(displayWidth('\u001b[1mbold\u001b[22m')).toBe(4);
  });

  it('puts numbers to the right and leaves no space at the end of a line', () => {
    expect(
      table(
        ['name', '>size', ''],
        [
          ['詩', '9 kB', ''],
          ['letters', '10 kB', ''],
        ],
      ),
    ).toEqual(['name      size', '詩        9 kB', 'letters  10 kB']);
    expect(
      fields([
        ['id', 'x'],
        ['longer', 'y'],
      ]),
    ).toEqual(['id      x', 'longer  y']);
  });
});
