import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { inEnglish } from '../support/speech.ts';
import { errorListCsv } from '../../../renderer/screens/datasets/errorList.ts';
import { findRowsNearLine } from '../../../renderer/screens/datasets/findRowNearLine.ts';
import { summariseRow } from '../../../renderer/screens/datasets/rowSummary.ts';
import { countTokens, segmentTokens, textOf } from '../../../renderer/screens/datasets/tokenSegments.ts';
import { readWorkbenchAddress } from '../../../renderer/screens/datasets/workbenchAddress.ts';

describe('from a row in error to the rows around it', () => {
  it('finds them as a search through all lines would, in few questions', async () => {
    const lines = fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 0, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 5000 }), async (kept, line) => {
        const sorted = kept.filter((each) => each !== line).sort((a, b) => a - b);
        let asked = 0;
        const near = await findRowsNearLine(sorted.length, line, async (row) => (asked++, sorted[row] ?? Infinity));
        const before = sorted.filter((each) => each < line).length;
        expect(near).toEqual({
          before: before === 0 ? null : before - 1,
          after: before === sorted.length ? null : before,
        });
        expect(asked).toBeLessThanOrEqual(Math.ceil(Math.log2(sorted.length + 1)));
      }),
    );
  });

  it('writes reasons that hold commas, quotes and line ends as one cell', () => {
    const csv = errorListCsv([{ line: 3, reason: 'not JSON: "a", b' }], inEnglish);
    expect(csv).toBe('line,reason\r\n3,"not JSON: ""a"", b"\r\n');
  });
});

describe('a row in one line', () => {
  it('shows what is asked and the last answer, and says how many turns are not shown', () => {
    const turns = ['system', 'user', 'assistant', 'user', 'assistant'].map((role, index) => ({
      role,
      text: `${role}\n${index}`,
    }));
    expect(summariseRow({ row: 0, line: 1, turns })).toEqual({
      number: 1,
      left: 'user 1',
      right: 'assistant 4',
      others: 3,
    });
    expect(summariseRow({ row: 0, line: 1, turns: [{ role: 'text', text: 'alone' }] })).toEqual({
      number: 1,
      left: 'alone',
      right: '',
      others: 0,
    });
  });
});

describe('what the model sees', () => {
  it('reads as characters what single tokens hold a byte of, and leaves half a character as it is', () => {
    const bytesOf = (text: string): string[] =>
      Array.from(new TextEncoder().encode(text), (byte) => `<${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    const say = (texts: readonly string[]): string => textOf(texts.map((text, id) => ({ id, text })));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => say(['a', ...bytesOf(text), 'b']) === `a${text}b`),
    );
    expect(say(['注', ...bytesOf('文').slice(0, 2), 'x'])).toBe('注<E6><96>x');
  });

  const tokens = [false, false, true, true, true].map((trained, id) => ({ id, text: String(id), trained }));

  it('gathers tokens that look alike and crosses out what the cut takes, trained or not', () => {
    const shown = segmentTokens(tokens, 4).map(
      ({ kind, tokens: some }) => `${kind}:${some.map(({ text }) => text).join('')}`,
    );
    expect(shown).toEqual(['seen:01', 'trained:23', 'cut:4']);
  });

  it('counts as trained only what is left, and as cut also what the studio did not send', () => {
    expect(countTokens({ tokens, truncated: 7 }, 4)).toEqual({ trained: 2, kept: 4, cut: 8 });
    expect(countTokens({ tokens, truncated: 0 }, 2)).toEqual({ trained: 0, kept: 2, cut: 3 });
  });
});

describe('the address of the workbench', () => {
  const read = (text: string) => readWorkbenchAddress(new URLSearchParams(text));

  it('counts rows from 1 outside and from 0 inside', () => {
    expect(read('tab=sees&row=1&cut=64').row).toBe(0);
    expect(read('tab=sees&row=1&cut=64').cut).toBe(64);
  });

  it('takes nonsense as not given', () => {
    expect(read('tab=nowhere&row=0&cut=-3')).toEqual({
      tab: 'rows',
      row: undefined,
      modelId: undefined,
      cut: undefined,
      search: '',
    });
  });
});
