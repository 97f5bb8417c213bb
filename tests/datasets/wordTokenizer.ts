/**
 * A stand-in tokenizer whose tokens can be read in a test: special tokens `<|…|>`, words with the space before them,
 * and runs of white space as one token (so that tokens can straddle a boundary, as merges do). Ids are given as words
 * come.
 */
import type { Tokenizer } from '../../main/tokenizers/tokenizer.ts';

const pattern = /<\|[a-z_]+\|>| ?[^\s<]+|\s+|</g;

export interface WordTokenizerOptions {
  readonly chatTemplate?: string | null;
  readonly bos?: boolean;
  readonly vocabSize?: number;
}

export function wordTokenizer({
  chatTemplate = null,
  bos = false,
  vocabSize = 10_000,
}: WordTokenizerOptions = {}): Tokenizer {
  const words = ['<|bos|>', '<|eos|>', '<|im_start|>', '<|im_end|>'];
  const idOf = (word: string): number => {
    if (!words.includes(word)) words.push(word);
    return words.indexOf(word);
  };
  return {
    encode: (text, options) => [
      ...(bos && options?.addSpecialTokens !== false ? [0] : []),
      ...(text.match(pattern) ?? []).map(idOf),
    ],
    decode: (ids) => ids.map((id) => words[id] ?? '').join(''),
    tokenBytes: (id) => Buffer.from(words[id] ?? ''),
    tokenText: (id) => words[id] ?? `<no token ${id}>`,
    shield: (text) => text,
    countSpecialSpellings: () => 0,
    textPairLayout: { before: [0], between: [1], after: [1] },
    vocabSize,
    bosTokenId: 0,
    eosTokenIds: [1, 3],
    padTokenId: null,
    bosToken: '<|bos|>',
    eosToken: '<|eos|>',
    chatTemplate,
  };
}

export const chatml = [
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join('');
