import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { readDatabaseVersion } from '../../main/database/databaseVersion.ts';
import { migrate } from '../../main/database/migrate.ts';
import { migrations, schemaVersion } from '../../main/database/migrations/registry.ts';
import { closeDatabase, openDatabase } from '../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../main/database/projects.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

let file: string;
let backupsDir: string;

beforeEach(() => {
  const dir = temporaryDir();
  file = join(dir, 'graft.db');
  backupsDir = join(dir, 'backups');
});

describe('migrations', () => {
  it('are numbered without gaps (a version skipped or used twice)', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('copy the file first, and change nothing when one fails (a half-migrated database)', () => {
    const { database } = openDatabase({ file });
    new ProjectRepository(database).insert({ id: 'p1', name: 'kept', modelId: null, createdAt: 1 });
    const broken = {
      version: schemaVersion + 1,
      name: 'broken',
      up: () => void database.exec('CREATE TABLE half (a); CREATE TABLE half (a)'),
    };
    expect(() => migrate(database, { backupsDir, now: 7, migrations: [...migrations, broken] })).toThrow(
      /could not be brought/,
    );
    expect(database.pragma('user_version', { simple: true })).toBe(schemaVersion);
    expect(database.prepare(`SELECT count(*) FROM sqlite_master WHERE name = 'half'`).pluck().get()).toBe(0);
    const copy = new Sqlite(join(backupsDir, `graft-schema${schemaVersion}-7.db`), { readonly: true });
    expect(copy.prepare('SELECT name FROM projects').pluck().all()).toEqual(['kept']);
    copy.close();
    closeDatabase(database);
  });

  it('bring an older database forward with its rows', () => {
    const { database } = openDatabase({ file });
    new ProjectRepository(database).insert({ id: 'p1', name: 'kept', modelId: null, createdAt: 1 });
    const next = {
      version: schemaVersion + 1,
      name: 'next',
      up: () => void database.exec('CREATE TABLE next (a INTEGER) STRICT'),
    };
    const copy = migrate(database, { backupsDir, migrations: [...migrations, next] });
    expect(copy !== undefined && existsSync(copy)).toBe(true);
    expect(database.pragma('user_version', { simple: true })).toBe(schemaVersion + 1);
    expect(database.prepare('SELECT name FROM projects').pluck().all()).toEqual(['kept']);
    closeDatabase(database);
    expect(readDatabaseVersion(file)).toBe(schemaVersion + 1);
  });
});
