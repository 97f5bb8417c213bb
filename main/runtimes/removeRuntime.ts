/** Removes an installed runtime, every version of it; a process that has its libraries loaded keeps running. */
import { rename, rm } from 'node:fs/promises';
import { GraftError } from '../contract/errors.ts';
import { temporaryPathFor } from '../formats/atomicFile.ts';
import { withCacheLock } from './cacheLock.ts';
import { listRuntimes } from './findRuntimes.ts';
import { lockFileOf } from './installRuntime.ts';
import { runtimeWords } from '../contract/words/runtimes.ts';

/** Renamed first, so that a half-removed folder is never taken for a runtime. Throws GraftError('notFound'). */
export async function removeRuntime(id: string, cacheDir: string): Promise<void> {
  await withCacheLock(lockFileOf(cacheDir), async () => {
    const installed = listRuntimes(cacheDir).filter((runtime) => runtime.id === id);
    if (installed.length === 0) {
      throw new GraftError('notFound', runtimeWords.notInstalled({ id }), {
        field: 'runtime',
        remedy: runtimeWords.lookAtList(),
      });
    }
    for (const { dir } of installed) {
      const aside = temporaryPathFor(dir, 'old');
      await rename(dir, aside);
      await rm(aside, { recursive: true, force: true });
    }
  });
}
