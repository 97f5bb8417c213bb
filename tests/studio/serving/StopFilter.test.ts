/** Stop texts in text that comes in pieces: the answer never holds one, nor the beginning of one that was completed. */
import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { StopFilter } from '../../../main/studio/serving/StopFilter.ts';

function filtered(
  pieces: readonly string[],
  stops: readonly string[],
): { readonly text: string; readonly stopped: boolean } {
  const filter = new StopFilter(stops);
  const told = pieces.map((piece) => filter.push(piece)).join('');
  return { text: told + filter.finish(), stopped: filter.stopped };
}

describe('StopFilter', () => {
  it.each([
    { pieces: ['Hello', ' wor', 'ld'], stops: ['world'], text: 'Hello ', stopped: true },
    { pieces: ['aab'], stops: ['ab'], text: 'a', stopped: true },
    { pieces: ['a', 'a', 'b'], stops: ['ab'], text: 'a', stopped: true },
    { pieces: ['Us', 'e'], stops: ['User:'], text: 'Use', stopped: false },
    { pieces: ['one two'], stops: ['two', 'one'], text: '', stopped: true },
    { pieces: ['x'], stops: [''], text: 'x', stopped: false },
  ])('cuts $pieces before $stops', ({ pieces, stops, text, stopped }) => {
    expect(filtered(pieces, stops)).toEqual({ text, stopped });
  });

  it('gives the same however the text is cut into pieces', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 24 });
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 8 }), stops, (pieces, all) => {
        const whole = pieces.join('');
        const ends = all.map((stop) => whole.indexOf(stop)).filter((end) => end >= 0);
        const { text, stopped } = filtered(pieces, all);
        expect(stopped).toBe(ends.length > 0);
        // What is cut depends on the pieces only where a longer stop text begins before a shorter one that ends first.
        if (!stopped) expect(text).toBe(whole);
        else expect(whole.startsWith(text)).toBe(true);
        for (const stop of all) expect(text.includes(stop)).toBe(false);
      }),
    );
  });
});
