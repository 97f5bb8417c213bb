/**
 * Where in a model folder its tokenizer is: tokenizer.json with the files beside it, else the vocabulary inside the
 * GGUF file.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import { readGgufTokenizer } from './ggufTokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import type { TokenizerSource } from './tokenizerSource.ts';
import { createTokenizer } from './tokenizerEngine.ts';
import { readTokenizerFolder } from './tokenizerFolder.ts';
import { tokenizerWords } from '../contract/words/tokenizer.ts';

async function findGguf(modelDir: string): Promise<string | undefined> {
  if (modelDir.endsWith('.gguf')) return modelDir;
  const names = (await readdir(modelDir)).filter((name) => name.endsWith('.gguf')).sort();
  return names[0] === undefined ? undefined : join(modelDir, names[0]);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}

/** What the tokenizer is made from. Throws as loadTokenizer. */
export async function readTokenizerSource(modelDir: string): Promise<TokenizerSource> {
  if (await isFile(join(modelDir, 'tokenizer.json'))) return readTokenizerFolder(modelDir);
  const gguf = await findGguf(modelDir);
  const source = gguf === undefined ? undefined : readGgufTokenizer(gguf);
  if (source !== undefined) return source;
  throw new GraftError('notFound', tokenizerWords.none({ dir: modelDir }), {
    file: modelDir,
    field: 'tokenizer.json',
    remedy: tokenizerWords.putBeside(),
  });
}

/**
 * Throws GraftError: 'notFound' where the folder has no tokenizer, 'invalid' or 'unsupported' where it cannot be used.
 */
export async function loadTokenizer(modelDir: string): Promise<Tokenizer> {
  return createTokenizer(await readTokenizerSource(modelDir));
}
