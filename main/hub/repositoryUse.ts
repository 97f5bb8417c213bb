/**
 * Who is using what the cache holds of a hub repository: two imports, perhaps of two processes, may read the same files, and
 * only the last one may remove them. A use is SQLite's shared lock on an empty database file, removing takes the exclusive
 * one; the operating system gives both back when their owner dies.
 */
import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubReference } from '../contract/hubReference.ts';
import { repositoryDir } from './snapshots.ts';

export interface RepositoryUse {
  /** The files are not needed after this use: they go with it, unless another one needs them. */
  readonly forget: () => void;
}

const retryMs = 50;

/** Nothing of the repository is removed from the cache while `work` lasts. */
export async function useRepository<T>(reference: HubReference, cacheDir: string, work: (use: RepositoryUse) => Promise<T>): Promise<T> {
  const dir = repositoryDir(join(cacheDir, 'hub'), reference);
  const locks = join(cacheDir, 'hub', '.uses');
  mkdirSync(locks, { recursive: true });
  const lockFile = join(locks, basename(dir));
  const shared = new Database(lockFile, { timeout: 0 });
  let isForgotten = false;
  try {
    while (!tryLock(shared, 'BEGIN; SELECT * FROM sqlite_master')) await sleep(retryMs);
    return await work({ forget: () => (isForgotten = true) });
  } finally {
    shared.close();
    if (isForgotten) await removeUnused(dir, lockFile);
  }
}

/** Who uses it still removes it in its turn. */
async function removeUnused(dir: string, lockFile: string): Promise<void> {
  const exclusive = new Database(lockFile, { timeout: 0 });
  try {
    if (tryLock(exclusive, 'BEGIN EXCLUSIVE')) await rm(dir, { recursive: true, force: true });
  } finally {
    exclusive.close();
  }
}

function tryLock(database: Database.Database, statements: string): boolean {
  try {
    database.exec(statements);
    return true;
  } catch (error) {
    if (!(error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))) throw error;
    if (database.inTransaction) database.exec('ROLLBACK');
    return false;
  }
}
