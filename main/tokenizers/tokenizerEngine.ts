/** Runs a tokenizer pipeline with the special tokens of its model around it. */
import { findTokenBytes } from './byteAlphabet.ts';
import { Pipeline } from './pipeline/pipeline.ts';
import { findTextPairLayout } from './textPairLayout.ts';
import type { TextPairLayout } from './textPairLayout.ts';
import { isJsonObject } from './tokenizerSource.ts';
import type { TokenizerSource } from './tokenizerSource.ts';
import type { DecodeOptions, EncodeOptions, Tokenizer } from './tokenizer.ts';

const utf8 = new TextEncoder();

function hasStep(step: unknown, type: 'ByteLevel' | 'ByteFallback'): boolean {
  if (!isJsonObject(step)) return false;
  if (step.type === type) return true;
  return Array.isArray(step.decoders) && step.decoders.some((inner) => hasStep(inner, type));
}

/** Of a token such as `<0xE3>`. */
function byteOf(token: string): number | undefined {
  const hexadecimal = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
  return hexadecimal === undefined ? undefined : Number.parseInt(hexadecimal, 16);
}

const hex = (byte: number): string => `<${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/** Bytes that are whole characters as text, else as hexadecimal. */
function showBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : Array.from(bytes, hex).join('');
}

/** A letter as ids, and how long it is at the beginning of a text and behind other tokens, in UTF-16 units. */
interface Frame {
  readonly letter: readonly number[];
  readonly before: number;
  readonly behind: number;
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
  private readonly byteFallback: boolean;
  private readonly addedIds: ReadonlySet<number>;
  private layout: TextPairLayout | undefined;
  private frame: Frame | undefined;

  constructor(source: TokenizerSource) {
    this.pipeline = new Pipeline(source);
    this.byteLevel = hasStep(source.pipeline.decoder, 'ByteLevel');
    this.byteFallback = hasStep(source.pipeline.decoder, 'ByteFallback');
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

  tokenBytes(id: number): Uint8Array {
    const token = this.pipeline.tokenOf(id);
    if (token === undefined) return new Uint8Array();
    if (this.pipeline.isSpecial(id)) return utf8.encode(token);
    const byte = this.byteFallback ? byteOf(token) : undefined;
    if (byte !== undefined) return Uint8Array.of(byte);
    const bytes = this.byteLevel && !this.addedIds.has(id) ? findTokenBytes(token) : undefined;
    return bytes ?? utf8.encode(this.textInside(id));
  }

  /** Between two letters: some tokenizers drop a space at the beginning of a text, or one at its end. */
  private textInside(id: number): string {
    const { letter, before, behind } = (this.frame ??= this.findFrame());
    const text = this.decode([...letter, id, ...letter]);
    return text.slice(before, text.length - behind);
  }

  private findFrame(): Frame {
    const letter = this.encode('a', { addSpecialTokens: false });
    const before = this.decode(letter).length;
    return { letter, before, behind: this.decode([...letter, ...letter]).length - before };
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
