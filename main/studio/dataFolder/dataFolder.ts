/**
 * Where everything a person makes lies: `--home`, else GRAFT_HOME, else the platform's usual place. Never inside the
 * source tree, where an update or a `git clean` would take it along. A moved folder leaves a note that is followed
 * once.
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import { tryParseJson } from '../../formats/jsonText.ts';
import { dataFolderWords } from '../../contract/words/dataFolder.ts';

export interface DataFolder {
  readonly home: string;
  readonly databaseFile: string;
  /** The files that ownership.ts locks; nothing else opens them. */
  readonly locksDir: string;
  /** Held by a process while it enters the folder. */
  readonly startLockFile: string;
  /** Held by every process that uses the folder. */
  readonly presenceLockFile: string;
  /** Held by the process that runs the queue. */
  readonly ownerLockFile: string;
  readonly modelsDir: string;
  readonly datasetsDir: string;
  readonly runsDir: string;
  readonly adaptersDir: string;
  readonly logsDir: string;
  readonly trashDir: string;
  readonly backupsDir: string;
}

export interface PlaceOptions {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly userHome?: string;
}

/** Left behind in a data folder that was moved. */
export const movedNote = 'moved-to.json';
const movedNoteSchema = z.object({ home: z.string() });

/** The folder to use, absolute, nothing created. */
export function resolveHome(options: PlaceOptions = {}): string {
  const env = options.env ?? process.env;
  const chosen = options.home ?? env.GRAFT_HOME;
  return followMove(resolve(chosen === undefined || chosen === '' ? usualPlace(options, env) : chosen));
}

function usualPlace(options: PlaceOptions, env: Readonly<Record<string, string | undefined>>): string {
  const userHome = options.userHome ?? homedir();
  switch (options.platform ?? process.platform) {
    case 'win32':
      return join(env.LOCALAPPDATA ?? join(userHome, 'AppData', 'Local'), 'Graft');
    case 'darwin':
      return join(userHome, 'Library', 'Application Support', 'Graft');
    default:
      return join(env.XDG_DATA_HOME ?? join(userHome, '.local', 'share'), 'graft');
  }
}

function followMove(home: string): string {
  const note = join(home, movedNote);
  if (!existsSync(note) || existsSync(join(home, 'graft.db'))) return home;
  const parsed = movedNoteSchema.safeParse(tryParseJson(readFileSync(note, 'utf8')));
  if (parsed.success && existsSync(join(parsed.data.home, 'graft.db'))) return parsed.data.home;
  throw new GraftError('notFound', dataFolderWords.moved({ home }), {
    file: note,
    remedy: dataFolderWords.connectDisk(),
  });
}

/** The layout under a home, nothing created. */
export function layoutOf(home: string): DataFolder {
  return {
    home,
    databaseFile: join(home, 'graft.db'),
    locksDir: join(home, 'locks'),
    startLockFile: join(home, 'locks', 'start.lock'),
    presenceLockFile: join(home, 'locks', 'presence.lock'),
    ownerLockFile: join(home, 'locks', 'owner.lock'),
    modelsDir: join(home, 'models'),
    datasetsDir: join(home, 'datasets'),
    runsDir: join(home, 'runs'),
    adaptersDir: join(home, 'adapters'),
    logsDir: join(home, 'logs'),
    trashDir: join(home, 'trash'),
    backupsDir: join(home, 'backups'),
  };
}

/**
 * Makes sure that the folder is there, writable and outside the source tree. Throws GraftError('invalid' | 'diskFull').
 */
export function openDataFolder(home: string, sourceTree: string = thisSourceTree()): DataFolder {
  refuseInside(home, sourceTree);
  const folder = layoutOf(home);
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    for (const dir of [folder.locksDir, ...dataDirs(folder)]) mkdirSync(dir, { recursive: true });
    accessSync(home, constants.W_OK);
  } catch (error) {
    const known = toGraftError(error);
    throw new GraftError(
      known.code === 'internal' ? 'invalid' : known.code,
      dataFolderWords.cannotBeUsed({ home, message: known.message }),
      { file: home, remedy: dataFolderWords.nameAnother() },
      error,
    );
  }
  return folder;
}

/** The folders whose content belongs to rows or to the person, in the order of a backup. */
export function dataDirs(folder: DataFolder): readonly string[] {
  return [
    folder.modelsDir,
    folder.datasetsDir,
    folder.runsDir,
    folder.adaptersDir,
    folder.logsDir,
    folder.trashDir,
    folder.backupsDir,
  ];
}

function thisSourceTree(): string {
  return resolve(import.meta.dirname, '..', '..', '..');
}

function refuseInside(home: string, sourceTree: string): void {
  const inside = relative(realpathSync(sourceTree), realPathSoFar(home));
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || resolve(inside) === inside;
  if (isOutside) return;
  throw new GraftError('invalid', dataFolderWords.insideGraft({ home }), {
    file: home,
    remedy: dataFolderWords.nameElsewhere(),
  });
}

/** The real path of the part that exists, with the rest appended: a link into the source tree does not hide it. */
function realPathSoFar(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(realPathSoFar(dirname(path)), basename(path));
}

/** Bytes of each part of the folder, links not followed. */
export async function usageOf(folder: DataFolder): Promise<{ readonly name: string; readonly bytes: number }[]> {
  const database = await Promise.all(['', '-wal', '-shm'].map((suffix) => sizeOf(folder.databaseFile + suffix)));
  const parts = [{ name: 'database', bytes: database.reduce((sum, bytes) => sum + bytes, 0) }];
  for (const dir of dataDirs(folder)) parts.push({ name: basename(dir), bytes: await sizeOf(dir) });
  return parts;
}

/** Of a file, or of everything in a folder, its share of what several names stand for; 0 for what is gone by now. */
export async function sizeOf(path: string): Promise<number> {
  try {
    const stats = await lstat(path);
    if (!stats.isDirectory()) return stats.isFile() ? Math.ceil(stats.size / Math.max(1, stats.nlink)) : 0;
    const names = await readdir(path);
    let bytes = 0;
    for (const name of names) bytes += await sizeOf(join(path, name));
    return bytes;
  } catch (error) {
    if (toGraftError(error).code === 'notFound') return 0;
    throw error;
  }
}
