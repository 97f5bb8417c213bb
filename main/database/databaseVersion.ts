/**
 * Reads a database's `user_version` from its bytes, without SQLite: opening a WAL database, even read-only, creates
 * files beside it, and a newer Graft's data must stay untouched. The newest page 1 may still be in the WAL, so that is
 * read too. Formats: https://www.sqlite.org/fileformat2.html §1.3 and §4.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { GraftError } from '../contract/errors.ts';
import { databaseWords } from '../contract/words/database.ts';

const headerBytes = 100;
const userVersionOffset = 60;
const magic = 'SQLite format 3\0';
const walHeaderBytes = 32;
const walFrameHeaderBytes = 24;

/**
 * `undefined` where there is no database yet (no file, or an empty one). Throws GraftError('integrity') when the file
 * is not a SQLite database. Must not be called while this process has the file open: closing any descriptor of a file
 * drops the POSIX locks that the process holds on it.
 */
export function readDatabaseVersion(file: string): number | undefined {
  const header = readHead(file, headerBytes);
  if (header === undefined || header.length === 0) return undefined;
  if (header.length < headerBytes || header.toString('latin1', 0, 16) !== magic) {
    throw new GraftError('integrity', databaseWords.noDatabase({ file }), { file });
  }
  return versionInWal(`${file}-wal`) ?? header.readInt32BE(userVersionOffset);
}

function readHead(file: string, length: number): Buffer | undefined {
  if (!existsSync(file)) return undefined;
  const descriptor = openSync(file, 'r');
  try {
    return readAt(descriptor, 0, length);
  } finally {
    closeSync(descriptor);
  }
}

function readAt(descriptor: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
}

/** The version in the last committed copy of page 1 in the WAL; `undefined` when it holds none. */
function versionInWal(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const descriptor = openSync(file, 'r');
  try {
    return scanFrames(descriptor, fstatSync(descriptor).size);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Frames whose salts differ are left-overs of an earlier WAL and end the scan; a page counts once its transaction
 * committed.
 */
function scanFrames(descriptor: number, sizeBytes: number): number | undefined {
  const header = readAt(descriptor, 0, walHeaderBytes);
  if (header.length < walHeaderBytes) return undefined;
  const pageBytes = header.readUInt32BE(8);
  if (pageBytes < 512 || pageBytes > 65_536) return undefined;
  const salts = header.subarray(16, 24);
  let pending: number | undefined;
  let committed: number | undefined;
  for (
    let at = walHeaderBytes;
    at + walFrameHeaderBytes + pageBytes <= sizeBytes;
    at += walFrameHeaderBytes + pageBytes
  ) {
    const frame = readAt(descriptor, at, walFrameHeaderBytes);
    if (frame.length < walFrameHeaderBytes || !frame.subarray(8, 16).equals(salts)) break;
    if (frame.readUInt32BE(0) === 1)
      pending = readAt(descriptor, at + walFrameHeaderBytes, headerBytes).readInt32BE(userVersionOffset);
    if (frame.readUInt32BE(4) !== 0) committed = pending;
  }
  return committed;
}
