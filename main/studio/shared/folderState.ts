/**
 * Whether files are still those that were read: their places on the disk, sizes and times, which a write or replacement
 * changes. Told without reading them, so it can be asked before every answer.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toGraftError } from '../../contract/errors.ts';

/** Equal for equal states. Throws GraftError('notFound') for a file that is not there. */
export async function filesState(files: readonly string[]): Promise<string> {
  const stats = await statAll(files);
  return stats.map(({ file, ino, size, mtimeNs, ctimeNs }) => [file, ino, size, mtimeNs, ctimeNs].join(' ')).join('\n');
}

/**
 * Of all files right inside a model's folder. Surprising: not their change times, which a further hard link to the same
 * weights sets.
 */
export async function folderState(dir: string): Promise<string> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    throw toGraftError(error);
  });
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => join(dir, name));
  const stats = await statAll(files.sort());
  return stats.map(({ file, ino, size, mtimeNs }) => [file, ino, size, mtimeNs].join(' ')).join('\n');
}

async function statAll(files: readonly string[]) {
  try {
    return await Promise.all(files.map(async (file) => ({ file, ...(await stat(file, { bigint: true })) })));
  } catch (error) {
    throw toGraftError(error);
  }
}
