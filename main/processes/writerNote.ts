/**
 * Who fills a folder that is not finished: the id of the process lies in it as long. Of a folder whose writer was
 * killed that can be told at once, instead of by its age.
 */
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './isAlive.ts';

const fileName = 'writer.pid';

/** For this process. Call what it returns when the folder is filled. */
export async function noteWriter(dir: string): Promise<() => Promise<void>> {
  const file = join(dir, fileName);
  await writeFile(file, String(process.pid));
  return async () => rm(file);
}

/** False also where nobody said who writes, and where another process has the id by now. */
export function isWriterGone(dir: string): boolean {
  try {
    const pid = Number(readFileSync(join(dir, fileName), 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}
