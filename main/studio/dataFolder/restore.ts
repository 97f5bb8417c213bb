/**
 * A backup back into a data folder: unpacked beside it and checked whole first, then swapped in; what was there is set
 * aside, never deleted. The swap is a list of renames written down before the first, so that a start after a crash in
 * the middle can end it.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import Sqlite from 'better-sqlite3';
import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';
import { z } from 'zod';
import { GraftError, toGraftError, saidOf } from '../../contract/errors.ts';
import { tryParseJson } from '../../formats/jsonText.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { readDatabaseVersion } from '../../database/databaseVersion.ts';
import { schemaVersion } from '../../database/migrations/registry.ts';
import { temporaryPathFor, writeFileAtomic } from '../../formats/atomicFile.ts';
import { refuseForeignFile } from '../../formats/foreignFile.ts';
import { backedUpFolders, checkEntry, databaseEntry, manifestEntry, manifestSchema } from './backupManifest.ts';
import type { ManifestFile } from './backupManifest.ts';
import type { DataFolder } from './dataFolder.ts';
import { progressWords } from '../../contract/words/progress.ts';
import { dataFolderWords } from '../../contract/words/dataFolder.ts';
import type { Said } from '../../contract/words/words.ts';

export interface RestoreRequest {
  readonly folder: DataFolder;
  readonly fromFile: string;
  readonly options?: CallOptions;
  /**
   * Called when the backup is known to be good: makes the folder this process' alone and closes the database, or
   * throws.
   */
  readonly beforeSwap?: () => Promise<void>;
}

const journalName = 'restore.json';
const journalSchema = z.object({ staging: z.string(), aside: z.string() });

/**
 * The folder must be this process' alone and its database closed at the latest after `beforeSwap`. Returns where the
 * former content is. Throws
 * GraftError('invalid' | 'integrity' | 'newerVersion' | 'diskFull' | 'cancelled'), the folder being as it was.
 */
export async function restoreDataFolder({
  folder,
  fromFile,
  options = {},
  beforeSwap,
}: RestoreRequest): Promise<string> {
  const file = resolve(fromFile);
  const staging = temporaryPathFor(join(folder.home, 'restore'));
  const aside = join(folder.backupsDir, `before-restore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  refuseForeignFile(file, 'backup');
  try {
    await mkdir(staging);
    await unpack(file, staging, options);
    checkDatabase(join(staging, databaseEntry), file);
    await rm(join(staging, manifestEntry));
    for (const name of backedUpFolders) await mkdir(join(staging, name), { recursive: true });
    await beforeSwap?.();
    await mkdir(aside, { recursive: true });
    await writeFileAtomic(join(folder.home, journalName), JSON.stringify({ staging, aside }));
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw options.signal?.aborted === true
      ? new GraftError('cancelled', dataFolderWords.restoreCancelled())
      : toGraftError(error);
  }
  finishRestore(folder);
  return aside;
}

/** Does the renames that are left; true when there were any. Run at every start before the database is opened. */
export function finishRestore(folder: DataFolder): boolean {
  const journal = join(folder.home, journalName);
  if (!existsSync(journal)) return false;
  const { staging, aside } = journalSchema.parse(JSON.parse(readFileSync(journal, 'utf8')));
  for (const suffix of ['-wal', '-shm'])
    moveUnlessThere(join(folder.home, databaseEntry + suffix), join(aside, databaseEntry + suffix));
  for (const name of [databaseEntry, ...backedUpFolders]) {
    const [present, next] = [join(folder.home, name), join(staging, name)];
    if (!existsSync(next)) continue; // done before the crash
    moveUnlessThere(present, join(aside, name));
    renameSync(next, present);
  }
  rmSync(staging, { recursive: true, force: true });
  rmSync(journal);
  return true;
}

function moveUnlessThere(from: string, to: string): void {
  if (existsSync(from) && !existsSync(to)) renameSync(from, to);
}

async function unpack(file: string, staging: string, options: CallOptions): Promise<void> {
  const total = (await stat(file)).size;
  const found = new Map<string, ManifestFile>();
  const archive = extract();
  const reading = pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), archive, { signal: options.signal });
  const writing = (async () => {
    let done = 0;
    for await (const entry of archive) {
      const unpacked = await unpackEntry(entry, file, staging);
      if (found.has(unpacked.name)) throw damaged(file, dataFolderWords.entryTwice({ name: unpacked.name }));
      found.set(unpacked.name, unpacked);
      done += unpacked.sizeBytes;
      options.onProgress?.({ label: progressWords.restoring(), done, total, unit: 'bytes' });
    }
  })();
  await Promise.all([reading, writing]).catch((error: unknown) => {
    throw error instanceof GraftError ? error : unreadable(error, file);
  });
  await compareWithManifest(found, file, staging);
}

async function unpackEntry(
  entry: AsyncIterable<unknown> & { readonly header: Header },
  file: string,
  staging: string,
): Promise<ManifestFile> {
  const { header } = entry;
  const target = join(staging, ...checkEntry(header, file));
  await mkdir(dirname(target), { recursive: true });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(
    entry as AsyncIterable<Uint8Array>,
    async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        hash.update(piece);
        sizeBytes += piece.byteLength;
        yield piece;
      }
    },
    createWriteStream(target, { flags: 'wx', flush: true }),
  );
  return { name: header.name, sizeBytes, sha256: hash.digest('hex') };
}

async function compareWithManifest(
  found: ReadonlyMap<string, ManifestFile>,
  file: string,
  staging: string,
): Promise<void> {
  if (!found.has(manifestEntry)) throw damaged(file, dataFolderWords.listMissing());
  const manifest = manifestSchema.safeParse(tryParseJson(await readFile(join(staging, manifestEntry), 'utf8')));
  if (!manifest.success) throw damaged(file, dataFolderWords.listWrong());
  const listed = new Map(manifest.data.files.map((one) => [one.name, one]));
  for (const [name, one] of listed) {
    if (found.get(name)?.sha256 !== one.sha256) throw damaged(file, dataFolderWords.fileDiffers({ name }));
  }
  const extra = [...found.keys()].find((name) => name !== manifestEntry && !listed.has(name));
  if (extra !== undefined) throw damaged(file, dataFolderWords.notListed({ extra }));
  if (!listed.has(databaseEntry)) throw damaged(file, dataFolderWords.noDatabase());
}

function checkDatabase(database: string, file: string): void {
  const version = readDatabaseVersion(database) ?? 0;
  if (version > schemaVersion) {
    throw new GraftError('newerVersion', dataFolderWords.newerBackup(), {
      file,
      remedy: dataFolderWords.updateFirst(),
    });
  }
  const connection = new Sqlite(database, { fileMustExist: true });
  try {
    const answer = String(connection.pragma('quick_check(1)', { simple: true }));
    if (answer !== 'ok') throw damaged(file, dataFolderWords.databaseWrong({ answer }));
  } finally {
    connection.close();
  }
}

function damaged(file: string, what: string | Said): GraftError {
  return new GraftError('integrity', dataFolderWords.backupDamaged({ what }), {
    file,
    remedy: dataFolderWords.otherBackup(),
  });
}

/** What the tar reader and the disk throw. */
function unreadable(error: unknown, file: string): GraftError {
  const known = toGraftError(error);
  return known.code === 'internal' ? damaged(file, saidOf(known)) : known;
}

/** True for a folder that holds nothing of Graft's yet. */
export async function isEmptyFolder(dir: string): Promise<boolean> {
  return !existsSync(dir) || (await readdir(dir)).length === 0;
}
