/**
 * A data folder as one file: a tar with a consistent copy of the database, every file that rows point at, and last a
 * manifest with the SHA-256 of each. The database is copied first: files are written before their rows and never
 * change, so every row of the copy finds its file.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from 'better-sqlite3';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { flushFile, isTemporaryName, temporaryPathFor } from '../../formats/atomicFile.ts';
import type { BackupManifest, ManifestFile } from './backupManifest.ts';
import { backupFormat, backedUpFolders, databaseEntry, manifestEntry } from './backupManifest.ts';
import type { DataFolder } from './dataFolder.ts';
import { progressWords } from '../../contract/words/progress.ts';
import { dataFolderWords } from '../../contract/words/dataFolder.ts';

export interface BackupRequest {
  readonly folder: DataFolder;
  readonly database: Database;
  readonly toFile: string;
  readonly codeVersion: string;
  readonly options?: CallOptions;
  /** Opens the file to write; given by tests that let the disk run full. */
  readonly openOutput?: (path: string) => Writable;
}

interface SourceFile {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/** Writes the whole file or nothing. Throws GraftError('conflict' | 'diskFull' | 'cancelled'). */
export async function backupDataFolder(request: BackupRequest): Promise<void> {
  const { folder, database, openOutput = (path: string) => createWriteStream(path, { flags: 'wx' }) } = request;
  const toFile = resolve(request.toFile);
  if (existsSync(toFile))
    throw new GraftError('conflict', dataFolderWords.isThere({ toFile }), {
      file: toFile,
      remedy: dataFolderWords.newFile(),
    });
  const temporary = temporaryPathFor(toFile);
  const databaseCopy = temporaryPathFor(join(folder.backupsDir, databaseEntry));
  try {
    await mkdir(dirname(toFile), { recursive: true });
    // One read transaction; the online backup would start over at each write of another process.
    database.prepare('VACUUM INTO ?').run(databaseCopy);
    const sources = [await sourceFile(databaseEntry, databaseCopy), ...(await filesOf(folder))];
    const archive = pack();
    const signal = request.options?.signal;
    await Promise.all([pipeline(archive, openOutput(temporary), { signal }), packAll(archive, sources, request)]);
    await flushFile(temporary);
    await rename(temporary, toFile);
  } catch (error) {
    throw request.options?.signal?.aborted === true
      ? new GraftError('cancelled', dataFolderWords.backupCancelled())
      : toGraftError(error);
  } finally {
    await rm(temporary, { force: true });
    await rm(databaseCopy, { force: true });
  }
}

/** Every file below the folders, by its name in the archive; what links elsewhere is taken as the file it shows. */
async function filesOf(folder: DataFolder): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const top of backedUpFolders) await collect(join(folder.home, top), folder.home, files);
  return files;
}

async function collect(dir: string, home: string, files: SourceFile[]): Promise<void> {
  if (!existsSync(dir)) return;
  const entries = await readdir(dir, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, entry.name);
    if (isTemporaryName(entry.name)) continue;
    if (entry.isDirectory()) await collect(path, home, files);
    else files.push(await sourceFile(relative(home, path).split(sep).join('/'), path));
  }
}

async function sourceFile(name: string, path: string): Promise<SourceFile> {
  return { name, path, sizeBytes: (await stat(path)).size };
}

async function packAll(
  archive: Pack,
  sources: readonly SourceFile[],
  { codeVersion, options }: BackupRequest,
): Promise<void> {
  try {
    const total = sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const files: ManifestFile[] = [];
    let done = 0;
    for (const source of sources) {
      options?.signal?.throwIfAborted();
      const packed = await packFile(archive, source);
      if (packed !== undefined) files.push(packed);
      done += source.sizeBytes;
      options?.onProgress?.({ label: progressWords.backingUp(), done, total, unit: 'bytes' });
    }
    const manifest: BackupManifest = { format: backupFormat, codeVersion, createdAt: Date.now(), files };
    archive.entry({ name: manifestEntry }, JSON.stringify(manifest));
    archive.finalize();
  } catch (error) {
    archive.destroy(toGraftError(error));
    throw error;
  }
}

/** `undefined` for a file that a training run pruned in the meantime. A file that grows is cut at the size it had. */
async function packFile(archive: Pack, { name, path }: SourceFile): Promise<ManifestFile | undefined> {
  const file = await openIfThere(path);
  if (file === undefined) return undefined;
  try {
    const { size, mtime } = await file.stat();
    const hash = createHash('sha256');
    const entry = archive.entry({ name, size, mtime });
    // A destroyed archive destroys its entry without an error; pipeline then reports a premature close.
    await pipeline(contentOf(file, size), hashing(hash), entry);
    return { name, sizeBytes: size, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

function contentOf(file: FileHandle, size: number): Readable {
  return size === 0 ? Readable.from([]) : createReadStream('', { fd: file, start: 0, end: size - 1, autoClose: false });
}

function hashing(hash: { update(piece: Uint8Array): unknown }) {
  return async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (toGraftError(error).code === 'notFound') return undefined;
    throw error;
  }
}
