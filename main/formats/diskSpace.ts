/** Whether a disk has room, asked before writing, so that a full one is told at the beginning and not after an hour. */
import { statfs } from 'node:fs/promises';
import { GraftError } from '../contract/errors.ts';

/** `path`: something on that disk that is there. Throws GraftError('diskFull') naming what is needed and what is free. */
export async function requireSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (bytes <= free) return;
  throw new GraftError('diskFull', `${path} has ${megabytes(free)} free, and ${megabytes(bytes)} are needed.`, {
    file: path,
    remedy: 'Free some space, or choose a place on another disk.',
    neededBytes: bytes,
    freeBytes: free,
  });
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
