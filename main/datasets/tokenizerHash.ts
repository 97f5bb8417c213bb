/** Identity of a model's tokenizer and chat template: the files that decide them, or the whole GGUF that holds them. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '../contract/entities.ts';

const tokenizerFiles = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'generation_config.json',
  'config.json',
  'chat_template.jinja',
  'chat_template.json',
];

/** SHA-256, hex. Weights that are the same with another template have another hash. */
export async function hashTokenizerFiles({
  dir,
  format,
  contentHash,
}: Pick<Model, 'dir' | 'format' | 'contentHash'>): Promise<string> {
  const hash = createHash('sha256').update(format === 'gguf' ? contentHash : '');
  for (const name of tokenizerFiles) {
    const bytes = await findBytes(join(dir, name));
    if (bytes !== undefined) hash.update(`${name} ${bytes.byteLength}\n`).update(bytes);
  }
  return hash.digest('hex');
}

async function findBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
