/**
 * Writing that is all or nothing: a temporary name in the same folder, flushed to the disk, then renamed over the
 * target. Whatever fails on the way, the old file is untouched and no temporary is left; only a killed process can
 * leave one, and `isTemporaryName` lets a sweep recognise it.
 */
import { randomBytes } from 'node:crypto';
import { open, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GraftError, saidOf, toGraftError } from '../contract/errors.ts';
import { fileWords } from '../contract/words/files.ts';

export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

const temporaryNamePattern = /^\..+\.[0-9a-f]{12}\.(tmp|old)$/;

/** True for names that this module gives to files and folders that are not finished (or no longer wanted). */
export function isTemporaryName(name: string): boolean {
  return temporaryNamePattern.test(name);
}

/** A fresh name beside `path`, on the same file system, so that the rename is atomic. */
export function temporaryPathFor(path: string, kind: 'tmp' | 'old' = 'tmp'): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.${kind}`);
}

/**
 * Writes the whole file or nothing. Pieces of an iterable are written as they come, so a large file needs no large
 * buffer. `mode` as chmod takes it, 0o600 for what only its owner may read. Throws GraftError naming the file
 * (`diskFull` when the disk is), or what the iterable threw.
 */
export async function writeFileAtomic(path: string, content: FileContent, mode?: number): Promise<void> {
  const temporary = temporaryPathFor(path);
  try {
    await writeAndFlush(temporary, content, mode);
    await rename(temporary, path);
    await flushDir(dirname(path));
  } catch (error) {
    await removeLeftover(temporary);
    throw namingFile(error, path);
  }
}

/**
 * Fills a temporary folder beside `dir` and renames it into place: the whole folder appears or nothing.
 * An existing `dir` is replaced only when `fill` succeeded. Returns what `fill` returned.
 */
export async function writeDirAtomic<T>(dir: string, fill: (temporaryDir: string) => Promise<T>): Promise<T> {
  const temporary = temporaryPathFor(dir);
  try {
    await mkdir(dirname(dir), { recursive: true });
    await mkdir(temporary);
    const result = await fill(temporary);
    await flushFiles(temporary);
    await replaceDirAtomic(temporary, dir);
    return result;
  } catch (error) {
    await removeLeftover(temporary);
    throw namingFile(error, dir);
  }
}

/**
 * Renames a finished folder over `dir`, both on one file system. A folder that stood there is moved aside first and put
 * back should the second rename fail, since no system call swaps two folders everywhere.
 */
export async function replaceDirAtomic(temporaryDir: string, dir: string): Promise<void> {
  const asides: string[] = [];
  while (!(await takePlace(temporaryDir, dir, asides)));
  await flushDir(dirname(dir));
  for (const aside of asides) await rm(aside, { recursive: true, force: true });
}

/** False where another put a folder there in between: then that one is moved aside as well. */
async function takePlace(temporaryDir: string, dir: string, asides: string[]): Promise<boolean> {
  const aside = await moveAside(dir);
  if (aside !== undefined) asides.push(aside);
  try {
    await rename(temporaryDir, dir);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error)) && (await exists(dir))) return false;
    const last = asides.at(-1);
    if (last !== undefined) await rename(last, dir);
    throw namingFile(error, dir);
  }
}

/** Where the folder lies now, or undefined where there is none. */
async function moveAside(dir: string): Promise<string | undefined> {
  const aside = temporaryPathFor(dir, 'old');
  try {
    await rename(dir, aside);
    return aside;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw namingFile(error, dir);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function writeAndFlush(path: string, content: FileContent, mode?: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    if (typeof content === 'string') await writeWhole(file, Buffer.from(content, 'utf8'));
    else if (content instanceof Uint8Array) await writeWhole(file, content);
    else for await (const piece of content) await writeWhole(file, piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** One write call may take fewer bytes than it was given, and at most 2 GiB. */
async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, offset, Math.min(bytes.byteLength - offset, 2 ** 30));
    offset += bytesWritten;
  }
}

async function flushFiles(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) await flushFile(join(entry.parentPath, entry.name));
  }
}

/** Returns when what was written to the file lies on the disk. */
export async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename itself durable. Windows cannot open folders and does not need it. */
async function flushDir(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What stopped the writing is the news; that the leftover could not be removed either is the sweep's affair. */
async function removeLeftover(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Write errors do not say which file they were about; this does, once. */
function namingFile(error: unknown, file: string): unknown {
  if (error instanceof GraftError) return error;
  if (!(error instanceof Error && 'syscall' in error)) return error;
  const known = toGraftError(error);
  // A system error about a path, such as a file where a folder should be, is never a bug of ours.
  const code = known.code === 'internal' ? 'invalid' : known.code;
  return new GraftError(
    code,
    fileWords.notWritten({ file, why: saidOf(known) }),
    { ...known.data, file, remedy: known.remedyReason },
    error,
  );
}
