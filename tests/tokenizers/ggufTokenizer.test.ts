import { fc } from '../support/properties.ts';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';
import type { GgufValue } from '../../main/formats/gguf.ts';
import { ggufTokenizerSource } from '../../main/tokenizers/ggufTokenizer.ts';
import { createTokenizer } from '../../main/tokenizers/tokenizerEngine.ts';
import type { Tokenizer } from '../../main/tokenizers/tokenizer.ts';
import { smollm2Metadata, smollm2Reference } from './smollm2.ts';

function tokenizerFrom(metadata: ReadonlyMap<string, GgufValue>): Tokenizer {
  const source = ggufTokenizerSource(metadata, 'model.gguf');
  if (source === undefined) throw new Error('the metadata holds no vocabulary');
  return createTokenizer(source);
}

function errorFrom(change: (metadata: Map<string, GgufValue>) => void): GraftError {
  const metadata = smollm2Metadata();
  change(metadata);
  try {
    tokenizerFrom(metadata);
  } catch (error) {
    if (error instanceof GraftError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('byte-pair vocabulary of a GGUF file', () => {
  const tokenizer = tokenizerFrom(smollm2Metadata());

  test.each(smollm2Reference().tokenize)(
    '$text gets the ids of the reference (wrong digit or space rules show here)',
    ({ text, ids }) => {
      expect(tokenizer.encode(text)).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(text);
    },
  );

  test('special tokens come from the metadata, not from guesses', () => {
    expect(tokenizer).toMatchObject({
      bosToken: '<|im_start|>',
      bosTokenId: 1,
      eosToken: '<|im_end|>',
      eosTokenIds: [2],
      padTokenId: 2,
      vocabSize: 49152,
    });
  });

  test('special tokens in the text are one id each and can be left out when decoding', () => {
    const ids = tokenizer.encode('<|im_start|>user\nhi<|im_end|>');
    expect(ids[0]).toBe(1);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe('user\nhi');
  });

  test('an id past the vocabulary (a padded embedding) decodes to nothing and does not throw', () => {
    expect(tokenizer.decode([60_000])).toBe('');
    expect(tokenizer.decode([60_000, ...tokenizer.encode('is'), 70_000])).toBe('is');
  });

  test('half a character is shown as its bytes, never as U+FFFD', () => {
    const [first] = tokenizer.encode('日');
    expect(tokenizer.tokenText(first ?? -1)).toBe('<E6><97>');
    expect(tokenizer.tokenText(1)).toBe('<|im_start|>');
  });

  test('every text of known bytes survives encode and decode', () => {
    // SmolLM2's vocabulary has no token for these control bytes and for bytes that UTF-8 uses only past U+40000.
    const missing = /[\u0004\u0006\u0013\u0014\u0016\u001d\u{40000}-\u{10ffff}]/gu;
    const text = fc.string({ unit: 'binary', maxLength: 60 }).map((value) => value.replace(missing, ''));
    fc.assert(fc.property(text, (value) => tokenizer.decode(tokenizer.encode(value)) === value));
  });

  test('a lone surrogate becomes U+FFFD and not a crash', () => {
    expect(tokenizer.decode(tokenizer.encode('a\ud800b'))).toBe('a\ufffdb');
  });

  test('add_bos_token puts the begin token first, and only then', () => {
    const withBos = tokenizerFrom(smollm2Metadata().set('tokenizer.ggml.add_bos_token', true));
    expect(withBos.encode('hi<|im_end|>').slice(0, 1)).toEqual([1]);
    expect(withBos.encode('hi', { addSpecialTokens: false })).toEqual(tokenizer.encode('hi'));
  });

  test('an unknown cutting rule is an error that lists the known ones', () => {
    const error = errorFrom((metadata) => metadata.set('tokenizer.ggml.pre', 'from-the-future'));
    expect(error).toMatchObject({ code: 'unsupported', data: { file: 'model.gguf', field: 'tokenizer.ggml.pre' } });
    expect(error.data.remedy).toContain('smollm');
  });

  test('digits may merge with the llama 3 rule and never with the smollm rule', () => {
    const withPair = smollm2Metadata();
    const tokens = withPair.get('tokenizer.ggml.tokens');
    if (!Array.isArray(tokens)) throw new Error('the fixture has no tokens');
    const pairId = tokens.indexOf('[placeholder 49000]');
    withPair.set('tokenizer.ggml.tokens', tokens.with(pairId, '12')).set('tokenizer.ggml.merges', ['1 2']);
    expect(tokenizerFrom(withPair).encode('12')).toEqual(tokenizer.encode('12'));
    withPair.set('tokenizer.ggml.pre', 'llama-bpe');
    expect(tokenizerFrom(withPair).encode('12', { addSpecialTokens: false })).toEqual([pairId]);
  });

  test.each([
    [
      'tokens missing',
      (metadata: Map<string, GgufValue>) => metadata.delete('tokenizer.ggml.tokens'),
      'tokenizer.ggml.tokens',
    ],
    [
      'a token that is a number',
      (metadata: Map<string, GgufValue>) => metadata.set('tokenizer.ggml.tokens', ['a', 3]),
      'tokenizer.ggml.tokens[1]',
    ],
    [
      'merges missing',
      (metadata: Map<string, GgufValue>) => metadata.delete('tokenizer.ggml.merges'),
      'tokenizer.ggml.merges',
    ],
    [
      'a merge of one token',
      (metadata: Map<string, GgufValue>) => metadata.set('tokenizer.ggml.merges', ['ab']),
      'tokenizer.ggml.merges[0]',
    ],
    [
      'too few token types',
      (metadata: Map<string, GgufValue>) => metadata.set('tokenizer.ggml.token_type', [1]),
      'tokenizer.ggml.token_type',
    ],
  ])('%s is an error that names the field', (_what, change, field) => {
    expect(errorFrom((metadata) => void change(metadata))).toMatchObject({ code: 'invalid', data: { field } });
  });

  test('a kind of vocabulary that is not read is named', () => {
    expect(errorFrom((metadata) => metadata.set('tokenizer.ggml.model', 't5'))).toMatchObject({
      code: 'unsupported',
      data: { field: 'tokenizer.ggml.model' },
    });
  });

  test('a file without a vocabulary has no tokenizer, which is no error', () => {
    expect(ggufTokenizerSource(new Map([['general.architecture', 'llama']]), 'model.gguf')).toBeUndefined();
  });
});

describe('SentencePiece vocabulary of a GGUF file', () => {
  interface Fixture {
    readonly tokens: readonly string[];
    readonly scores: readonly number[];
    readonly token_type: readonly number[];
    readonly rows: readonly (readonly [string, readonly number[], string])[];
  }
  const path = new URL('../fixtures/sentencepiece_vocabulary.json', import.meta.url);
  const fixture = JSON.parse(readFileSync(path, 'utf8')) as Fixture;
  const metadata = new Map<string, GgufValue>([
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', fixture.tokens],
    ['tokenizer.ggml.scores', fixture.scores],
    ['tokenizer.ggml.token_type', fixture.token_type],
  ]);
  const tokenizer = tokenizerFrom(metadata);

  test('ids and texts are those of the sentencepiece library (merge order, byte fall-back, first space)', () => {
    for (const [text, ids, decoded] of fixture.rows) {
      expect(tokenizer.encode(text, { addSpecialTokens: false })).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(decoded);
    }
  });

  test('the begin token comes first by default, as llama.cpp does it', () => {
    expect(tokenizer.encode('hi').slice(0, 1)).toEqual([1]);
    expect(tokenizer).toMatchObject({ bosToken: '<s>', eosTokenIds: [2] });
  });

  test('scores that do not fit the tokens are an error', () => {
    const cut = new Map(metadata).set('tokenizer.ggml.scores', [0, 1]);
    expect(() => tokenizerFrom(cut)).toThrow(/scores/);
  });
});
