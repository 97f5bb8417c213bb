import { fc } from '../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { ggufTokenizerSource } from '../../main/tokenizers/ggufTokenizer.ts';
import { StreamDecoder } from '../../main/tokenizers/streamDecoder.ts';
import type { Tokenizer } from '../../main/tokenizers/tokenizer.ts';
import { createTokenizer } from '../../main/tokenizers/tokenizerEngine.ts';
import { smollm2Metadata } from './smollm2.ts';

const source = ggufTokenizerSource(smollm2Metadata(), 'model.gguf');
if (source === undefined) throw new Error('the fixture holds no vocabulary');
const tokenizer = createTokenizer(source);

function stream(
  ids: readonly number[],
  options: { skipSpecialTokens?: boolean } = {},
  from: Pick<Tokenizer, 'decode'> = tokenizer,
): string[] {
  const decoder = new StreamDecoder(from, options);
  return [...ids.map((id) => decoder.push(id)), decoder.finish()];
}

describe('stream decoder', () => {
  test('a character of several tokens comes out whole, once it is whole', () => {
    const pieces = stream(tokenizer.encode('🙂日'));
    expect(pieces.join('')).toBe('🙂日');
    expect(pieces.some((piece) => piece.includes('\ufffd'))).toBe(false);
    expect(pieces.filter((piece) => piece !== '')).toEqual(['🙂', '日']);
  });

  test('pieces add up to the whole text, whatever it is', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(text, fc.boolean(), (value, skipSpecialTokens) => {
        const ids = tokenizer.encode(`${value}<|im_end|>${value}`);
        return stream(ids, { skipSpecialTokens }).join('') === tokenizer.decode(ids, { skipSpecialTokens });
      }),
    );
  });

  test('any ids at all, also bytes that are no text, add up to the whole decoding', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 40 });
    fc.assert(fc.property(ids, (value) => stream(value).join('') === tokenizer.decode(value)));
  });

  test('an answer cut in the middle of a character ends in U+FFFD only at the finish', () => {
    const [half] = tokenizer.encode('日');
    expect(stream([half ?? -1])).toEqual(['', '\ufffd']);
  });

  test('a tokenizer that drops the first space keeps the spaces between words', () => {
    const words = ['▁call', '▁me', '▁Ishmael'];
    const sentencePiece = {
      decode: (ids: readonly number[]) =>
        ids
          .map((id) => words[id] ?? '')
          .join('')
          .replaceAll('▁', ' ')
          .slice(1),
    };
    expect(stream([0, 1, 2], {}, sentencePiece)).toEqual(['call', ' me', ' Ishmael', '']);
  });
});
