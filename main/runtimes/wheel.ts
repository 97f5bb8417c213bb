/**
 * Wheels as archives: hashing and unpacking chosen entries, streamed, since the libraries in them are larger than
 * memory should hold. An entry that is a link or would leave the folder is refused; so is one whose bytes do not match
 * its CRC.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { fileWords } from '../contract/words/files.ts';
import { byteReporter, type CallOptions } from '../contract/progress.ts';
import type { Said } from '../contract/words/words.ts';
import { progressWords } from '../contract/words/progress.ts';
import { runtimeFetchWords } from '../contract/words/runtimeFetches.ts';

export interface UnpackedFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface UnpackRequest extends CallOptions {
  readonly wheel: string;
  /** Entry names to take. */
  readonly pattern: RegExp;
  readonly intoDir: string;
}

const everyBytes = 4 * 2 ** 20;
const fileTypeMask = 0o170_000;
const linkType = 0o120_000;

/** SHA-256 of a file, as hex. Throws GraftError (`notFound`, `cancelled`, …). */
export async function hashFile(
  path: string,
  options: CallOptions & { readonly label?: Said; readonly sizeBytes?: number } = {},
): Promise<string> {
  const hash = createHash('sha256');
  const { label = progressWords.checking(), sizeBytes: total = null } = options;
  const report = byteReporter({ label, total, everyBytes }, options);
  try {
    for await (const piece of createReadStream(path, {
      highWaterMark: 2 ** 20,
      signal: options.signal,
    }) as AsyncIterable<Buffer>) {
      hash.update(piece);
      report(piece.length);
    }
  } catch (error) {
    throw options.signal?.aborted === true
      ? new GraftError('cancelled', runtimeFetchWords.cancelledChecking({ path }))
      : toGraftError(error);
  }
  return hash.digest('hex');
}

/** True when the file is there and has this hash. */
export async function isIntactFile(path: string, sha256: string): Promise<boolean> {
  try {
    return (await hashFile(path)) === sha256;
  } catch (error) {
    if (error instanceof GraftError && error.code === 'notFound') return false;
    throw error;
  }
}

/**
 * Writes the entries whose name matches into `intoDir`, under the same relative paths. A failure leaves files behind:
 * unpack into a temporary folder. Throws GraftError: `integrity` (no archive, damaged, a link), `diskFull`,
 * `cancelled`.
 */
export async function unpackWheel(request: UnpackRequest): Promise<UnpackedFile[]> {
  const zip = await openArchive(request.wheel);
  try {
    const entries = await listEntries(zip, request.pattern);
    const totalBytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    const report = byteReporter({ label: progressWords.unpackingWheel(), total: totalBytes, everyBytes }, request);
    const files: UnpackedFile[] = [];
    for (const entry of entries) files.push(await writeEntry(zip, entry, request, report));
    return files;
  } catch (error) {
    throw unpackError(error, request);
  } finally {
    zip.close();
  }
}

async function openArchive(wheel: string): Promise<ZipFile> {
  try {
    return await yauzl.openPromise(wheel, { lazyEntries: true, autoClose: false });
  } catch (error) {
    throw unpackError(error, { wheel });
  }
}

async function listEntries(zip: ZipFile, pattern: RegExp): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (pattern.test(entry.fileName)) entries.push(entry);
  }
  return entries;
}

async function writeEntry(
  zip: ZipFile,
  entry: Entry,
  request: UnpackRequest,
  report: (bytes: number) => void,
): Promise<UnpackedFile> {
  const mode = entry.externalFileAttributes >>> 16;
  if ((mode & fileTypeMask) === linkType) throw new Error(`${entry.fileName} is a link`);
  const path = join(request.intoDir, entry.fileName);
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  let crc = 0;
  const measure = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      crc = crc32(piece, crc);
      report(piece.length);
      done(null, piece);
    },
  });
  const executable = (mode & 0o111) !== 0;
  const output = createWriteStream(path, { flags: 'wx', mode: executable ? 0o755 : 0o644 });
  await pipeline(await zip.openReadStreamPromise(entry), measure, output, { signal: request.signal });
  if (crc !== entry.crc32) throw new Error(`the checksum of ${entry.fileName} differs`);
  return { path: entry.fileName, sizeBytes: entry.uncompressedSize, sha256: hash.digest('hex') };
}

function unpackError(
  error: unknown,
  { wheel, intoDir, signal }: Partial<UnpackRequest> & { readonly wheel: string },
): GraftError {
  if (signal?.aborted === true) return new GraftError('cancelled', runtimeFetchWords.cancelledUnpacking({ wheel }));
  const known = toGraftError(error);
  if (known.code === 'diskFull') {
    return new GraftError(
      'diskFull',
      runtimeFetchWords.diskFullUnpacking({ wheel }),
      { ...known.data, file: intoDir, remedy: fileWords.freeSpace() },
      error,
    );
  }
  if (known.code !== 'internal') return known;
  return new GraftError(
    'integrity',
    runtimeFetchWords.notIntact({ wheel, message: known.message }),
    { file: wheel, remedy: runtimeFetchWords.fetchAgain() },
    error,
  );
}
