/**
 * Whether files are still those that were read: their places on the disk, sizes and times, which any write or replacement
 * changes. Told without reading them, so it can be asked before every answer.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toGraftError } from '../contract/errors.ts';

/** Equal for equal states. Throws GraftError('notFound') for a file that is not there. */
export async function filesState(files: readonly string[]): Promise<string> {
  try {
    const stats = await Promise.all(files.map(async (file) => stat(file, { bigint: true })));
    return stats.map(({ ino, size, mtimeNs, ctimeNs }, index) => [files[index], ino, size, mtimeNs, ctimeNs].join(' ')).join('\n');
  } catch (error) {
    throw toGraftError(error);
  }
}

/** Of all files right inside a folder. */
export async function folderState(dir: string): Promise<string> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => join(dir, name));
    return await filesState(files.sort());
  } catch (error) {
    throw toGraftError(error);
  }
}
