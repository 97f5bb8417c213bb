/** Tokens as OpenAI writes them: none without a name, none with another's, none lost. */
import { fc } from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { likeliestByName, tokenName, tokenText } from '../../../../main/hosts/openaiServer/endpoints/tokenNames.ts';

const utf8 = (text: string): number[] => [...Buffer.from(text)];

describe('a token by its bytes', () => {
  it.each([
    { bytes: utf8(' the'), text: ' the', name: ' the' },
    { bytes: utf8('日'), text: '日', name: '日' },
    { bytes: [0xe3, 0x81], text: '\\xe3\\x81', name: 'bytes:\\xe3\\x81' },
    { bytes: [...utf8(' '), 0xf0, 0x9f], text: ' \\xf0\\x9f', name: 'bytes: \\xf0\\x9f' },
    { bytes: [], text: '', name: '' },
    { bytes: utf8('\ufeff'), text: '\ufeff', name: '\ufeff' },
  ])('$name', ({ bytes, text, name }) => {
    expect(tokenText({ bytes })).toBe(text);
    expect(tokenName({ bytes })).toBe(name);
  });
});

describe('the likeliest tokens of a completion', () => {
  it('keeps tokens that look alike, and the chosen one under the name that it has in the answer', () => {
    const [letter, byte, other] = [
      { id: 1, bytes: utf8('A'), logprob: -1 },
      { id: 2, bytes: utf8('A'), logprob: -2 },
      { id: 3, bytes: utf8('A'), logprob: -3 },
    ] as const;
    expect(likeliestByName({ ...byte, top: [letter, byte, other], offset: 0 })).toEqual({
      'bytes:A': -1,
      A: -2,
      'token_id:3': -3,
    });
  });

  it('adds the chosen token where it is none of the likeliest, as OpenAI does', () => {
    const top = [{ id: 1, bytes: utf8('A'), logprob: -1 }];
    expect(likeliestByName({ id: 5, bytes: utf8('B'), logprob: -7, top, offset: 0 })).toEqual({ A: -1, B: -7 });
  });

  it('has as many entries as there are tokens, whatever they look like', () => {
    const bytes = fc.array(fc.constantFrom(0x41, 0xe3, 0x5c), { maxLength: 2 });
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 12 }), fc.nat(11), (all, chosen) => {
        const top = all.map((own, id) => ({ id, bytes: own, logprob: -id }));
        const answer = { ...top[chosen % top.length], top, offset: 0 } as Parameters<typeof likeliestByName>[0];
        expect(Object.keys(likeliestByName(answer))).toHaveLength(top.length);
      }),
    );
  });
});
