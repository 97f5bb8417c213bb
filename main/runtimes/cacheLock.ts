/**
 * One writer at a time in the user's cache, across processes. The lock is SQLite's lock on an empty database file: the
 * operating system gives it back when its owner dies, so there is nothing stale to judge.
 */
import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraftError } from '../contract/errors.ts';
import { runtimeWords } from '../contract/words/runtimes.ts';

const retryMs = 200;

/**
 * Runs `work` alone; while another process holds the lock, waits, telling `onWait` once. Throws
 * GraftError('cancelled').
 */
export async function withCacheLock<T>(
  lockFile: string,
  work: () => Promise<T>,
  options: { readonly signal?: AbortSignal; readonly onWait?: () => void } = {},
): Promise<T> {
  mkdirSync(dirname(lockFile), { recursive: true });
  const database = new Database(lockFile, { timeout: 0 });
  try {
    let told = false;
    while (!tryLock(database)) {
      if (options.signal?.aborted === true) throw new GraftError('cancelled', runtimeWords.cancelledWaiting());
      if (!told) options.onWait?.();
      told = true;
      await sleep(retryMs);
    }
    return await work();
  } finally {
    database.close();
  }
}

function tryLock(database: Database.Database): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}
