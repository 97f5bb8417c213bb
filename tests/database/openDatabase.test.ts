import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDatabaseVersion } from '../../main/database/databaseVersion.ts';
import { schemaVersion } from '../../main/database/migrations/registry.ts';
import { closeDatabase, openDatabase } from '../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../main/database/projects.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'graft-database-'));
  file = join(dir, 'graft.db');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

function snapshot(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));
}

describe('a database of a newer version', () => {
  it('is refused with every byte and file as it was (WAL files left beside it)', () => {
    const { database } = openDatabase({ file });
    database.pragma(`user_version = ${schemaVersion + 1}`);
    closeDatabase(database);
    const before = snapshot(dir);
    expect(() => openDatabase({ file })).toThrow(expect.objectContaining({ code: 'newerVersion' }));
    expect(snapshot(dir)).toEqual(before);
  });

  it('is recognised when only the WAL says so (a newer Graft that was killed)', () => {
    const { database } = openDatabase({ file });
    database.pragma(`user_version = ${schemaVersion + 5}`);
    const killed = join(dir, 'killed');
    mkdirSync(killed);
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, join(killed, `graft.db${suffix}`));
    closeDatabase(database);
    const before = snapshot(killed);
    expect(readDatabaseVersion(join(killed, 'graft.db'))).toBe(schemaVersion + 5);
    expect(() => openDatabase({ file: join(killed, 'graft.db') })).toThrow(
      expect.objectContaining({ code: 'newerVersion' }),
    );
    expect(snapshot(killed)).toEqual(before);
  });

  it('is not seen in a WAL whose transaction was never committed', () => {
    const { database } = openDatabase({ file });
    closeDatabase(database);
    const script = `
      const Sqlite = (await import('better-sqlite3')).default;
      const database = new Sqlite(${JSON.stringify(file)});
      database.pragma('cache_size = 1');
      database.pragma('cache_spill = 1');
      database.exec('BEGIN; PRAGMA user_version = 99; CREATE TABLE big (a)');
      for (let i = 0; i < 400; i += 1) database.prepare('INSERT INTO big VALUES (?)').run('x'.repeat(4000));
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(readFileSync(`${file}-wal`).length).toBeGreaterThan(100_000);
    expect(readDatabaseVersion(file)).toBe(schemaVersion);
  });
});

describe('a broken database', () => {
  it('is set aside whole and a new one started (data deleted, or no start at all)', () => {
    writeFileSync(file, 'this is no database, but perhaps somebody can still save it');
    const { database, notices } = openDatabase({ file, now: () => 0 });
    expect(notices[0]?.text).toContain('set aside');
    expect(readFileSync(`${file}.damaged-1970-01-01T00-00-00-000Z`, 'utf8')).toContain('this is no database');
    expect(new ProjectRepository(database).list()).toEqual([]);
    closeDatabase(database);
  });

  it('is found by the check after an unclean end (damaged pages in the middle)', () => {
    const { database } = openDatabase({ file });
    const projects = new ProjectRepository(database);
    database.transaction(() => {
      for (let i = 0; i < 2_000; i += 1)
        projects.insert({ id: `p${i}`, name: `project ${i} ${'x'.repeat(80)}`, modelId: null, createdAt: i });
    })();
    closeDatabase(database);
    const bytes = readFileSync(file);
    bytes.fill(0xaa, bytes.length >> 1, (bytes.length >> 1) + 16_384);
    writeFileSync(file, bytes);
    writeFileSync(`${file}-wal`, 'left by a killed process');
    const opened = openDatabase({ file });
    expect(opened.notices[0]?.text).toContain('set aside');
    closeDatabase(opened.database);
  });

  it('is left alone by a process that is not alone (renamed under an open connection)', () => {
    writeFileSync(file, 'not a database at all, whatever its name says');
    expect(() => openDatabase({ file, alone: false })).toThrow(expect.objectContaining({ code: 'integrity' }));
    expect(readdirSync(dir)).toEqual(['graft.db']);
  });

  it('is not what an unclean but sound database is taken for (needless loss after kill -9)', () => {
    const script = `
      const { openDatabase } = await import(${JSON.stringify(join(import.meta.dirname, '../../main/database/openDatabase.ts'))});
      const { ProjectRepository } = await import(${JSON.stringify(join(import.meta.dirname, '../../main/database/projects.ts'))});
      const { database } = openDatabase({ file: ${JSON.stringify(file)} });
      new ProjectRepository(database).insert({ id: 'p1', name: 'kept', modelId: null, createdAt: 1 });
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(existsSync(`${file}-wal`)).toBe(true);
    appendFileSync(`${file}-wal`, 'torn');
    const { database, notices } = openDatabase({ file });
    expect(notices).toEqual([]);
    expect(new ProjectRepository(database).get('kept').id).toBe('p1');
    closeDatabase(database);
  });
});
