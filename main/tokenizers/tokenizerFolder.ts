/**
 * The tokenizer files of a Hugging Face model folder: tokenizer.json, tokenizer_config.json, special_tokens_map.json,
 * generation_config.json and chat_template.jinja. Surprising: a template in a file of its own wins over the field.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, tokenizerError } from './tokenizerSource.ts';
import type { JsonObject, TokenizerSource } from './tokenizerSource.ts';
import { tokenizerWords } from '../contract/words/tokenizer.ts';

async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseJsonObject(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw tokenizerError(file, tokenizerWords.theFile(), tokenizerWords.noJson(), error);
  }
  if (!isJsonObject(value)) throw tokenizerError(file, tokenizerWords.theFile(), tokenizerWords.noJsonObject());
  return value;
}

async function findJsonObject(dir: string, name: string): Promise<JsonObject> {
  const file = join(dir, name);
  const text = await findText(file);
  return text === undefined ? {} : parseJsonObject(text, file);
}

/** A special token is written as its text or as `{ content }`. */
function tokenContent(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return isJsonObject(value) && typeof value.content === 'string' ? value.content : null;
}

function tokenIds(value: unknown): readonly number[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((id): id is number => Number.isInteger(id));
}

/** A string, or a list of `{ name, template }` of which `default` counts. */
function templateOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const named = value.filter(isJsonObject);
  const chosen = named.find((entry) => entry.name === 'default') ?? named[0];
  return typeof chosen?.template === 'string' ? chosen.template : null;
}

export interface TokenizerParts extends Omit<TokenizerSource, 'file' | 'pipeline'> {
  /** Null where the folder has no tokenizer.json. */
  readonly pipeline: JsonObject | null;
}

/**
 * Whatever of a tokenizer lies in the folder. Throws GraftError('invalid') for a file that is not what it should be.
 */
export async function tokenizerParts(dir: string): Promise<TokenizerParts> {
  const file = join(dir, 'tokenizer.json');
  const text = await findText(file);
  const [config, specialTokens, generation, modelConfig, processorTemplate] = await Promise.all(
    [
      'tokenizer_config.json',
      'special_tokens_map.json',
      'generation_config.json',
      'config.json',
      'chat_template.json',
    ].map((name) => findJsonObject(dir, name)),
  );
  const special = (name: string): string | null => tokenContent(config?.[name]) ?? tokenContent(specialTokens?.[name]);
  const chatTemplate = await findText(join(dir, 'chat_template.jinja'));
  return {
    pipeline: text === undefined ? null : parseJsonObject(text, file),
    bosToken: special('bos_token'),
    eosToken: special('eos_token'),
    padToken: special('pad_token'),
    stopTokenIds: [...tokenIds(generation?.eos_token_id), ...tokenIds(modelConfig?.eos_token_id)],
    chatTemplate: chatTemplate ?? templateOf(config?.chat_template) ?? templateOf(processorTemplate?.chat_template),
  };
}

/**
 * Reads `dir`/tokenizer.json and its neighbours. Throws GraftError('invalid') for a file that is not what it should be.
 */
export async function readTokenizerFolder(dir: string): Promise<TokenizerSource> {
  const file = join(dir, 'tokenizer.json');
  const { pipeline, ...parts } = await tokenizerParts(dir);
  if (pipeline === null) throw tokenizerError(file, tokenizerWords.theFile(), tokenizerWords.isNotThere());
  return { file, pipeline, ...parts };
}
