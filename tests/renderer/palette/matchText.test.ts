import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { matchText } from '../../../renderer/commands/matchText.ts';

const score = (query: string, text: string): number => matchText(query, text)?.score ?? 0;

describe('matchText', () => {
  it('puts the beginning before a later word, and that before the middle of a word and scattered letters', () => {
    const texts = ['voice', 'voice notes', 'support-voice', 'invoices', 'very old icebergs'];
    const ranked = [...texts].reverse().sort((a, b) => score('voice', b) - score('voice', a));
    expect(ranked).toEqual(texts.slice(0, 4).concat('very old icebergs'));
  });

  it('finds initials: svv is support-voice-vera', () => {
    expect(matchText('svv', 'support-voice-vera')?.positions).toEqual([0, 8, 14]);
  });

  it('does not take letters for an answer that merely occur somewhere', () => {
    expect(matchText('tensor', 'the end of a long sentence about other orders')).toBeUndefined();
    expect(matchText('x', 'haiku')).toBeUndefined();
  });

  it('wants every typed word, in any order', () => {
    expect(matchText('vera support', 'support-voice-vera')).toBeDefined();
    expect(matchText('vera sql', 'support-voice-vera')).toBeUndefined();
  });

  it('does not care for case, accents and width', () => {
    expect(matchText('resume', 'Résumé')?.positions).toEqual([0, 1, 2, 3, 4, 5]);
    expect(matchText('lora', 'ＬｏＲＡ')).toBeDefined();
    expect(matchText('データ', '新しいデータセット')?.positions).toEqual([3, 4, 5]);
  });

  it('gives positions inside the text, ascending, for any text whatever: they are drawn', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (query, text) => {
        const positions = matchText(query, text)?.positions ?? [];
        expect(
          positions.every(
            (position, index) => position >= 0 && position < text.length && position > (positions[index - 1] ?? -1),
          ),
        ).toBe(true);
      }),
    );
  });

  it('finds every part of a text without spaces', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,20}$/), fc.nat(), fc.nat(), (text, a, b) => {
        const from = a % text.length;
        const part = text.slice(from, from + 1 + (b % text.length));
        expect(matchText(part, text)).toBeDefined();
      }),
    );
  });
});
