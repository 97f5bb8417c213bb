/** The folders of this machine, for a window that has no file dialog of the system. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { folderWords } from '../contract/words/folders.ts';
import type { FolderListing } from '../contract/machine.ts';
import { personsPath } from './localFiles.ts';
import { hostWords } from '../contract/words/hosts.ts';

type Entry = FolderListing['entries'][number];

const usualFolders = ['Desktop', 'Documents', 'Downloads'];

/** Of the person's own folder when no path is given. Throws GraftError('notFound' | 'invalid'). */
export function listFolder(path: string | undefined): FolderListing {
  const dir = path === undefined || path === '' ? homedir() : personsPath(path);
  const parent = dirname(dir);
  return { path: dir, parent: parent === dir ? null : parent, entries: entriesOf(dir), places: places() };
}

/**
 * Gives the path of a new folder. Throws GraftError('conflict') where one has the name, 'invalid' for what is no name.
 */
export function makeFolder(parent: string, name: string): string {
  const dir = personsPath(parent);
  const isPlain = !/[/\\\0]/.test(name) && name !== '.' && name !== '..';
  if (!isPlain)
    throw new GraftError('invalid', folderWords.noName({ name }), { field: 'name', remedy: folderWords.plainName() });
  const path = join(dir, name);
  if (existsSync(path)) {
    throw new GraftError('conflict', folderWords.taken({ name }), {
      field: 'name',
      file: path,
      remedy: folderWords.otherName(),
    });
  }
  try {
    mkdirSync(path);
  } catch (error) {
    throw toGraftError(error);
  }
  return path;
}

function entriesOf(dir: string): Entry[] {
  const names = namesIn(dir).filter((name) => !name.startsWith('.'));
  const entries = names.flatMap((name) => entryOf(join(dir, name), name));
  return entries.toSorted(
    (a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    const known = toGraftError(error);
    if (known.code !== 'internal') throw known;
    throw new GraftError(
      'invalid',
      hostWords.noFolder({ dir }),
      { file: dir, remedy: hostWords.chooseFolder() },
      error,
    );
  }
}

/** Links are followed; nothing for what is no file, or may not be looked at. */
function entryOf(path: string, name: string): Entry[] {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return [{ name, path, isFolder: true, sizeBytes: null }];
    return stats.isFile() ? [{ name, path, isFolder: false, sizeBytes: stats.size }] : [];
  } catch {
    return []; // a broken link, or gone since it was listed
  }
}

/** Where people keep files, and the drives. */
function places(): FolderListing['places'] {
  const home = homedir();
  const folders = usualFolders.map((name) => ({ name, path: join(home, name) }));
  return [{ name: 'Home', path: home }, ...folders, ...roots()].filter(({ path }) => isFolder(path));
}

function roots(): FolderListing['places'] {
  if (process.platform !== 'win32') return [{ name: '/', path: '/' }];
  return Array.from('CDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => ({ name: `${letter}:`, path: `${letter}:\\` }));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
