import { describe, expect, test } from 'vitest';
import { digestOf, family, familyNames, texts, tokenizerOf } from './families.ts';

describe.each(familyNames)('%s', (name) => {
  const golden = family(name);
  const tokenizer = tokenizerOf(golden.pipeline);

  test.each(['special', 'text'] as const)(
    'ids and decodings are those of the Rust tokenizers (spellings: %s)',
    (spellings) => {
      const different = texts.filter(
        (text, index) => digestOf(tokenizer, text, spellings) !== golden[spellings].slice(6 * index, 6 * index + 6),
      );
      expect(different).toEqual([]);
    },
  );
});

test('there are pipelines and texts enough to mean something', () => {
  expect(familyNames.length).toBeGreaterThan(30);
  expect(texts.length).toBeGreaterThan(150);
});
