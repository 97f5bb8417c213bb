/**
 * Runs a tokenizer pipeline with Hugging Face's JavaScript engine, made exact: patterns as in the Rust original, byte order marks
 * kept, no clean-up of spaces when decoding. What the engine would do wrongly in silence (a few rare options) is refused.
 */
import { Tokenizer as Engine } from '@huggingface/tokenizers';
import type { EngineDecoder } from '@huggingface/tokenizers';
import { GraftError } from '../contract/errors.ts';
import { findTokenBytes } from './byteAlphabet.ts';
import { withExactPatterns } from './preTokenizers.ts';
import { findTextPairLayout } from './textPairLayout.ts';
import type { TextPairLayout } from './textPairLayout.ts';
import { isJsonObject, tokenizerError } from './tokenizerSource.ts';
import type { JsonObject, TokenizerSource } from './tokenizerSource.ts';
import type { DecodeOptions, EncodeOptions, Tokenizer } from './tokenizer.ts';
import { cacheWords } from './wordCaches.ts';

const maxTokenId = 1 << 24;
const modelTypes = ['BPE', 'WordPiece', 'Unigram'];
const splitBehaviours = ['isolated', 'removed'];

function checkVocabulary(model: JsonObject, file: string): void {
  const { type, vocab } = model;
  if (typeof type !== 'string' || !modelTypes.includes(type)) {
    const remedy = `Use a model with one of: ${modelTypes.join(', ')}.`;
    throw new GraftError('unsupported', `The tokenizer in ${file} is of the kind ${String(type)}, which this build does not read.`, {
      file,
      field: 'model.type',
      remedy,
    });
  }
  if (Array.isArray(vocab)) return; // Unigram: [token, score] in id order
  if (!isJsonObject(vocab)) throw tokenizerError(file, 'model.vocab', 'is missing');
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > maxTokenId) {
      throw tokenizerError(file, `model.vocab[${JSON.stringify(token)}]`, 'is not a token id');
    }
  }
}

function checkMerges(model: JsonObject, file: string): void {
  if (model.type !== 'BPE') return;
  if (!Array.isArray(model.merges)) throw tokenizerError(file, 'model.merges', 'is missing');
  const isMerge = (merge: unknown): boolean =>
    typeof merge === 'string'
      ? merge.includes(' ')
      : Array.isArray(merge) && merge.length === 2 && merge.every((part) => typeof part === 'string');
  const wrong = model.merges.findIndex((merge) => !isMerge(merge));
  if (wrong >= 0) throw tokenizerError(file, `model.merges[${wrong}]`, 'is not a pair of tokens');
}

function readAddedTokens(pipeline: JsonObject, file: string): readonly JsonObject[] {
  const added: unknown = pipeline.added_tokens ?? [];
  if (!Array.isArray(added)) throw tokenizerError(file, 'added_tokens', 'is not a list');
  for (const [index, token] of added.entries()) {
    const known =
      isJsonObject(token) &&
      typeof token.content === 'string' &&
      token.content !== '' &&
      Number.isInteger(token.id) &&
      Number(token.id) >= 0 &&
      Number(token.id) <= maxTokenId;
    if (!known) throw tokenizerError(file, `added_tokens[${index}]`, 'has no text or no id');
  }
  return added.filter(isJsonObject);
}

function checkSteps(step: unknown, file: string): void {
  if (!isJsonObject(step)) return;
  if (Array.isArray(step.pretokenizers)) step.pretokenizers.forEach((inner) => checkSteps(inner, file));
  const behaviour = step.behavior;
  if (step.type !== 'Split' || typeof behaviour !== 'string' || splitBehaviours.includes(behaviour.toLowerCase())) return;
  throw new GraftError('unsupported', `The tokenizer in ${file} splits text in a way this build does not know: ${behaviour}.`, {
    file,
    field: 'pre_tokenizer',
  });
}

function keepByteOrderMarks(decoder: EngineDecoder): void {
  decoder.decoders?.forEach(keepByteOrderMarks);
  if (decoder.text_decoder !== undefined) decoder.text_decoder = new TextDecoder('utf-8', { ignoreBOM: true });
}

function createEngine(source: TokenizerSource): Engine {
  const { file, pipeline } = source;
  const model = pipeline.model;
  if (!isJsonObject(model)) throw tokenizerError(file, 'model', 'is missing');
  checkVocabulary(model, file);
  checkMerges(model, file);
  checkSteps(pipeline.pre_tokenizer, file);
  const whole = {
    normalizer: null,
    post_processor: null,
    decoder: null,
    ...pipeline,
    pre_tokenizer: withExactPatterns(pipeline.pre_tokenizer ?? null),
    added_tokens: readAddedTokens(pipeline, file),
  };
  try {
    const engine = new Engine(whole, { eos_token: source.eosToken, clean_up_tokenization_spaces: false });
    if (model.type === 'BPE') cacheWords(engine);
    if (engine.decoder !== null) keepByteOrderMarks(engine.decoder);
    return engine;
  } catch (error) {
    throw tokenizerError(file, 'the pipeline', `is not understood (${error instanceof Error ? error.message : String(error)})`, error);
  }
}

function usesByteAlphabet(step: unknown): boolean {
  if (!isJsonObject(step)) return false;
  if (step.type === 'ByteLevel') return true;
  return Array.isArray(step.decoders) && step.decoders.some(usesByteAlphabet);
}

const hex = (byte: number): string => `<${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/** Bytes that are whole characters as text, else as hexadecimal. */
function showBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : Array.from(bytes, hex).join('');
}

class EngineTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly bosToken: string | null;
  readonly eosToken: string | null;
  readonly chatTemplate: string | null;
  readonly bosTokenId: number | null;
  readonly eosTokenIds: readonly number[];
  readonly padTokenId: number | null;
  private readonly engine: Engine;
  private readonly byteLevel: boolean;
  private readonly addedIds: ReadonlySet<number>;
  private layout: TextPairLayout | undefined;

  constructor(source: TokenizerSource) {
    this.engine = createEngine(source);
    this.byteLevel = usesByteAlphabet(source.pipeline.decoder);
    this.addedIds = new Set(this.engine.get_added_tokens_decoder().keys());
    this.vocabSize = this.engine.model?.vocab.length ?? 0;
    this.bosToken = source.bosToken;
    this.eosToken = source.eosToken;
    this.chatTemplate = source.chatTemplate;
    this.bosTokenId = this.idOf(source.bosToken);
    this.padTokenId = this.idOf(source.padToken);
    const eosTokenId = this.idOf(source.eosToken);
    this.eosTokenIds = [...new Set([...(eosTokenId === null ? [] : [eosTokenId]), ...source.stopTokenIds])].filter(
      (id) => id >= 0 && id < this.vocabSize,
    );
  }

  encode(text: string, options: EncodeOptions = {}): number[] {
    // A lone surrogate has no UTF-8: it becomes U+FFFD here as in every other program.
    const { ids } = this.engine.encode(text.toWellFormed(), { add_special_tokens: options.addSpecialTokens ?? true });
    return ids;
  }

  get textPairLayout(): TextPairLayout {
    const letter = 'a';
    this.layout ??= findTextPairLayout({
      alone: this.encode(letter, { addSpecialTokens: false }),
      single: this.encode(letter),
      pair: this.engine.encode(letter, { text_pair: letter, add_special_tokens: true }).ids,
    });
    return this.layout;
  }

  decode(ids: readonly number[], options: DecodeOptions = {}): string {
    const known = ids.filter((id) => this.engine.id_to_token(id) !== undefined);
    if (known.length === 0) return '';
    return this.engine.decode(known, { skip_special_tokens: options.skipSpecialTokens ?? false, clean_up_tokenization_spaces: false });
  }

  tokenText(id: number): string {
    const token = this.engine.id_to_token(id);
    if (token === undefined) return `<no token ${id}>`;
    if (this.addedIds.has(id)) return token;
    const bytes = this.byteLevel ? findTokenBytes(token) : undefined;
    return bytes === undefined ? token.replaceAll('▁', ' ') : showBytes(bytes);
  }

  private idOf(token: string | null): number | null {
    return token === null ? null : (this.engine.token_to_id(token) ?? null);
  }
}

/** Throws GraftError('invalid' or 'unsupported') that names file and field. */
export function createTokenizer(source: TokenizerSource): Tokenizer {
  return new EngineTokenizer(source);
}
