/**
 * Reads the head of a GGUF file in order, through a window of fixed size. Nothing is allocated on the word of the file:
 * every length is first compared with the bytes that are left, and with a limit no real model comes near.
 */
import { GraftError } from '../contract/errors.ts';
import type { ByteRanges } from './fileRange.ts';
import { ggufWords as words } from '../contract/words/gguf.ts';
import type { Said } from '../contract/words/words.ts';

/** What is read, for messages: a name of the file, or what to call it, made when it is needed. */
export type Place = string | (() => Said);

export type GgufValue = string | number | bigint | boolean | readonly GgufValue[];

const windowBytes = 1 << 20;
const maxStringBytes = 1 << 26;
const maxArrayLength = 1 << 24;
const maxArrayDepth = 4;
const stringType = 8;
const arrayType = 9;

interface ScalarType {
  readonly size: number;
  readonly read: (view: DataView, at: number) => number | bigint | boolean;
}

/** Scalar value types by their number; 8 is a string, 9 an array. 64-bit integers stay numbers while they are exact. */
const scalarTypes: ReadonlyMap<number, ScalarType> = new Map<number, ScalarType>([
  [0, { size: 1, read: (view, at) => view.getUint8(at) }],
  [1, { size: 1, read: (view, at) => view.getInt8(at) }],
  [2, { size: 2, read: (view, at) => view.getUint16(at, true) }],
  [3, { size: 2, read: (view, at) => view.getInt16(at, true) }],
  [4, { size: 4, read: (view, at) => view.getUint32(at, true) }],
  [5, { size: 4, read: (view, at) => view.getInt32(at, true) }],
  [6, { size: 4, read: (view, at) => view.getFloat32(at, true) }],
  [7, { size: 1, read: (view, at) => view.getUint8(at) !== 0 }],
  [10, { size: 8, read: (view, at) => exactNumber(view.getBigUint64(at, true)) }],
  [11, { size: 8, read: (view, at) => exactNumber(view.getBigInt64(at, true)) }],
  [12, { size: 8, read: (view, at) => view.getFloat64(at, true) }],
]);

export class GgufCursor {
  readonly #ranges: ByteRanges;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;
  #position = 0;

  constructor(ranges: ByteRanges) {
    this.#ranges = ranges;
  }

  get position(): number {
    return this.#position;
  }

  get bytesLeft(): number {
    return this.#ranges.sizeBytes - this.#position;
  }

  uint32(what: Place): number {
    return this.#take(4, what).readUInt32LE();
  }

  /** A 64-bit length or offset; more than the file could hold is an error here already. */
  size(what: Place): number {
    const value = this.#take(8, what).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw this.error(words.is({ what: saidOf(what), value: String(value) }));
    return Number(value);
  }

  /** How many things follow, each of at least `minBytes`. */
  count(what: Place, minBytes: number): number {
    const count = this.size(what);
    if (count * minBytes > this.bytesLeft) throw this.error(words.tooMany({ what: saidOf(what), count }));
    return count;
  }

  /** Length and UTF-8 bytes. Bytes that are no UTF-8 become U+FFFD: vocabularies hold pieces of characters. */
  string(what: Place): string {
    const length = this.count(() => words.lengthOf({ name: saidOf(what) }), 1);
    if (length > maxStringBytes) throw this.error(words.bytesLong({ what: saidOf(what), count: length }));
    return this.#take(length, what).toString('utf8');
  }

  value(type: number, what: Place, depth = 0): GgufValue {
    if (type === stringType) return this.string(what);
    if (type === arrayType) return this.#array(what, depth);
    const scalar = this.#scalar(type, what);
    const bytes = this.#take(scalar.size, what);
    return scalar.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  }

  error(why: Said, field?: string): GraftError {
    const file = this.#ranges.label;
    const reason = words.notWhole({ file, why, position: this.#position });
    return new GraftError('invalid', reason, { file, field, remedy: words.fetchAgain() });
  }

  #array(what: Place, depth: number): readonly GgufValue[] {
    if (depth >= maxArrayDepth) throw this.error(words.nested({ what: saidOf(what), most: maxArrayDepth }));
    const type = this.uint32(() => words.elementTypeOf({ name: saidOf(what) }));
    const nested = type === stringType || type === arrayType;
    const count = this.count(() => words.lengthOf({ name: saidOf(what) }), nested ? 8 : this.#scalar(type, what).size);
    if (count > maxArrayLength) throw this.error(words.elements({ what: saidOf(what), count }));
    const values: GgufValue[] = [];
    for (let i = 0; i < count; i++) values.push(this.value(type, what, depth + 1));
    return values;
  }

  #scalar(type: number, what: Place): ScalarType {
    const scalar = scalarTypes.get(type);
    if (!scalar)
      throw this.error(words.valueType({ what: saidOf(what), type }), typeof what === 'string' ? what : undefined);
    return scalar;
  }

  /** The next bytes; valid until the next call. */
  #take(length: number, what: Place): Buffer {
    if (length > this.bytesLeft) throw this.error(words.endsInside({ what: saidOf(what) }));
    const end = this.#windowStart + this.#window.byteLength;
    if (this.#position + length > end) {
      const wanted = Math.min(Math.max(length, windowBytes), this.bytesLeft);
      this.#window = Buffer.from(this.#ranges.read(this.#position, wanted).buffer);
      this.#windowStart = this.#position;
    }
    const from = this.#position - this.#windowStart;
    this.#position += length;
    return this.#window.subarray(from, from + length);
  }
}

function exactNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function saidOf(what: Place): string | Said {
  return typeof what === 'string' ? what : what();
}
