/** What one token stands for: its own bytes with its own space, whatever the kind of vocabulary. */
import { describe, expect, it } from 'vitest';
import { byteAlphabet } from '../../main/tokenizers/byteAlphabet.ts';
import { StreamDecoder } from '../../main/tokenizers/streamDecoder.ts';
import { createTokenizer } from '../../main/tokenizers/tokenizerEngine.ts';
import type { Tokenizer } from '../../main/tokenizers/tokenizer.ts';
import { templateTokenizer } from '../support/templateTokenizer.ts';

const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
const words = ['▁a', 'a', '▁is', 'is', '▁', '\n'];
const specials = ['<unk>', '<s>', '</s>'];

/** As Llama 2 has it: words with their space, bytes for the rest, the first space of a text dropped. */
function sentencePiece(): Tokenizer {
  const tokens = [...specials, ...bytes, ...words];
  return createTokenizer({
    file: 'tokenizer.json',
    pipeline: {
      added_tokens: specials.map((content, id) => ({ id, content, special: true })),
      // oxfmt-ignore
      normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }] },
      pre_tokenizer: null,
      post_processor: null,
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
      model: {
        type: 'BPE',
        byte_fallback: true,
        fuse_unk: true,
        unk_token: '<unk>',
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
        merges: ['▁ a'],
      },
    },
    bosToken: '<s>',
    eosToken: '</s>',
    padToken: null,
    stopTokenIds: [],
    chatTemplate: null,
  });
}

const text = (tokenizer: Tokenizer, id: number): string => Buffer.from(tokenizer.tokenBytes(id)).toString('utf8');

describe('a vocabulary of SentencePiece', () => {
  const tokenizer = sentencePiece();
  const idOf = (token: string): number => [...specials, ...bytes, ...words].indexOf(token);

  it('keeps the space of a word (a log-probability of "is" that was of " is")', () => {
    expect(text(tokenizer, idOf('▁is'))).toBe(' is');
    expect(text(tokenizer, idOf('is'))).toBe('is');
    expect(text(tokenizer, idOf('▁'))).toBe(' ');
    expect(text(tokenizer, idOf('\n'))).toBe('\n');
  });

  it('gives a byte as that byte, and a special token by its name', () => {
    for (const [byte, token] of bytes.entries()) expect([...tokenizer.tokenBytes(idOf(token))], token).toEqual([byte]);
    expect(text(tokenizer, idOf('</s>'))).toBe('</s>');
    expect([...tokenizer.tokenBytes(100_000)]).toEqual([]);
  });

  it('goes on with a text without losing the space (a completion glued to its prompt)', () => {
    const ids = [idOf('▁is'), idOf('▁a')];
    const push = (decoder: StreamDecoder): string => ids.map((id) => decoder.push(id)).join('');
    expect(push(new StreamDecoder(tokenizer))).toBe('is a');
    expect(push(new StreamDecoder(tokenizer, {}, tokenizer.encode('a')))).toBe(' is a');
  });

  it('finishes a character that the text before leaves unfinished', () => {
    const [first, ...rest] = Array.from(Buffer.from('日'), (byte) => idOf(bytes[byte] ?? ''));
    const decoder = new StreamDecoder(tokenizer, {}, [...tokenizer.encode('a'), first ?? 0]);
    expect(rest.map((id) => decoder.push(id)).join('')).toBe('日');
  });
});

it('gives every byte of a byte-level vocabulary, parts of characters too, and a mark of the template as its name', () => {
  const tokenizer = templateTokenizer('<think>x</think><|end|>');
  for (const [byte] of byteAlphabet.entries()) expect([...tokenizer.tokenBytes(byte)]).toEqual([byte]);
  const [thought] = tokenizer.encode('<think>', { addSpecialTokens: false });
  expect(text(tokenizer, thought ?? -1)).toBe('<think>');
  const [, end] = tokenizer.encode('a<|end|>', { addSpecialTokens: false });
  expect(text(tokenizer, end ?? -1)).toBe('<|end|>');
});
