/**
 * Moves a data folder. On one file system it is a rename; else everything is copied beside the new place, compared, put
 * in place at once, and only then removed here. Whatever fails before that, the old folder is whole and the copy gone.
 * A note stays behind, so that `--home` and GRAFT_HOME go on finding it.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { isTemporaryName, temporaryPathFor, writeFileAtomic } from '../../formats/atomicFile.ts';
import { movedNote } from './dataFolder.ts';
import type { DataFolder } from './dataFolder.ts';
import { isEmptyFolder } from './restore.ts';
import { progressWords } from '../../contract/words/progress.ts';
import { dataFolderWords } from '../../contract/words/dataFolder.ts';

export interface MoveRequest {
  readonly folder: DataFolder;
  readonly toDir: string;
  readonly options?: CallOptions;
  /**
   * Called when the target is known to be good: makes the folder this process' alone and closes the database, or
   * throws.
   */
  readonly beforeMove?: () => Promise<void>;
  /** False: always copy. For tests on one file system. */
  readonly mayRename?: boolean;
  /** Copies one file; given by tests that let the disk run full. */
  readonly copy?: (from: string, to: string) => Promise<void>;
}

/**
 * The folder must be this process' alone and its database closed at the latest after `beforeMove`. Throws
 * GraftError('invalid' | 'conflict' | 'diskFull' | 'cancelled'), the old folder being whole.
 */
export async function moveDataFolder(request: MoveRequest): Promise<void> {
  const { folder } = request;
  const toDir = resolve(request.toDir);
  await refuseBadTarget(folder.home, toDir);
  await request.beforeMove?.();
  try {
    const isRenamed = request.mayRename !== false && (await tryRename(folder.home, toDir));
    if (!isRenamed) await copyThenRemove({ ...request, toDir });
  } catch (error) {
    throw request.options?.signal?.aborted === true
      ? new GraftError('cancelled', dataFolderWords.moveCancelled())
      : toGraftError(error);
  }
}

async function refuseBadTarget(home: string, toDir: string): Promise<void> {
  const isNested = isInside(toDir, home) || isInside(home, toDir);
  if (isNested)
    throw new GraftError('invalid', dataFolderWords.intoItself(), {
      file: toDir,
      remedy: dataFolderWords.elsewhere(),
    });
  if (await isEmptyFolder(toDir)) return;
  throw new GraftError('conflict', dataFolderWords.notEmpty({ toDir }), {
    file: toDir,
    remedy: dataFolderWords.emptyFolder(),
  });
}

function isInside(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`) && resolve(inside) !== inside);
}

/** False where the system cannot: another file system, a mount point, a folder held open on Windows. */
async function tryRename(home: string, toDir: string): Promise<boolean> {
  await mkdir(dirname(toDir), { recursive: true });
  try {
    await rename(home, toDir);
  } catch {
    return false; // the copy that follows meets a real failure again
  }
  await leaveNote(home, toDir);
  return true;
}

async function copyThenRemove({ folder, toDir, options, copy = copyAndCompare }: MoveRequest): Promise<void> {
  const staging = temporaryPathFor(toDir);
  const names = (await readdir(folder.home)).filter((name) => !staysBehind(name));
  try {
    const files = await filesBelow(folder.home, names);
    const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let done = 0;
    await mkdir(staging, { recursive: true, mode: 0o700 });
    for (const { name, sizeBytes } of files) {
      options?.signal?.throwIfAborted();
      await mkdir(dirname(join(staging, name)), { recursive: true });
      await copy(join(folder.home, name), join(staging, name));
      done += sizeBytes;
      options?.onProgress?.({ label: progressWords.moving(), done, total, unit: 'bytes' });
    }
    if (existsSync(toDir)) await rm(toDir, { recursive: true });
    await rename(staging, toDir);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
  for (const name of names) await rm(join(folder.home, name), { recursive: true, force: true });
  await leaveNote(folder.home, toDir);
}

/** The locks are held in the old place until the process lets go. */
function staysBehind(name: string): boolean {
  return name === 'locks' || name === movedNote || isTemporaryName(name);
}

async function filesBelow(
  home: string,
  names: readonly string[],
): Promise<{ readonly name: string; readonly sizeBytes: number }[]> {
  const files: { name: string; sizeBytes: number }[] = [];
  for (const name of names) {
    if (isTemporaryName(basename(name))) continue;
    const stats = await stat(join(home, name));
    if (!stats.isDirectory()) files.push({ name, sizeBytes: stats.size });
    else
      files.push(
        ...(await filesBelow(
          home,
          (await readdir(join(home, name))).map((child) => join(name, child)),
        )),
      );
  }
  return files;
}

async function copyAndCompare(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, 'r+');
  try {
    await file.sync();
    const copied = (await file.stat()).size;
    const expected = (await stat(from)).size;
    if (copied === expected) return;
    throw new GraftError('integrity', dataFolderWords.copyDiffers({ from, copied, expected }), {
      file: to,
      remedy: dataFolderWords.checkDisk(),
    });
  } finally {
    await file.close();
  }
}

async function leaveNote(home: string, toDir: string): Promise<void> {
  await mkdir(home, { recursive: true });
  await writeFileAtomic(join(home, movedNote), JSON.stringify({ home: toDir }));
}
