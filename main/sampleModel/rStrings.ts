/**
 * The string vectors in an R package's lazy-load database (`Rdata.rdb`): zlib streams end to end, each after four bytes of
 * length, each one R object in XDR form (R Internals, §1.8). Only character vectors are read.
 */
import { inflateSync } from 'node:zlib';
import { GraftError } from '../contract/errors.ts';

const lengthBytes = 4;
const stringVector = 16;
const stringElement = 9;
const missing = -1;

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

class XdrReader {
  private position = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  int32(): number {
    this.position += 4;
    return this.bytes.readInt32BE(this.position - 4);
  }

  text(length: number): string {
    this.position += length;
    return this.bytes.toString('utf8', this.position - length, this.position);
  }
}

function readStringVector(bytes: Buffer): readonly string[] {
  const reader = new XdrReader(bytes);
  const format = reader.text(2);
  const version = reader.int32();
  if (format !== 'X\n' || version !== 3)
    throw new GraftError('invalid', `The R data is of format ${JSON.stringify(format)} version ${version}, not XDR version 3.`);
  reader.int32(); // R that wrote it
  reader.int32(); // oldest R that reads it
  reader.text(reader.int32()); // native encoding
  if ((reader.int32() & 0xff) !== stringVector) throw new GraftError('invalid', 'The R object is not a character vector.');
  return Array.from({ length: reader.int32() }, () => readString(reader));
}

function readString(reader: XdrReader): string {
  if ((reader.int32() & 0xff) !== stringElement) throw new GraftError('invalid', 'The R character vector holds something else than text.');
  const length = reader.int32();
  return length === missing ? '' : reader.text(length);
}

/** Every object of the database, in file order. Throws GraftError('invalid') for anything but character vectors. */
export function readRStringVectors(database: Buffer): readonly (readonly string[])[] {
  const vectors: (readonly string[])[] = [];
  let position = 0;
  while (position < database.length) {
    const rest = database.subarray(position + lengthBytes);
    const { buffer, engine } = inflateSync(rest, { info: true }) as unknown as Inflated;
    vectors.push(readStringVector(buffer));
    position += lengthBytes + engine.bytesWritten;
  }
  return vectors;
}
