/**
 * Brings a database to this build's schema, forward only: a copy of the file first, then every missing migration with
 * its `user_version` in one transaction, so that a failure leaves the old schema whole.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { GraftError } from '../contract/errors.ts';
import type { Migration } from './migrations/migration.ts';
import { migrations as allMigrations } from './migrations/registry.ts';
import { databaseWords } from '../contract/words/database.ts';

export interface MigrateOptions {
  /** Where the copy goes; without it none is made (a database in memory). */
  readonly backupsDir?: string;
  readonly now?: number;
  readonly migrations?: readonly Migration[];
}

/**
 * The copy made before migrating, or `undefined` when there was nothing to migrate or nothing to lose. Throws
 * GraftError.
 */
export function migrate(database: Database, options: MigrateOptions = {}): string | undefined {
  const migrations = options.migrations ?? allMigrations;
  const version = userVersion(database);
  const missing = migrations.filter((migration) => migration.version > version);
  if (missing.length === 0) return undefined;
  const copy =
    version > 0 && options.backupsDir !== undefined
      ? copyDatabase(database, options.backupsDir, options.now)
      : undefined;
  applyAll(database, missing, copy);
  database.pragma('wal_checkpoint(TRUNCATE)');
  return copy;
}

/** The version of the schema that the open database has; 0 for a new one. */
export function userVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/** One consistent file, written under a temporary name first. */
function copyDatabase(database: Database, backupsDir: string, now = Date.now()): string {
  mkdirSync(backupsDir, { recursive: true });
  const target = join(backupsDir, `graft-schema${userVersion(database)}-${now}.db`);
  const temporary = `${target}.tmp`;
  rmSync(temporary, { force: true });
  database.prepare('VACUUM INTO ?').run(temporary);
  renameSync(temporary, target);
  return target;
}

function applyAll(database: Database, missing: readonly Migration[], copy: string | undefined): void {
  const apply = database.transaction(() => {
    for (const migration of missing) {
      migration.up(database);
      database.pragma(`user_version = ${migration.version}`);
    }
  });
  try {
    apply.exclusive();
  } catch (error) {
    const remedy = copy === undefined ? databaseWords.unchanged() : databaseWords.unchangedWithCopy({ copy });
    throw new GraftError('internal', databaseWords.notMigrated(), { file: database.name, remedy }, error);
  }
}
