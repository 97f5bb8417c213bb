/**
 * Files come before their row; where the row cannot be written (a disk that was full after the files), the files go
 * again.
 */
import { rm } from 'node:fs/promises';

/** What `writeRow` returns; `dir` is removed when it throws. */
export async function rowOrNothing<T>(dir: string, writeRow: () => T): Promise<T> {
  try {
    return writeRow();
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}
