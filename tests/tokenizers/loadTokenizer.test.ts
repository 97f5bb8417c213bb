import { fc } from '../support/properties.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';
import { byteAlphabet } from '../../main/tokenizers/byteAlphabet.ts';
import { loadTokenizer } from '../../main/tokenizers/loadTokenizer.ts';

const letters = byteAlphabet.map((character, byte) => [character, byte] as const);
const pipeline = {
  added_tokens: [{ id: 258, content: '<|end|>', special: true }],
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', vocab: Object.fromEntries([...letters, ['th', 256], ['the', 257]]), merges: ['t h', 'th e'] },
};

describe('tokenizer of a model folder', () => {
  let dir = '';
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(dir, name), typeof value === 'string' ? value : JSON.stringify(value));
  const errorOf = async (): Promise<GraftError> => {
    const thrown: unknown = await loadTokenizer(dir).catch((error: unknown) => error);
    if (thrown instanceof GraftError) return thrown;
    throw new Error(`no GraftError: ${String(thrown)}`);
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'graft-tokenizer-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test('tokenizer.json with neighbours: ids, special tokens, every end token', async () => {
    write('tokenizer.json', pipeline);
    write('tokenizer_config.json', {
      bos_token: null,
      eos_token: { content: '<|end|>' },
      pad_token: '<|end|>',
      chat_template: '{{ x }}',
    });
    write('generation_config.json', { eos_token_id: [7, 258] });
    const tokenizer = await loadTokenizer(dir);
    expect(tokenizer.encode('the<|end|>th')).toEqual([257, 258, 256]);
    expect(tokenizer).toMatchObject({
      bosTokenId: null,
      eosTokenIds: [258, 7],
      padTokenId: 258,
      chatTemplate: '{{ x }}',
      vocabSize: 259,
    });
  });

  test('a byte-level tokenizer gives every text back', async () => {
    write('tokenizer.json', pipeline);
    const tokenizer = await loadTokenizer(dir);
    const text = fc.string({ unit: 'binary' });
    fc.assert(fc.property(text, (value) => tokenizer.decode(tokenizer.encode(value)) === value));
    expect(tokenizer.encode('')).toEqual([]);
    expect(tokenizer.decode([])).toBe('');
  });

  test('a template in its own file wins, a named list gives its default', async () => {
    write('tokenizer.json', pipeline);
    write('tokenizer_config.json', {
      chat_template: [
        { name: 'tool_use', template: 'tools' },
        { name: 'default', template: 'plain' },
      ],
    });
    expect((await loadTokenizer(dir)).chatTemplate).toBe('plain');
    write('chat_template.jinja', 'own file');
    expect((await loadTokenizer(dir)).chatTemplate).toBe('own file');
  });

  test('single digits are Unicode digits, not ASCII alone', async () => {
    const steps = [{ type: 'Digits', individual_digits: true }, pipeline.pre_tokenizer];
    const model = { type: 'BPE', vocab: { ...pipeline.model.vocab, 'Ù£': 299, 'Ù£Ù£': 300 }, merges: ['Ù £', 'Ù£ Ù£'] };
    write('tokenizer.json', { ...pipeline, pre_tokenizer: { type: 'Sequence', pretokenizers: steps }, model });
    expect((await loadTokenizer(dir)).encode('٣٣')).not.toContain(300);
  });

  test('a folder without a tokenizer says what to put there', async () => {
    expect(await errorOf()).toMatchObject({
      code: 'notFound',
      data: { file: dir, remedy: expect.stringContaining('tokenizer.json') },
    });
  });

  test.each([
    ['not JSON', '{"model": ', 'the file'],
    ['a list', '[]', 'the file'],
    ['no model', {}, 'model'],
    ['no vocabulary', { model: { type: 'BPE', merges: [] } }, 'model.vocab'],
    ['a negative id', { model: { type: 'BPE', vocab: { a: -1 }, merges: [] } }, 'model.vocab["a"]'],
    ['a huge id', { model: { type: 'BPE', vocab: { a: 1e12 }, merges: [] } }, 'model.vocab["a"]'],
    ['merges that are no pairs', { model: { type: 'BPE', vocab: { a: 0 }, merges: ['ab'] } }, 'model.merges[0]'],
    ['an added token without id', { ...pipeline, added_tokens: [{ content: 'x' }] }, 'added_tokens[0]'],
    [
      'a merge of a token that is not there',
      { model: { type: 'BPE', vocab: { a: 0, b: 1 }, merges: ['a b'] } },
      'model.merges[0]',
    ],
    ['a step without a kind', { ...pipeline, decoder: {} }, 'decoder.type'],
    [
      'another id than the vocabulary has',
      { ...pipeline, added_tokens: [{ id: 3, content: 'th' }] },
      'added_tokens[0].id',
    ],
    ['a piece without a score', { model: { type: 'Unigram', unk_id: 0, vocab: [['a']] } }, 'model.vocab[0]'],
    ['no piece for what is unknown', { model: { type: 'Unigram', vocab: [['a', 0]] } }, 'model.unk_id'],
    ['no word for what is unknown', { model: { type: 'WordPiece', vocab: { a: 0 } } }, 'model.unk_token'],
    [
      'a map of characters cut short',
      { ...pipeline, normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAB' } },
      'precompiled_charsmap',
    ],
  ])('%s is an error that names the field', async (_what, content, field) => {
    write('tokenizer.json', content);
    const error = await errorOf();
    expect(error.code).toBe('invalid');
    expect(error.message).toContain(field);
  });

  test.each([
    ['a kind of model', { model: { type: 'Psychic', vocab: {} } }, 'Psychic', 'model.type'],
    ['a decoder', { ...pipeline, decoder: { type: 'Telepathy' } }, 'Telepathy', 'decoder.type'],
    [
      'a normalizer',
      { ...pipeline, normalizer: { type: 'Sequence', normalizers: [{ type: 'Rot13' }] } },
      'Rot13',
      'normalizer.normalizers[0].type',
    ],
    [
      'a pre-tokenizer',
      { ...pipeline, pre_tokenizer: { type: 'UnicodeScripts' } },
      'UnicodeScripts',
      'pre_tokenizer.type',
    ],
    ['a post-processor', { ...pipeline, post_processor: { type: 'Later' } }, 'Later', 'post_processor.type'],
    [
      'a way to split',
      { ...pipeline, pre_tokenizer: { type: 'Split', pattern: { String: 'a' }, behavior: 'Sideways' } },
      'Sideways',
      'behavior',
    ],
    [
      'a pattern',
      { ...pipeline, pre_tokenizer: { type: 'Split', pattern: { Regex: '(?{a})' }, behavior: 'Isolated' } },
      '(?{a})',
      'pattern',
    ],
    ['chance', { ...pipeline, model: { ...pipeline.model, dropout: 0.1 } }, 'dropout', 'model.dropout'],
  ])('%s that cannot be done exactly is refused by name', async (_what, content, name, field) => {
    write('tokenizer.json', content);
    const error = await errorOf();
    expect(error.code).toBe('unsupported');
    expect(error.message).toContain(name);
    expect(error.data.field).toContain(field);
  });

  test('no JSON at all makes anything but a GraftError or a tokenizer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json(),
        fc.constantFrom('model', 'added_tokens', 'pre_tokenizer', 'decoder', 'normalizer', 'post_processor'),
        async (json, field) => {
          write('tokenizer.json', { ...pipeline, [field]: JSON.parse(json) as unknown });
          const outcome: unknown = await loadTokenizer(dir).catch((error: unknown) => error);
          return outcome instanceof GraftError || !(outcome instanceof Error);
        },
      ),
      { numRuns: 60 },
    );
  });
});
