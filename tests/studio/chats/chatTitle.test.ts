import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { titleOf } from '../../../main/studio/chats/chatTitle.ts';

describe('a title out of the first message', () => {
  it('is its first line, cut between words', () => {
    expect(titleOf('\n\n  Hello\tthere \nand more')).toBe('Hello there');
    expect(titleOf('word '.repeat(30))).toBe(`${'word '.repeat(12).trim()}…`);
  });

  it('cuts Japanese, which has no spaces, and never halves a character', () => {
    expect(titleOf('古池や'.repeat(40))).toBe(`${'古池や'.repeat(20)}…`);
    expect(titleOf('🐸'.repeat(70))).toBe(`${'🐸'.repeat(60)}…`);
  });

  it('is one line of bearable length for any message', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (content) => {
        expect(titleOf(content)).not.toMatch(/\p{Cc}/u);
        expect(Array.from(titleOf(content)).length).toBeLessThanOrEqual(61);
      }),
    );
  });
});
