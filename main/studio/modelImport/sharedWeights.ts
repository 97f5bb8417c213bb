/**
 * Models of equal weights share them on the disk by hard links, which is safe because a model's weight files never change;
 * where the file system has none, they are copied.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { link } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Model } from '../../contract/entities.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { findWeightFiles } from '../../formats/weightFiles.ts';
import { copyFiles, hashFiles } from '../copyFiles.ts';

const weightEndings = ['.safetensors', '.gguf'];

/** Puts weights into a folder, out of `from` (in the same order, of equal content) where that can be linked. Returns whether it was. */
export async function placeWeights(
  files: readonly string[],
  intoDir: string,
  { from, ...options }: CallOptions & { readonly from: readonly string[] | undefined },
): Promise<boolean> {
  if (from !== undefined && from.length === files.length && (await linkAll(from, files, intoDir))) return true;
  await copyFiles(
    files.filter((file) => !existsSync(join(intoDir, basename(file)))),
    intoDir,
    options,
  );
  return false;
}

async function linkAll(from: readonly string[], files: readonly string[], intoDir: string): Promise<boolean> {
  try {
    for (const [index, file] of files.entries()) await link(from[index] ?? '', join(intoDir, basename(file)));
    return true;
  } catch {
    return false; // every file system names another reason; a real failure shows itself again in the copy that follows
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
