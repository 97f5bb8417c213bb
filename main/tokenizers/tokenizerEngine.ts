/** Runs a tokenizer pipeline with the special tokens of its model around it. */
import { findTokenBytes } from './byteAlphabet.ts';
import { Pipeline } from './pipeline/pipeline.ts';
import { findTextPairLayout } from './textPairLayout.ts';
import type { TextPairLayout } from './textPairLayout.ts';
import { isJsonObject } from './tokenizerSource.ts';
import type { TokenizerSource } from './tokenizerSource.ts';
import type { DecodeOptions, EncodeOptions, Tokenizer } from './tokenizer.ts';

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
  private readonly pipeline: Pipeline;
  private readonly byteLevel: boolean;
  private readonly addedIds: ReadonlySet<number>;
  private layout: TextPairLayout | undefined;

  constructor(source: TokenizerSource) {
    this.pipeline = new Pipeline(source);
    this.byteLevel = usesByteAlphabet(source.pipeline.decoder);
    this.addedIds = new Set(this.pipeline.addedTokens.map(({ id }) => id));
    this.vocabSize = this.pipeline.vocabSize;
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

  encode(text: string, { addSpecialTokens = true, spellings = 'special' }: EncodeOptions = {}): number[] {
    // A lone surrogate has no UTF-8: it becomes U+FFFD here as in every other program.
    const whole = text.toWellFormed();
    return addSpecialTokens ? this.pipeline.encodeWhole(whole, spellings) : this.pipeline.encode(whole, spellings);
  }

  shield(text: string): string {
    return this.pipeline.shield(text);
  }

  countSpecialSpellings(text: string): number {
    return this.pipeline.countSpellings(text);
  }

  get textPairLayout(): TextPairLayout {
    const letter = 'a';
    this.layout ??= findTextPairLayout({
      alone: this.encode(letter, { addSpecialTokens: false }),
      single: this.encode(letter),
      pair: this.pipeline.encodeWhole(letter, 'special', letter),
    });
    return this.layout;
  }

  decode(ids: readonly number[], options: DecodeOptions = {}): string {
    return this.pipeline.decode(ids, options.skipSpecialTokens ?? false);
  }

  tokenText(id: number): string {
    const token = this.pipeline.tokenOf(id);
    if (token === undefined) return `<no token ${id}>`;
    if (this.addedIds.has(id)) return token;
    const bytes = this.byteLevel ? findTokenBytes(token) : undefined;
    return bytes === undefined ? token.replaceAll('▁', ' ') : showBytes(bytes);
  }

  private idOf(token: string | null): number | null {
    return token === null ? null : (this.pipeline.idOf(token) ?? null);
  }
}

/** Throws GraftError('invalid' or 'unsupported') that names file and field. */
export function createTokenizer(source: TokenizerSource): Tokenizer {
  return new EngineTokenizer(source);
}
