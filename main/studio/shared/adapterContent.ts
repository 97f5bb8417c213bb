/**
 * The files of a folder that are an adapter: PEFT's two, and those by which its prompts are its own. Nothing else of a
 * folder is taken: a stranger's may hold anything.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter } from '../../contract/entities.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { peftConfigName, peftPromptNames, peftWeightsName } from '../../formats/peftFolder.ts';
import { hashFiles } from './copyFiles.ts';

/** Of an adapter of the library. */
export function contentFiles(dir: string): readonly string[] {
  return [...peftFiles(dir), ...promptFilesIn(dir)];
}

/** PEFT's two, in the order in which they are hashed; whether they are there or not. */
export function peftFiles(dir: string): readonly string[] {
  return [join(dir, peftConfigName), join(dir, peftWeightsName)];
}

/** Template and tokenizer that an adapter of the library has of its own. */
export function promptFilesIn(dir: string): readonly string[] {
  return peftPromptNames.map((name) => join(dir, name)).filter((file) => existsSync(file));
}

/** What tells the same adapter again, and its size. Throws GraftError('cancelled' | 'notFound'). */
export async function contentOf(
  dir: string,
  options: CallOptions = {},
): Promise<Pick<Adapter, 'contentHash' | 'sizeBytes'>> {
  return contentOfFiles(contentFiles(dir), options);
}

/** As `contentOf`, of these files in this order. `sizeBytes`: their sum. */
export async function contentOfFiles(
  files: readonly string[],
  options: CallOptions = {},
): Promise<Pick<Adapter, 'contentHash' | 'sizeBytes'>> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return { contentHash: await hashFiles(files, options), sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
}
