/** The two files of a PEFT folder that are an adapter. Nothing else of a folder is taken: a stranger's may hold anything. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter } from '../contract/entities.ts';
import type { CallOptions } from '../contract/progress.ts';
import { peftConfigName, peftWeightsName } from '../formats/peftFolder.ts';
import { hashFiles } from './copyFiles.ts';

export function contentFiles(dir: string): readonly string[] {
  return [join(dir, peftConfigName), join(dir, peftWeightsName)];
}

/** What tells the same adapter again, and its size. Throws GraftError('cancelled' | 'notFound'). */
export async function contentOf(dir: string, options: CallOptions = {}): Promise<Pick<Adapter, 'contentHash' | 'sizeBytes'>> {
  const files = contentFiles(dir);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return { contentHash: await hashFiles(files, options), sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
}
