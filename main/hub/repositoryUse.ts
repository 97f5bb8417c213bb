/**
 * Who is using what the cache holds of a hub repository: two imports, perhaps of two processes, may read the same
 * files, and only the last one may remove them. A use is SQLite's shared lock on an empty database file, removing takes
 * the exclusive one; the operating system gives both back when their owner dies.
 */
import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubReference } from '../contract/hubReference.ts';
import { repositoryDir } from './snapshots.ts';

export interface RepositoryUse {
  /** The files are not needed after this use: they go with it, unless another one needs them. */
  readonly forget: () => void;
}

const retryMs = 50;

/** Nothing of the repository is removed from the cache while `work` lasts. */
export async function useRepository<T>(
  reference: HubReference,
  cacheDir: string,
  work: (use: RepositoryUse) => Promise<T>,
): Promise<T> {
  const dir = repositoryDir(join(cacheDir, 'hub'), reference);
  const lockFile = lockFileOf(dir);
  const shared = new Database(lockFile, { timeout: 0 });
  let isForgotten = false;
  try {
    while (!tryLock(shared, 'BEGIN; SELECT * FROM sqlite_master')) await sleep(retryMs);
    return await work({ forget: () => (isForgotten = true) });
  } finally {
    shared.close();
    if (isForgotten) await removeUnused(dir); // who uses it still removes it in its turn
  }
}

/** Removes what the cache holds of a repository, by its folder there, unless somebody uses it: then false. */
export async function removeUnused(dir: string): Promise<boolean> {
  const exclusive = new Database(lockFileOf(dir), { timeout: 0 });
  try {
    const isFree = tryLock(exclusive, 'BEGIN EXCLUSIVE');
    if (isFree) await rm(dir, { recursive: true, force: true });
    return isFree;
  } finally {
    exclusive.close();
  }
}

function lockFileOf(dir: string): string {
  const locks = join(dirname(dir), '.uses');
  mkdirSync(locks, { recursive: true });
  return join(locks, basename(dir));
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
