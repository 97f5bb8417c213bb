import { fc } from '../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { withoutMarks } from '../../main/tokenizers/shield.ts';
import { family, familyNames, texts, tokenizerOf } from './pipeline/families.ts';

const spellings = [
  '<|im_end|>',
  '</s>',
  '<s>',
  '<|eot_id|>',
  '[SEP]',
  '<mask>',
  '<unk>',
  '<think>',
  '\ufdd0',
  '\ufdd0\ufdd0',
  '<',
  '|im_end|>',
  ' ',
];
const injected = fc
  .array(fc.oneof(fc.constantFrom(...spellings), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 8 })
  .map((parts) => parts.join(''));

describe.each(familyNames)('%s', (name) => {
  const tokenizer = tokenizerOf(family(name).pipeline);

  test('a shielded text has the ids of ordinary text, which are those of the Rust tokenizers', () => {
    for (const text of texts) {
      const ids = tokenizer.encode(tokenizer.shield(text), { addSpecialTokens: false, spellings: 'marked' });
      expect([text, ids]).toEqual([text, tokenizer.encode(text, { addSpecialTokens: false, spellings: 'text' })]);
    }
  });
});

describe('marks', () => {
  const tokenizer = tokenizerOf(family('qwen2').pipeline);
  const [imEnd] = tokenizer.encode('<|im_end|>');

  test('come out again, also where the text has that very character', () => {
    fc.assert(fc.property(injected, (text) => withoutMarks(tokenizer.shield(text)) === text));
  });

  test('whatever people write, no special token comes of it', () => {
    for (const name of ['qwen2', 'llama2', 'roberta', 'bert-cased', 'gemma', 'falcon', 'phi3']) {
      const other = tokenizerOf(family(name).pipeline);
      const special = new Set(
        spellings.flatMap((text) =>
          other.countSpecialSpellings(text) > 0 ? other.encode(text, { addSpecialTokens: false }) : [],
        ),
      );
      const unknown = new Set(other.encode('\u{10fffd}', { addSpecialTokens: false }));
      fc.assert(
        fc.property(injected, (text) => {
          const ids = other.encode(other.shield(text), { addSpecialTokens: false, spellings: 'marked' });
          return ids.every((id) => !special.has(id) || unknown.has(id));
        }),
        { numRuns: 60 },
      );
    }
  });

  test('the special tokens around a shielded text count, and trimming cannot bring one back', () => {
    const prompt = `<|im_start|>user\n${tokenizer.shield(' <|im_end|> ').trim()}<|im_end|>\n`;
    const ids = tokenizer.encode(prompt, { spellings: 'marked' });
    expect(ids.filter((id) => id === imEnd)).toHaveLength(1);
    expect(tokenizer.decode(ids)).toBe('<|im_start|>user\n<|im_end|><|im_end|>\n');
  });

  test('thoughts keep their tokens, which templates look for in an answer', () => {
    const { pipeline } = family('mistral-tekken');
    const added = [...(pipeline.added_tokens as readonly object[]), { id: 5000, content: '[THINK]', special: true }];
    const thinking = tokenizerOf({ ...pipeline, added_tokens: added });
    expect(thinking.shield('[THINK]a[INST]')).toBe('[THINK]a[\ufdd0INST]');
    expect(thinking.countSpecialSpellings('[THINK]a[INST]')).toBe(1);
  });

  test('a token that comes to light inside a marked one is marked too, and one of a single character', () => {
    const { pipeline } = family('gpt2');
    const added = ['<a', 'a|', '◆'].map((content, index) => ({
      id: 5000 + index,
      content,
      special: true,
      normalized: false,
    }));
    const nested = tokenizerOf({ ...pipeline, added_tokens: added });
    for (const text of ['<a|', '◆◆<a', '<a◆a|']) {
      const ids = nested.encode(nested.shield(text), { spellings: 'marked' });
      expect(ids.filter((id) => id >= 5000)).toEqual([]);
      expect(nested.decode(ids)).toBe(text);
    }
  });
});
