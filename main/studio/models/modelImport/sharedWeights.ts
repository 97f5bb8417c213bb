/**
 * Models of equal weights share them on the disk by hard links, which is safe because a model's weight files never
 * change; where the file system has none, they are copied.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Model } from '../../../contract/entities.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import { findWeightFiles } from '../../../formats/weightFiles.ts';
import { hashFiles } from '../../shared/copyFiles.ts';

const weightEndings = ['.safetensors', '.gguf'];

/**
 * Puts weights into a folder as links to those of `from`, which lie in the same order with the same content. False
 * where that cannot be; then nothing is there.
 */
export async function linkWeights(
  files: readonly string[],
  intoDir: string,
  from: readonly string[] | undefined,
): Promise<boolean> {
  if (from?.length !== files.length) return false;
  const targets = files.map((file) => join(intoDir, basename(file)));
  try {
    for (const [index, target] of targets.entries()) await link(from[index] ?? '', target);
    return true;
  } catch {
    // Every file system names another reason; a real failure shows itself again in the copy that follows.
    for (const target of targets) await rm(target, { force: true });
    return false;
  }
}

/** The weight files of a model of the library, in the order in which they are hashed; undefined where they are gone. */
export function weightFilesOf({ dir }: Pick<Model, 'dir'>): readonly string[] | undefined {
  return existsSync(dir) ? findWeightFiles(dir).files : undefined;
}

/** SHA-256 over a model's weight files, from its row where it is known. */
export async function weightsHashOf(model: Model, options: CallOptions): Promise<string | undefined> {
  if (model.weightsHash !== null) return model.weightsHash;
  const files = weightFilesOf(model);
  return files === undefined ? undefined : hashFiles(files, options);
}

/** Those of `others` whose weights are the very same bytes on the disk. */
export function sharingBytes(model: Pick<Model, 'id' | 'dir'>, others: readonly Model[]): readonly Model[] {
  const place = firstWeights(model.dir);
  return place === undefined ? [] : others.filter(({ id, dir }) => id !== model.id && firstWeights(dir) === place);
}

/** Device and number of the first weight file. */
function firstWeights(dir: string): string | undefined {
  if (!existsSync(dir)) return undefined;
  const name = readdirSync(dir)
    .filter((each) => weightEndings.includes(extname(each)))
    .sort()[0];
  const stats = name === undefined ? undefined : statSync(join(dir, name), { throwIfNoEntry: false, bigint: true });
  return stats === undefined || stats.nlink < 2n ? undefined : `${stats.dev}:${stats.ino}`;
}
