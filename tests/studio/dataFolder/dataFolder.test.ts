import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { movedNote, openDataFolder, resolveHome, usageOf } from '../../../main/studio/dataFolder/dataFolder.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'graft-folder-'));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('resolveHome', () => {
  const userHome = join('/', 'home', 'ada');

  it('takes --home before GRAFT_HOME before the platform’s place', () => {
    expect(resolveHome({ home: join(dir, 'a'), env: { GRAFT_HOME: join(dir, 'b') } })).toBe(join(dir, 'a'));
    expect(resolveHome({ env: { GRAFT_HOME: join(dir, 'b') } })).toBe(join(dir, 'b'));
    expect(resolveHome({ env: { XDG_DATA_HOME: dir }, platform: 'linux', userHome })).toBe(join(dir, 'graft'));
    expect(resolveHome({ env: { GRAFT_HOME: '' }, platform: 'linux', userHome })).toBe(
      join(userHome, '.local', 'share', 'graft'),
    );
    expect(resolveHome({ env: {}, platform: 'darwin', userHome })).toBe(
      join(userHome, 'Library', 'Application Support', 'Graft'),
    );
  });

  it('follows the note of a moved folder, and says so when the new place is gone', () => {
    const [old, next] = [join(dir, 'old'), join(dir, 'next')];
    mkdirSync(old);
    writeFileSync(join(old, movedNote), JSON.stringify({ home: next }));
    expect(() => resolveHome({ home: old })).toThrow(expect.objectContaining({ code: 'notFound' }));
    mkdirSync(next);
    writeFileSync(join(next, 'graft.db'), '');
    expect(resolveHome({ home: old })).toBe(next);
  });
});

describe('openDataFolder', () => {
  it('refuses the source tree, also through a link (data lost with the checkout)', () => {
    const tree = join(dir, 'tree');
    mkdirSync(tree);
    symlinkSync(tree, join(dir, 'link'));
    for (const home of [tree, join(tree, 'deep', 'home'), join(dir, 'link', 'home')]) {
      expect(() => openDataFolder(home, tree)).toThrow(expect.objectContaining({ code: 'invalid' }));
    }
    expect(existsSync(join(tree, 'deep'))).toBe(false);
    expect(() => openDataFolder(join(import.meta.dirname, 'home'))).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });

  it('takes a neighbour whose name begins alike (a prefix taken for a folder)', () => {
    mkdirSync(join(dir, 'tree'));
    expect(openDataFolder(join(dir, 'tree-data'), join(dir, 'tree')).home).toBe(join(dir, 'tree-data'));
  });

  it('names the folder and a way out where a file stands in the way', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(() => openDataFolder(join(dir, 'file', 'home'))).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ file: join(dir, 'file', 'home') }) }),
    );
  });
});

describe('usageOf', () => {
  it('counts what lies in the folder, not what links point at', async () => {
    const folder = openDataFolder(join(dir, 'home'));
    mkdirSync(join(folder.modelsDir, 'm'));
    writeFileSync(join(folder.modelsDir, 'm', 'weights'), 'x'.repeat(1_000));
    symlinkSync(join(folder.modelsDir, 'm', 'weights'), join(folder.trashDir, 'link'));
    const usage = Object.fromEntries((await usageOf(folder)).map(({ name, bytes }) => [name, bytes]));
    expect(usage).toMatchObject({ models: 1_000, trash: 0, database: 0 });
  });
});
