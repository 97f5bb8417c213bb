import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFolder, makeFolder } from '../../main/hosts/folderListing.ts';
import { graftErrorOf } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

describe('a folder', () => {
  it('is listed folders first, in the order that people count, hidden ones left out', () => {
    const dir = temporaryDir();
    for (const name of ['run 10', 'run 9', '.git']) mkdirSync(join(dir, name));
    for (const name of ['b.csv', 'A.csv', '.hidden', '日本.csv']) writeFileSync(join(dir, name), 'four');
    const { path, parent, entries } = listFolder(dir);
    expect({ path, parent }).toEqual({ path: dir, parent: dirname(dir) });
    expect(entries.map(({ name }) => name)).toEqual(['run 9', 'run 10', 'A.csv', 'b.csv', '日本.csv']);
    expect(entries.map(({ sizeBytes }) => sizeBytes)).toEqual([null, null, 4, 4, 4]);
    expect(entries[0]).toEqual({ name: 'run 9', path: join(dir, 'run 9'), isFolder: true, sizeBytes: null });
  });

  it.skipIf(process.platform === 'win32')(
    'with a link shows what it leads to, and nothing for one that leads nowhere',
    () => {
      const dir = temporaryDir();
      symlinkSync(temporaryDir(), join(dir, 'there'));
      symlinkSync(join(dir, 'gone'), join(dir, 'nowhere'));
      expect(listFolder(dir).entries).toEqual([
        { name: 'there', path: join(dir, 'there'), isFolder: true, sizeBytes: null },
      ]);
    },
  );

  it('is the person’s own when none is named, and the top has no parent', () => {
    const { path, places } = listFolder(undefined);
    expect(path).toBe(homedir());
    expect(places[0]).toEqual({ name: 'Home', path: homedir() });
    if (process.platform !== 'win32') expect(listFolder('/').parent).toBeNull();
  });

  it('that is none is told in words', () => {
    const dir = temporaryDir();
    writeFileSync(join(dir, 'file'), '');
    expect(graftErrorOf(() => listFolder(join(dir, 'gone'))).code).toBe('notFound');
    expect(graftErrorOf(() => listFolder(join(dir, 'file')))).toMatchObject({
      code: 'invalid',
      data: { remedy: expect.any(String) },
    });
    expect(graftErrorOf(() => listFolder('relative')).code).toBe('invalid');
  });
});

describe('a new folder', () => {
  it('is made where one looks, under a plain name that is free', () => {
    const dir = temporaryDir();
    expect(makeFolder(dir, '新しい モデル')).toBe(join(dir, '新しい モデル'));
    expect(listFolder(dir).entries).toMatchObject([{ name: '新しい モデル', isFolder: true }]);
    expect(graftErrorOf(() => makeFolder(dir, '新しい モデル')).code).toBe('conflict');
    for (const name of ['a/b', 'a\\b', '..', '.', 'a\0b'])
      expect(graftErrorOf(() => makeFolder(dir, name)).code).toBe('invalid');
    expect(graftErrorOf(() => makeFolder(join(dir, 'gone'), 'a')).code).toBe('notFound');
    expect(listFolder(dirname(dir)).entries.map(({ name }) => name)).not.toContain('b');
  });
});
