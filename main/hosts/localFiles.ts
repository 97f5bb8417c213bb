/** Paths of this machine that a person named: for the host of a browser and for Electron alike. */
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import type { WrittenFile } from '../contract/procedures/procedure.ts';
import { hostWords } from '../contract/words/hosts.ts';

/** Absolute, with `~` for the person's own folder. Throws GraftError('invalid') for a relative path. */
export function personsPath(path: string): string {
  const full = /^~(?=$|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : normalize(path);
  if (isAbsolute(full) && !full.includes('\0')) return full;
  throw new GraftError('invalid', hostWords.notFullPath({ path }), { file: path, remedy: hostWords.beginWithSlash() });
}

/** The place of `fileName` in the folder that a person named, or the file that was named itself. */
export function placeFor(path: string, fileName: string): string {
  const full = personsPath(path);
  return statSync(full, { throwIfNoEntry: false })?.isDirectory() === true ? join(full, fileName) : full;
}

/** What was written at `path`, a file or a whole folder. */
export function writtenFile(path: string, downloadId: string | null): WrittenFile {
  return { path, sizeBytes: bytesAt(path), downloadId };
}

function bytesAt(path: string): number {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((bytes, name) => bytes + bytesAt(join(path, name)), 0);
}
