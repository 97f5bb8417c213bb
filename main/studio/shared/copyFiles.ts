/**
 * Copying and hashing files that may be gigabytes, with progress and cancel. Where the file system can share blocks, a
 * copy is a clone that takes no time and no space.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { chmod, copyFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import { byteReporter, type CallOptions } from '../../contract/progress.ts';
import { progressWords } from '../../contract/words/progress.ts';
import { libraryWords } from '../../contract/words/library.ts';

const pieceBytes = 1 << 20;
const everyBytes = 8 << 20;

/** SHA-256 (hex) over the content of all files, one after the other. */
export async function hashFiles(paths: readonly string[], options: CallOptions): Promise<string> {
  const [hash = ''] = await hashInSteps([paths], options);
  return hash;
}

/** The same after each group, over its files and those of all groups before it; every file is read once. */
export async function hashInSteps(
  groups: readonly (readonly string[])[],
  options: CallOptions,
): Promise<readonly string[]> {
  const hash = createHash('sha256');
  const report = byteReporter(
    { label: progressWords.checking(), total: await totalSize(groups.flat()), everyBytes },
    options,
  );
  const hashes: string[] = [];
  try {
    for (const paths of groups) {
      for (const path of paths) {
        const stream = createReadStream(path, {
          highWaterMark: pieceBytes,
          signal: options.signal,
        }) as AsyncIterable<Buffer>;
        for await (const piece of stream) {
          hash.update(piece);
          report(piece.byteLength);
        }
      }
      hashes.push(hash.copy().digest('hex'));
    }
  } catch (error) {
    throw asCancelled(error, options.signal);
  }
  return hashes;
}

/** Copies files into an existing folder under their own names, links followed, writable whatever the sources were. */
export async function copyFiles(paths: readonly string[], intoDir: string, options: CallOptions): Promise<void> {
  const report = byteReporter({ label: progressWords.copying(), total: await totalSize(paths), everyBytes }, options);
  try {
    for (const path of paths) {
      options.signal?.throwIfAborted();
      const target = join(intoDir, basename(path));
      if (await cloneFile(path, target)) report((await stat(target)).size);
      else await streamFile(path, target, { report, signal: options.signal });
    }
  } catch (error) {
    throw asCancelled(error, options.signal);
  }
}

async function totalSize(paths: readonly string[]): Promise<number> {
  const stats = await Promise.all(paths.map((path) => stat(path)));
  return stats.reduce((sum, { size }) => sum + size, 0);
}

/** False where the file system cannot clone; then nothing is left. */
async function cloneFile(path: string, target: string): Promise<boolean> {
  try {
    await copyFile(path, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    await chmod(target, 0o644);
    return true;
  } catch {
    // Every file system names another reason; a real failure shows itself again in the copy that follows.
    await rm(target, { force: true });
    return false;
  }
}

interface StreamOptions {
  readonly report: (bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

async function streamFile(path: string, target: string, { report, signal }: StreamOptions): Promise<void> {
  const count = new Transform({
    transform(piece: Buffer, _encoding, done) {
      report(piece.byteLength);
      done(null, piece);
    },
  });
  await pipeline(
    createReadStream(path, { highWaterMark: pieceBytes }),
    count,
    createWriteStream(target, { flags: 'wx' }),
    { signal },
  );
}

function asCancelled(error: unknown, signal: AbortSignal | undefined): GraftError {
  if (signal?.aborted) return new GraftError('cancelled', libraryWords.importCancelled());
  return toGraftError(error);
}
