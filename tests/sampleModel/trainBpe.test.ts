import { fc } from '../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { tokenizerJson } from '../../main/tools/sampleModel/sampleTokenizer.ts';
import { trainBpe } from '../../main/tools/sampleModel/trainBpe.ts';
import type { BpeVocabulary } from '../../main/tools/sampleModel/trainBpe.ts';
import { createTokenizer } from '../../main/tokenizers/tokenizerEngine.ts';
import type { Tokenizer } from '../../main/tokenizers/tokenizer.ts';

const texts = ['the whale and the sea', 'the sea, the sea', 'a whale in 1851', 'sea sea whale whale'];

function tokenizerOf(vocabulary: BpeVocabulary): Tokenizer {
  const none = { bosToken: null, eosToken: null, padToken: null, stopTokenIds: [], chatTemplate: null };
  return createTokenizer({ file: 'trained', pipeline: tokenizerJson(vocabulary), ...none });
}

describe('BPE training', () => {
  test('the most frequent pairs are merged first', () => {
    const { merges } = trainBpe(['aab aab aab xy xy'], 260);
    expect(merges.slice(0, 2)).toEqual([
      ['a', 'a'],
      ['aa', 'b'],
    ]);
  });

  test('the same texts in any order give the same vocabulary (ties do not fall by chance)', () => {
    const trained = trainBpe(texts, 300);
    fc.assert(
      fc.property(fc.shuffledSubarray(texts, { minLength: texts.length }), (shuffled) => {
        expect(trainBpe(shuffled, 300)).toEqual(trained);
      }),
    );
  });

  test('nothing is merged across words or into numbers', () => {
    const { tokens } = trainBpe(['10 10 10 10 a b a b a b'], 300);
    expect(tokens.slice(256)).toEqual(['Ġa', 'Ġb'].filter((token) => tokens.includes(token)));
  });

  test('frequent words become one token, every other text still survives', () => {
    const tokenizer = tokenizerOf(trainBpe(texts, 300));
    expect(tokenizer.encode(' sea')).toHaveLength(1);
    const text = fc.string({ unit: 'binary' });
    fc.assert(fc.property(text, (value) => tokenizer.decode(tokenizer.encode(value)) === value));
  });
});
