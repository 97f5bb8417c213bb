/**
 * Locks between processes that the operating system drops when their holder dies, kill -9 included: each is an empty
 * SQLite file held in a transaction, because SQLite locks alike on every platform. POSIX drops a process' locks when
 * any of its descriptors of the file is closed, so nothing but this module may open these files.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { GraftError } from '../../contract/errors.ts';
import type { DataFolder } from './dataFolder.ts';
import { dataFolderWords } from '../../contract/words/dataFolder.ts';

type LockKind = 'shared' | 'exclusive';

const begin: Record<LockKind, string> = {
  shared: 'BEGIN; SELECT count(*) FROM sqlite_master',
  exclusive: 'BEGIN EXCLUSIVE',
};

export class FileLock {
  readonly #file: string;
  #connection: Database | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  get held(): boolean {
    return this.#connection !== undefined;
  }

  /** False when another lock, of this process or any other, stands against it. */
  tryAcquire(kind: LockKind = 'exclusive'): boolean {
    if (this.#connection !== undefined) throw new Error(`The lock ${this.#file} is held already.`);
    const connection = new Sqlite(this.#file, { timeout: 0 });
    try {
      connection.pragma('journal_mode = MEMORY');
      connection.exec(begin[kind]);
      this.#connection = connection;
      return true;
    } catch (error) {
      connection.close();
      if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
      throw error;
    }
  }

  release(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

const startTimeoutMs = 120_000; // another process may be checking or migrating a large database
const pollMs = 20;

export interface Presence {
  /** No other process used the folder when this one came. */
  readonly alone: boolean;
  /** Start-up work is done: others may come in. */
  settle(): void;
  /** Waits for nobody: true when no other process uses the folder, which then stays so until `leave`. */
  tryBecomeAlone(): boolean;
  leave(): void;
}

/**
 * Enters the folder. Entering is one process at a time (`start` lock) until `settle`, so that the first can check,
 * migrate and sweep before a second looks. Throws GraftError('conflict') when another start takes too long.
 */
export async function enterDataFolder(folder: DataFolder, timeoutMs: number = startTimeoutMs): Promise<Presence> {
  const start = new FileLock(folder.startLockFile);
  const presence = new FileLock(folder.presenceLockFile);
  const deadline = Date.now() + timeoutMs;
  while (!start.tryAcquire()) {
    if (Date.now() > deadline) throw busyStart(folder);
    await sleep(pollMs);
  }
  const alone = presence.tryAcquire('exclusive');
  presence.release();
  if (!presence.tryAcquire('shared')) {
    start.release();
    throw busyStart(folder);
  }
  return {
    alone,
    settle: () => start.release(),
    tryBecomeAlone: () => tryBecomeAlone(start, presence),
    leave() {
      presence.release();
      start.release();
    },
  };
}

function tryBecomeAlone(start: FileLock, presence: FileLock): boolean {
  if (!start.held && !start.tryAcquire()) return false;
  presence.release();
  const alone = presence.tryAcquire('exclusive');
  presence.release();
  // Nobody can come in while the start lock is held, so the shared lock is enough from here on.
  presence.tryAcquire('shared');
  if (!alone) start.release();
  return alone;
}

function busyStart(folder: DataFolder): GraftError {
  return new GraftError('conflict', dataFolderWords.stillStarting(), {
    file: folder.home,
    remedy: dataFolderWords.waitOrClose(),
  });
}
