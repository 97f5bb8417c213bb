/**
 * Reading pieces of a file at given places: into fresh memory, on which typed views of any width fit, or into the
 * caller's.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { fileWords } from '../contract/words/files.ts';

export interface ByteRanges {
  /** For messages: a path, or what the bytes in memory are called. */
  readonly label: string;
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `offset`; throws GraftError('invalid') where the data ends before. */
  readonly read: (offset: number, length: number) => Uint8Array;
  /** Fills `target` from `offset`; throws like `read`. */
  readonly readInto: (offset: number, target: Uint8Array) => void;
  close(): void;
}

/** Opens a regular file (or a link to one). Throws GraftError. */
export function openFileRanges(path: string): ByteRanges {
  const fd = openForReading(path);
  const stats = fstatSync(fd);
  if (!stats.isFile()) {
    closeSync(fd);
    throw new GraftError('invalid', fileWords.notAFile({ file: path }), { file: path, remedy: fileWords.giveFile() });
  }
  const readInto = (offset: number, target: Uint8Array): void => {
    const { length } = target;
    if (offset + length > stats.size) throw endsBefore(path, offset + length);
    for (let done = 0; done < length;) {
      // One call returns at most 2 GiB, and may return less than asked.
      const count = readSync(fd, target, done, Math.min(length - done, 2 ** 30), offset + done);
      if (count === 0) throw endsBefore(path, offset + length);
      done += count;
    }
  };
  const read = (offset: number, length: number): Uint8Array => {
    if (offset + length > stats.size) throw endsBefore(path, offset + length); // before memory is taken for it
    const bytes = new Uint8Array(length);
    readInto(offset, bytes);
    return bytes;
  };
  return { label: path, sizeBytes: stats.size, read, readInto, close: () => closeSync(fd) };
}

/** The same over bytes in memory. */
export function memoryRanges(bytes: Uint8Array, label: string): ByteRanges {
  const read = (offset: number, length: number): Uint8Array => {
    if (offset + length > bytes.byteLength) throw endsBefore(label, offset + length);
    return new Uint8Array(bytes.subarray(offset, offset + length));
  };
  const readInto = (offset: number, target: Uint8Array): void => {
    if (offset + target.length > bytes.byteLength) throw endsBefore(label, offset + target.length);
    target.set(bytes.subarray(offset, offset + target.length));
  };
  return { label, sizeBytes: bytes.byteLength, read, readInto, close: () => undefined };
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw toGraftError(error);
  }
}

function endsBefore(file: string, position: number): GraftError {
  return new GraftError('invalid', fileWords.endsBefore({ file, position }), {
    file,
    remedy: fileWords.fetchOrCopyAgain(),
  });
}
