/** Text to token ids and back for one model. */
import type { SpellingRule } from './pipeline/pipeline.ts';
import type { TextPairLayout } from './textPairLayout.ts';

export interface EncodeOptions {
  /** Begin- and end-of-text tokens where the model has them; default true. */
  readonly addSpecialTokens?: boolean;
  /** What a special token is that the text spells; default `special`. */
  readonly spellings?: SpellingRule;
}

export interface DecodeOptions {
  readonly skipSpecialTokens?: boolean; // default false
}

export interface Tokenizer {
  encode(text: string, options?: EncodeOptions): number[];
  /** The same text for a template, with a mark in each special token that it spells: see shield.ts. */
  shield(text: string): string;
  /** How many special tokens the text spells. */
  countSpecialSpellings(text: string): number;
  /** Ids without a token (padding rows of an embedding) give no text. */
  decode(ids: readonly number[], options?: DecodeOptions): string;
  /**
   * What a token stands for inside a text, its space included: perhaps a part of a character. A special token's name.
   */
  tokenBytes(id: number): Uint8Array;
  /** One token for people: its text, or its bytes as `<E6>` where it is part of a character. */
  tokenText(id: number): string;
  /** Where special tokens stand around one text or two: what an encoder's rows are made of. */
  readonly textPairLayout: TextPairLayout;
  /** Highest id + 1. */
  readonly vocabSize: number;
  readonly bosTokenId: number | null;
  /** Every token that ends an answer; may be empty. */
  readonly eosTokenIds: readonly number[];
  readonly padTokenId: number | null;
  readonly bosToken: string | null;
  readonly eosToken: string | null;
  /** Jinja, or null where the model has none. */
  readonly chatTemplate: string | null;
}
