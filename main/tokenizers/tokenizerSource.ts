/**
 * What a tokenizer is made from, wherever it came from (a tokenizer.json folder, GGUF metadata): the pipeline in the
 * tokenizer.json layout and the special tokens around it.
 */
import { GraftError } from '../contract/errors.ts';
import { tokenizerWords } from '../contract/words/tokenizer.ts';
import { type Said, englishOf } from '../contract/words/words.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface TokenizerSource {
  /** For messages: the file it was read from. */
  readonly file: string;
  /** The layout of Hugging Face's tokenizer.json. */
  readonly pipeline: JsonObject;
  readonly bosToken: string | null;
  readonly eosToken: string | null;
  readonly padToken: string | null;
  /** Tokens that end an answer, beside `eosToken`. */
  readonly stopTokenIds: readonly number[];
  readonly chatTemplate: string | null;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws GraftError('invalid') that names file and field. */
export function tokenizerError(file: string, field: string | Said, problem: Said, cause?: unknown): GraftError {
  const data = { file, field: englishOf(field), remedy: tokenizerWords.takeFiles() };
  return new GraftError('invalid', tokenizerWords.unusable({ file, field, problem }), data, cause);
}
