/**
 * Opens graft.db: WAL, foreign keys, every commit flushed. A newer version's database is refused before SQLite touches
 * it. A broken one is renamed with a time stamp, never deleted, but only by a process that is alone on the data folder,
 * since another's open connection would go on writing into the renamed file.
 */
import { existsSync, realpathSync, renameSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { readDatabaseVersion } from './databaseVersion.ts';
import { migrate, userVersion } from './migrate.ts';
import { schemaVersion } from './migrations/registry.ts';
import { databaseWords as words } from '../contract/words/database.ts';
import { fileWords } from '../contract/words/files.ts';
import type { Said } from '../contract/words/words.ts';

export interface OpenDatabaseOptions {
  /** Path of graft.db, or `:memory:`. */
  readonly file: string;
  readonly backupsDir?: string;
  /** This process is the only one on the data folder: it may migrate, check and set aside. Default true. */
  readonly alone?: boolean;
  readonly now?: () => number;
}

export interface OpenedDatabase {
  readonly database: Database;
  /** What was found and done, for people. */
  readonly notices: readonly Said[];
}

const busyTimeoutMs = 10_000;
const smallestUsefulSpaceBytes = 256 * 1024;

/** Files this process has open now: their header is not read again, see readDatabaseVersion. */
const openFiles = new Map<string, number>();

/** Throws GraftError('newerVersion' | 'integrity' | 'conflict' | 'diskFull'). Close with `closeDatabase`. */
export function openDatabase(options: OpenDatabaseOptions): OpenedDatabase {
  const notices: Said[] = [];
  try {
    return { database: openChecked(options, notices), notices };
  } catch (error) {
    if (!isDamage(error)) throw asGraftError(error, options.file);
    if (options.alone === false) throw damaged(options.file, error);
    notices.push(setAside(options));
    return { database: openChecked(options, notices), notices };
  }
}

/** Checkpoints and closes; afterwards the folder holds graft.db alone unless another process has it open. */
export function closeDatabase(database: Database): void {
  if (!database.open) return;
  const key = fileKey(database.name);
  database.close();
  const count = (openFiles.get(key) ?? 0) - 1;
  if (count > 0) openFiles.set(key, count);
  else openFiles.delete(key);
}

function openChecked(options: OpenDatabaseOptions, notices: Said[]): Database {
  refuseNewer(options.file);
  const wasUnclean = hasWal(options.file);
  const database = new Sqlite(options.file, { timeout: busyTimeoutMs });
  const key = fileKey(options.file);
  openFiles.set(key, (openFiles.get(key) ?? 0) + 1);
  try {
    prepareConnection(database);
    if (options.alone === false) requireCurrentSchema(database);
    else makeReady(database, options, wasUnclean, notices);
    return database;
  } catch (error) {
    closeDatabase(database);
    throw error;
  }
}

function makeReady(database: Database, options: OpenDatabaseOptions, wasUnclean: boolean, notices: Said[]): void {
  if (wasUnclean) quickCheck(database);
  const copy = migrate(database, { backupsDir: options.backupsDir, now: options.now?.() });
  if (copy !== undefined) notices.push(words.migrated({ version: schemaVersion, copy }));
}

function prepareConnection(database: Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('trusted_schema = OFF');
}

/** Touches nothing: to be asked before anything else is made in the folder. Throws GraftError('newerVersion'). */
export function refuseNewer(file: string): void {
  if (file === ':memory:' || openFiles.has(fileKey(file))) return;
  const version = findVersion(file);
  if (version === undefined || version <= schemaVersion) return;
  throw new GraftError('newerVersion', words.newer({ version, known: schemaVersion }), {
    file,
    remedy: words.updateGraft(),
  });
}

/** What is no database at all is damage, which opening it finds. */
function findVersion(file: string): number | undefined {
  try {
    return readDatabaseVersion(file);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function requireCurrentSchema(database: Database): void {
  if (userVersion(database) === schemaVersion) return;
  throw new GraftError('conflict', words.olderOpen(), {
    file: database.name,
    remedy: words.closeAndRepeat(),
  });
}

/** Throws SqliteError-like damage when pages or indexes do not hold together. */
function quickCheck(database: Database): void {
  const answer = String(database.pragma('quick_check(1)', { simple: true }));
  if (answer !== 'ok') throw new GraftError('integrity', words.damagedBy({ answer }), { file: database.name });
}

function isDamage(error: unknown): boolean {
  if (error instanceof GraftError) return error.code === 'integrity';
  return (
    error instanceof Sqlite.SqliteError && (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB')
  );
}

function damaged(file: string, cause: unknown): GraftError {
  return new GraftError('integrity', words.damagedAndOpen(), { file, remedy: words.closeEvery() }, cause);
}

/** SQLite's own codes for a full disk and a lock become ours; the rest passes. */
function asGraftError(error: unknown, file: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL' || (error.code.startsWith('SQLITE_IOERR') && isDiskFull(file))) {
    return new GraftError('diskFull', fileWords.diskFull(), { file, remedy: fileWords.freeSpace() }, error);
  }
  if (error.code.startsWith('SQLITE_BUSY')) {
    const remedy = words.closeAndRepeat();
    return new GraftError('conflict', words.held(), { file, remedy }, error);
  }
  const remedy = words.checkFolder();
  return new GraftError('invalid', words.notOpened({ why: error.message }), { file, remedy }, error);
}

/** The shared-memory file of a WAL that cannot grow is an input/output error to SQLite. */
function isDiskFull(file: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize < smallestUsefulSpaceBytes;
}

function setAside({ file, now = Date.now }: OpenDatabaseOptions): Said {
  const stamp = new Date(now()).toISOString().replaceAll(/[:.]/g, '-');
  const target = `${file}.damaged-${stamp}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameOrExplain(file + suffix, target + suffix);
  }
  return words.setAside({ aside: target });
}

function renameOrExplain(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw toGraftError(error);
  }
}

/** A WAL with content at opening means that the last connection did not close it, or that it is open elsewhere. */
function hasWal(file: string): boolean {
  const wal = `${file}-wal`;
  return file !== ':memory:' && existsSync(wal) && statSync(wal).size > 0;
}

function fileKey(file: string): string {
  return file !== ':memory:' && existsSync(file) ? realpathSync(file) : file;
}
