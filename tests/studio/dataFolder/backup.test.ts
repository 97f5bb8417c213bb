import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from 'better-sqlite3';
import { fc } from '../../support/properties.ts';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelRepository } from '../../../main/database/models.ts';
import { schemaVersion } from '../../../main/database/migrations/registry.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { isTemporaryName } from '../../../main/formats/atomicFile.ts';
import { backupDataFolder } from '../../../main/studio/dataFolder/backup.ts';
import { checkEntry } from '../../../main/studio/dataFolder/backupManifest.ts';
import { openDataFolder, resolveHome } from '../../../main/studio/dataFolder/dataFolder.ts';
import type { DataFolder } from '../../../main/studio/dataFolder/dataFolder.ts';
import { moveDataFolder } from '../../../main/studio/dataFolder/moveDataFolder.ts';
import { finishRestore, restoreDataFolder } from '../../../main/studio/dataFolder/restore.ts';
import { sampleModel } from '../../database/sampleRows.ts';

let dir: string;
let folder: DataFolder;
let file: string;
let database: Database;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'graft-backup-'));
  folder = openDataFolder(join(dir, 'home'));
  file = join(dir, 'graft-backup.tar');
  database = openDatabase({ file: folder.databaseFile }).database;
  new ModelRepository(database, folder.home).insert(sampleModel(folder.home));
  put(folder, 'models/model1/model.safetensors', 'weights'.repeat(50_000));
  put(folder, 'models/model1/empty.json', '');
  put(folder, `models/model1/${'長い名前'.repeat(15)}/${'deep/'.repeat(20)}file.json`, 'long');
  put(folder, 'adapters/a1/adapter_config.json', '{"名":"日本"}');
  put(folder, 'runs/r1/checkpoints/10/state.safetensors', 'state');
  put(folder, 'logs/engine.log', 'a log');
});

afterEach(() => {
  closeDatabase(database);
  rmSync(dir, { recursive: true, force: true });
});

function put({ home }: DataFolder, name: string, content: string): void {
  mkdirSync(join(home, name, '..'), { recursive: true });
  writeFileSync(join(home, name), content);
}

function filesIn(home: string, tops = ['models', 'datasets', 'runs', 'adapters', 'trash']): Record<string, string> {
  const files: Record<string, string> = {};
  for (const top of tops.filter((name) => existsSync(join(home, name)))) {
    for (const entry of readdirSync(join(home, top), { recursive: true, withFileTypes: true })) {
      if (entry.isFile())
        files[relative(home, join(entry.parentPath, entry.name))] = readFileSync(
          join(entry.parentPath, entry.name),
          'base64',
        );
    }
  }
  return files;
}

function leftovers(...dirs: string[]): string[] {
  return dirs.flatMap((one) => readdirSync(one)).filter(isTemporaryName);
}

async function backUp(overrides: Partial<Parameters<typeof backupDataFolder>[0]> = {}): Promise<void> {
  await backupDataFolder({ folder, database, toFile: file, codeVersion: '0.1.0', ...overrides });
}

async function writeTar(
  entries: readonly { readonly header: Partial<Header> & Pick<Header, 'name'>; readonly content?: string }[],
): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file));
  for (const { header, content } of entries) archive.entry(header, content ?? '');
  archive.finalize();
  await written;
}

describe('backup and restore', () => {
  it('give the same rows and files in an empty folder (a file or row lost)', async () => {
    await backUp();
    const other = openDataFolder(join(dir, 'other'));
    await restoreDataFolder({ folder: other, fromFile: file });
    expect(filesIn(other.home)).toEqual(filesIn(folder.home));
    expect(existsSync(join(other.logsDir, 'engine.log'))).toBe(false);
    const restored = openDatabase({ file: other.databaseFile });
    expect(restored.notices).toEqual([]);
    expect(new ModelRepository(restored.database, other.home).list()).toEqual([sampleModel(other.home)]);
    closeDatabase(restored.database);
    expect(leftovers(dir, folder.backupsDir, other.home)).toEqual([]);
  });

  it('set aside what was there (the present data deleted by a restore)', async () => {
    await backUp();
    put(folder, 'adapters/later/adapter_config.json', '{}');
    closeDatabase(database);
    const before = filesIn(folder.home);
    const aside = await restoreDataFolder({ folder, fromFile: file });
    expect(filesIn(aside)).toEqual(before);
    expect(existsSync(join(folder.adaptersDir, 'later'))).toBe(false);
    expect(existsSync(join(aside, 'graft.db'))).toBe(true);
  });

  it('include rows that are only in the WAL (a copy of the database file alone)', async () => {
    new ModelRepository(database, folder.home).insert(sampleModel(folder.home, { id: 'model2', name: 'late' }));
    await backUp();
    const other = openDataFolder(join(dir, 'other'));
    await restoreDataFolder({ folder: other, fromFile: file });
    const restored = openDatabase({ file: other.databaseFile }).database;
    expect(new ModelRepository(restored, other.home).get('late').id).toBe('model2');
    closeDatabase(restored);
  });

  it('leave nothing when the disk runs full (a truncated backup that looks whole)', async () => {
    let taken = 0;
    const openOutput = (): Writable =>
      new Writable({
        write(piece: Buffer, _encoding, done) {
          taken += piece.byteLength;
          done(taken > 100_000 ? Object.assign(new Error('no space left'), { code: 'ENOSPC' }) : null);
        },
      });
    await expect(backUp({ openOutput })).rejects.toMatchObject({ code: 'diskFull' });
    expect(existsSync(file)).toBe(false);
    expect(leftovers(dir, folder.backupsDir)).toEqual([]);
  });

  it('stop when they are cancelled, leaving nothing', async () => {
    const control = new AbortController();
    const options = { signal: control.signal, onProgress: () => control.abort() };
    await expect(backUp({ options })).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(file)).toBe(false);
    await backUp();
    const other = openDataFolder(join(dir, 'other'));
    const again = new AbortController();
    const restoring = restoreDataFolder({
      folder: other,
      fromFile: file,
      options: { signal: again.signal, onProgress: () => again.abort() },
    });
    await expect(restoring).rejects.toMatchObject({ code: 'cancelled' });
    expect(leftovers(dir, other.home)).toEqual([]);
    expect(existsSync(other.databaseFile)).toBe(false);
  });

  it('do not overwrite a file that is there', async () => {
    writeFileSync(file, 'precious');
    await expect(backUp()).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });
});

describe('restore of a bad file', () => {
  const target = (): DataFolder => openDataFolder(join(dir, 'target'));

  async function expectRefused(code: string): Promise<void> {
    const other = target();
    put(other, 'adapters/mine/adapter_config.json', 'mine');
    await expect(restoreDataFolder({ folder: other, fromFile: file })).rejects.toMatchObject({ code });
    expect(Object.keys(filesIn(other.home))).toEqual([join('adapters', 'mine', 'adapter_config.json')]);
    expect(leftovers(dir, other.home)).toEqual([]);
    expect(existsSync(join(dir, 'escaped'))).toBe(false);
  }

  it('refuses links and paths that lead out (a file written anywhere on the machine)', async () => {
    for (const header of [
      { name: 'adapters/evil', type: 'symlink' as const, linkname: '../../escaped' },
      { name: 'adapters/evil', type: 'link' as const, linkname: 'graft.db' },
      { name: 'adapters/../../escaped' },
      { name: '../escaped' },
      { name: join(dir, 'escaped') },
      { name: 'adapters\\..\\..\\escaped' },
      { name: 'locks/owner.lock' },
      { name: 'models/pipe', type: 'fifo' as const },
    ]) {
      await writeTar([{ header, content: header.type === undefined ? 'x' : '' }]);
      await expectRefused('invalid');
    }
  });

  it('refuses one that was cut short or changed (half a data folder)', async () => {
    await backUp();
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length - 200_000));
    await expectRefused('integrity');
    const changed = Buffer.from(whole);
    changed.write('WEIGHTS', changed.indexOf('weightsweights'));
    writeFileSync(file, changed);
    await expectRefused('integrity');
    writeFileSync(file, 'no archive at all');
    await expectRefused('integrity');
  });

  it('refuses one of a newer version', async () => {
    database.pragma(`user_version = ${schemaVersion + 1}`);
    await backUp();
    await expectRefused('newerVersion');
  });

  it('never takes a name that could lead out, whatever it is made of', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('..', '.', '', 'models', 'C:', '\\', 'a'), fc.string()), {
          minLength: 1,
          maxLength: 5,
        }),
        (parts) => {
          const name = parts.join('/');
          let taken: readonly string[];
          try {
            taken = checkEntry({ name, type: 'file' }, file);
          } catch {
            return;
          }
          expect(join('/home', ...taken).startsWith('/home/')).toBe(true);
          expect(taken.some((part) => part === '..' || /[\\:\0]/.test(part))).toBe(false);
        },
      ),
    );
  });

  it('is finished by the next start when the process died between two renames', async () => {
    await backUp();
    closeDatabase(database);
    const before = filesIn(folder.home);
    const staging = join(folder.home, '.restore.0123456789ab.tmp');
    const aside = join(folder.backupsDir, 'before');
    for (const name of ['models', 'datasets', 'runs', 'adapters', 'trash'])
      mkdirSync(join(staging, name), { recursive: true });
    writeFileSync(join(staging, 'adapters', 'new'), 'new');
    mkdirSync(aside);
    // graft.db was already swapped: the old one is aside, the new one in place.
    writeFileSync(join(aside, 'graft.db'), 'old');
    writeFileSync(join(folder.home, 'restore.json'), JSON.stringify({ staging, aside }));
    expect(finishRestore(folder)).toBe(true);
    expect(Object.keys(filesIn(folder.home))).toEqual([join('adapters', 'new')]);
    expect(filesIn(aside)).toEqual(before);
    expect(readFileSync(join(aside, 'graft.db'), 'utf8')).toBe('old');
    expect(finishRestore(folder)).toBe(false);
    expect(existsSync(staging)).toBe(false);
  });
});

describe('moving', () => {
  for (const mayRename of [true, false]) {
    it(`takes everything along and leaves a note (${mayRename ? 'rename' : 'copy'})`, async () => {
      closeDatabase(database);
      const before = filesIn(folder.home);
      const toDir = join(dir, 'new', 'place');
      await moveDataFolder({ folder, toDir, mayRename });
      expect(filesIn(toDir)).toEqual(before);
      expect(filesIn(folder.home)).toEqual({});
      expect(resolveHome({ home: folder.home })).toBe(toDir);
      const moved = openDatabase({ file: join(toDir, 'graft.db') }).database;
      expect(new ModelRepository(moved, toDir).get('tiny').dir).toBe(join(toDir, 'models', 'model1'));
      closeDatabase(moved);
    });
  }

  it('leaves the old folder whole and no copy when it fails (data in two halves)', async () => {
    closeDatabase(database);
    const before = filesIn(folder.home);
    let copied = 0;
    const copy = async (): Promise<void> => {
      copied += 1;
      if (copied > 2) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    const toDir = join(dir, 'new');
    await expect(moveDataFolder({ folder, toDir, mayRename: false, copy })).rejects.toMatchObject({ code: 'diskFull' });
    expect(filesIn(folder.home)).toEqual(before);
    expect(existsSync(toDir)).toBe(false);
    expect(leftovers(dir)).toEqual([]);
    expect(resolveHome({ home: folder.home })).toBe(folder.home);
  });

  it('refuses itself, its inside, its parent and a full folder', async () => {
    for (const toDir of [folder.home, join(folder.home, 'in'), dir]) {
      await expect(moveDataFolder({ folder, toDir })).rejects.toMatchObject({ code: 'invalid' });
    }
    mkdirSync(join(dir, 'full'));
    symlinkSync('/', join(dir, 'full', 'link'));
    await expect(moveDataFolder({ folder, toDir: join(dir, 'full') })).rejects.toMatchObject({ code: 'conflict' });
  });
});
