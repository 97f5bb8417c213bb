/**
 * tokenizer.json as GGUF metadata: read back it must be the same tokenizer, whatever rule cuts its text. Vocabularies
 * are those of the GGUF reader's tests, taken through the tokenizer.json layout and back.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, test } from 'vitest';
import type { GgufValue } from '../../main/formats/gguf.ts';
import type { GgufOutputField } from '../../main/formats/ggufWriter.ts';
import { ggufTokenizerSource } from '../../main/tokenizers/ggufTokenizer.ts';
import { ggufVocabulary } from '../../main/tokenizers/ggufVocabulary.ts';
import { readTokenizerFolder } from '../../main/tokenizers/tokenizerFolder.ts';
import { createTokenizer } from '../../main/tokenizers/tokenizerEngine.ts';
import type { TokenizerSource } from '../../main/tokenizers/tokenizerSource.ts';
import { smollm2Metadata } from './smollm2.ts';

const sampleModel = join(import.meta.dirname, '..', '..', 'resources', 'sample-model');

function sourceOf(metadata: ReadonlyMap<string, GgufValue>): TokenizerSource {
  const source = ggufTokenizerSource(metadata, 'model.gguf');
  if (source === undefined) throw new Error('the metadata holds no vocabulary');
  return source;
}

function valuesOf(fields: ReadonlyMap<string, GgufOutputField>): Map<string, GgufValue> {
  return new Map([...fields].map(([key, { value }]) => [key, value as GgufValue]));
}

function expectSame(source: TokenizerSource, fields: ReadonlyMap<string, GgufOutputField>): void {
  const [original, again] = [createTokenizer(source), createTokenizer(sourceOf(valuesOf(fields)))];
  expect(again).toMatchObject({
    bosTokenId: original.bosTokenId,
    padTokenId: original.padTokenId,
    chatTemplate: original.chatTemplate,
  });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      expect(again.encode(text)).toEqual(original.encode(text));
    }),
    { numRuns: 300 },
  );
}

describe('a vocabulary written for llama.cpp', () => {
  test('of SmolLM2 has its rule, merges and special tokens (digits cut otherwise: other tokens for every number)', () => {
    const source = sourceOf(smollm2Metadata());
    const fields = ggufVocabulary(source, 49_152);
    expect(fields.get('tokenizer.ggml.pre')).toEqual({ type: 'string', value: 'smollm' });
    for (const key of ['merges', 'bos_token_id', 'eos_token_id']) {
      expect(valuesOf(fields).get(`tokenizer.ggml.${key}`)).toEqual(smollm2Metadata().get(`tokenizer.ggml.${key}`));
    }
    expectSame(source, fields);
  });

  test('of a model trained here finds the rule that no list of known models can have, and fills up ids without a token', async () => {
    const source = await readTokenizerFolder(sampleModel);
    const fields = ggufVocabulary(source, 3000);
    const tokens = valuesOf(fields).get('tokenizer.ggml.tokens') as readonly string[];
    expect([tokens.length, tokens[2999]]).toEqual([3000, '[PAD2999]']);
    expectSame(source, fields);
  });

  test('of SentencePiece has scores that merge in the same order', () => {
    const path = join(import.meta.dirname, '..', 'fixtures', 'sentencepiece_vocabulary.json');
    const {
      tokens,
      scores,
      token_type: types,
    } = JSON.parse(readFileSync(path, 'utf8')) as Record<'tokens' | 'scores' | 'token_type', GgufValue>;
    const metadata = new Map<string, GgufValue>([
      ['tokenizer.ggml.model', 'llama'],
      ['tokenizer.ggml.tokens', tokens],
      ['tokenizer.ggml.scores', scores],
      ['tokenizer.ggml.token_type', types],
      ['tokenizer.ggml.bos_token_id', 1],
      ['tokenizer.ggml.eos_token_id', 2],
      ['tokenizer.ggml.unknown_token_id', 0],
    ]);
    const source = sourceOf(metadata);
    const fields = ggufVocabulary(source, (tokens as readonly string[]).length);
    expect(valuesOf(fields).get('tokenizer.ggml.model')).toBe('llama');
    expect(valuesOf(fields).get('tokenizer.ggml.token_type')).toEqual(types);
    expectSame(source, fields);
  });

  test('whose end-of-text token is not among its tokens keeps the one that ends its answers (a file without any)', () => {
    const source = sourceOf(smollm2Metadata());
    const [eos] = createTokenizer(source).eosTokenIds;
    const fields = valuesOf(ggufVocabulary({ ...source, eosToken: '<absent>', stopTokenIds: [eos] }, 49_152));
    expect(fields.get('tokenizer.ggml.eos_token_id')).toBe(eos);
  });

  test('that llama.cpp has no name for is refused and not written as something else', async () => {
    const source = await readTokenizerFolder(sampleModel);
    const everyLetter = { type: 'Split', pattern: { Regex: '[a-z]' }, behavior: 'Isolated', invert: false };
    const toBytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
    const pipeline = { ...source.pipeline, pre_tokenizer: { type: 'Sequence', pretokenizers: [everyLetter, toBytes] } };
    expect(() => ggufVocabulary({ ...source, pipeline }, 3000)).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
    const wordPiece = { ...source, pipeline: { ...source.pipeline, model: { type: 'WordPiece', vocab: {} } } };
    expect(() => ggufVocabulary(wordPiece, 3000)).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => ggufVocabulary(source, 100)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});
