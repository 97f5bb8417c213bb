/** Whether a disk has room, asked before writing, so that a full one is told at the beginning and not after an hour. */
import { statfs } from 'node:fs/promises';
import { GraftError } from '../contract/errors.ts';
import { fileWords } from '../contract/words/files.ts';

/**
 * `path`: something on that disk that is there. Throws GraftError('diskFull') naming what is needed and what is free.
 */
export async function requireSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (bytes <= free) return;
  throw new GraftError('diskFull', fileWords.needsSpace({ path, free: megabytes(free), needed: megabytes(bytes) }), {
    file: path,
    remedy: fileWords.otherDisk(),
    neededBytes: bytes,
    freeBytes: free,
  });
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
