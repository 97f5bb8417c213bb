/**
 * What a tokenizer is made from, wherever it came from (a tokenizer.json folder, GGUF metadata): the pipeline in the
 * tokenizer.json layout and the special tokens around it.
 */
import { GraftError } from '../contract/errors.ts';

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

export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws GraftError('invalid') that names file and field. */
export function tokenizerError(file: string, field: string, problem: string, cause?: unknown): GraftError {
  const data = { file, field, remedy: 'Fetch the model again, or take its tokenizer files from where it was published.' };
  return new GraftError('invalid', `The tokenizer in ${file} cannot be used: ${field} ${problem}.`, data, cause);
}
