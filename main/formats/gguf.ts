/**
 * The GGUF container, versions 2 and 3: metadata, tensor table, aligned tensor data. Shapes are given row-major as
 * everywhere else; the file stores dimensions fastest first. The table is checked against the file before anything is
 * read.
 */
import { GraftError, type Problem, problemOf } from '../contract/errors.ts';
import { problemList } from '../contract/problemList.ts';
import { memoryRanges, openFileRanges } from './fileRange.ts';
import type { ByteRanges } from './fileRange.ts';
import { GgufCursor } from './ggufCursor.ts';
import type { GgufValue } from './ggufCursor.ts';
import { ggufTypes, readableGgufTypes } from './ggufQuants.ts';
import type { GgufType } from './ggufQuants.ts';
import { Scratch } from './scratch.ts';
import { tensorBytes } from './tensorBytes.ts';
import { ggufWords as words } from '../contract/words/gguf.ts';
import { type Said, isSaid } from '../contract/words/words.ts';

export type { GgufValue } from './ggufCursor.ts';

const magic = 0x46554747; // 'GGUF', little-endian
const defaultAlignment = 32;
const maxAlignment = 1 << 20;
const maxDimensions = 4;
const smallestEntryBytes = 13; // key length, value type, one byte
const smallestTensorBytes = 24; // name length, dimension count, type, offset

export interface GgufTensorInfo {
  readonly name: string;
  readonly type: GgufType;
  /** Row-major, as in PyTorch. */
  readonly shape: readonly number[];
  /** From the start of the file, in bytes. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface GgufFile {
  readonly path: string;
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensorInfo>;
  /** Type number and value of a metadata entry as stored, for writing it again. Throws GraftError('notFound'). */
  readStored(key: string): Uint8Array;
  /** As stored, still quantised. Throws GraftError('notFound'). */
  readBytes(name: string): Uint8Array;
  /** Dequantised. Throws GraftError('unsupported') naming tensor and type for types that are not read. */
  readFloat32(name: string): Float32Array;
  /**
   * `count` elements from element `from` on, whole blocks both; BF16 as its bits. In memory that the next call uses
   * again.
   */
  readPart(name: string, from: number, count: number): Float32Array | Uint16Array;
  /** The bytes of the same, still quantised; in memory that the next call uses again. */
  readPartBytes(name: string, from: number, count: number): Uint8Array;
  close(): void;
}

/** Opens and checks a file. Throws GraftError naming the file and what in it does not hold. */
export function openGguf(path: string): GgufFile {
  const ranges = openFileRanges(path);
  try {
    return readGguf(ranges);
  } catch (error) {
    ranges.close();
    throw error;
  }
}

/** The same for bytes in memory; `label` stands for the file name in messages. */
export function parseGguf(bytes: Uint8Array, label = 'GGUF data'): GgufFile {
  return readGguf(memoryRanges(bytes, label));
}

function readGguf(ranges: ByteRanges): GgufFile {
  const cursor = new GgufCursor(ranges);
  const version = readVersion(cursor, ranges.label);
  const tensorCount = cursor.count(words.tensorCount, smallestTensorBytes);
  const entryCount = cursor.count(words.metadataCount, smallestEntryBytes);
  const { metadata, places } = readMetadata(cursor, entryCount);
  const table = readTensorTable(cursor, tensorCount);
  const dataOffset = alignUp(cursor.position, readAlignment(metadata, cursor));
  const tensors = placeTensors(table, { dataOffset, alignment: readAlignment(metadata, cursor), ranges });
  return openFile(ranges, places, { version, metadata, tensors });
}

function openFile(
  ranges: ByteRanges,
  places: ReadonlyMap<string, ValuePlace>,
  head: Pick<GgufFile, 'version' | 'metadata' | 'tensors'>,
): GgufFile {
  const path = ranges.label;
  const { getInfo, readBytes, readPart: readByteRange } = tensorBytes(ranges, head.tensors);
  const decoderOf = (name: string): NonNullable<GgufType['decode']> => {
    const { type } = getInfo(name);
    if (type.decode) return type.decode;
    throw unreadableType(path, [problemOf(name, words.storedAs({ type: type.name }))]);
  };
  const readFloat32 = (name: string): Float32Array =>
    decoderOf(name)(readBytes(name), elementCount(getInfo(name).shape));
  const scratch = new Scratch();
  const readPartBytes = (name: string, from: number, count: number): Uint8Array => {
    const { type } = getInfo(name);
    const byteOf = (element: number): number => (element / type.blockSize) * type.blockBytes;
    return readByteRange(name, byteOf(from), byteOf(count));
  };
  const readPart = (name: string, from: number, count: number): Float32Array | Uint16Array => {
    const { type } = getInfo(name);
    const decode = decoderOf(name);
    const bytes = readPartBytes(name, from, count);
    if (type.name === 'BF16') return new Uint16Array(bytes.buffer, 0, count);
    return decode(bytes, count, type.name === 'F32' ? undefined : scratch.floats(count));
  };
  const readStored = (key: string): Uint8Array => {
    const place = places.get(key);
    if (place) return ranges.read(place.offset, place.sizeBytes);
    throw new GraftError('notFound', words.noEntry({ file: path, name: key }), { file: path, field: key });
  };
  return { path, ...head, readStored, readBytes, readFloat32, readPart, readPartBytes, close: () => ranges.close() };
}

/** Of type number and value, in bytes from the start of the file. */
interface ValuePlace {
  readonly offset: number;
  readonly sizeBytes: number;
}

function readVersion(cursor: GgufCursor, file: string): number {
  if (cursor.uint32(words.magic) !== magic) throw cursor.error(words.noMagic());
  const version = cursor.uint32(words.version);
  if (version === 2 || version === 3) return version;
  const reason = (version & 0xffff) === 0 ? words.bigEndian({ file }) : words.otherVersion({ file, version });
  throw new GraftError('unsupported', reason, { file, field: 'version', remedy: words.convertAgain() });
}

function readMetadata(cursor: GgufCursor, count: number) {
  const metadata = new Map<string, GgufValue>();
  const places = new Map<string, ValuePlace>();
  for (let i = 0; i < count; i++) {
    const key = cursor.string(() => words.metadataKey({ number: i + 1 }));
    if (metadata.has(key)) throw cursor.error(words.keyTwice({ name: key }), key);
    const offset = cursor.position;
    metadata.set(
      key,
      cursor.value(
        cursor.uint32(() => words.valueTypeOf({ name: key })),
        key,
      ),
    );
    places.set(key, { offset, sizeBytes: cursor.position - offset });
  }
  return { metadata, places };
}

interface TableEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly typeId: number;
  /** From the start of the data. */
  readonly offset: number;
}

function readTensorTable(cursor: GgufCursor, count: number): TableEntry[] {
  const table = new Map<string, TableEntry>();
  for (let i = 0; i < count; i++) {
    const name = cursor.string(() => words.tensorName({ number: i + 1 }));
    if (table.has(name)) throw cursor.error(words.tensorTwice({ name }), name);
    const dimensions = cursor.uint32(() => words.dimensionCountOf({ name }));
    if (dimensions > maxDimensions) throw cursor.error(words.dimensions({ name, count: dimensions }), name);
    const shape = Array.from({ length: dimensions }, () => cursor.size(() => words.dimensionOf({ name }))).reverse();
    table.set(name, {
      name,
      shape,
      typeId: cursor.uint32(() => words.typeOf({ name })),
      offset: cursor.size(() => words.offsetOf({ name })),
    });
  }
  return [...table.values()];
}

function readAlignment(metadata: ReadonlyMap<string, GgufValue>, cursor: GgufCursor): number {
  const alignment = metadata.get('general.alignment') ?? defaultAlignment;
  const isPowerOfTwo =
    typeof alignment === 'number' &&
    alignment > 0 &&
    alignment <= maxAlignment &&
    Number.isInteger(Math.log2(alignment));
  if (!isPowerOfTwo) throw cursor.error(words.alignment(), 'general.alignment');
  return alignment;
}

interface DataArea {
  readonly dataOffset: number;
  readonly alignment: number;
  readonly ranges: ByteRanges;
}

/** Every entry against the file, all problems at once; types that nobody knows are told apart from damage. */
function placeTensors(table: readonly TableEntry[], area: DataArea): Map<string, GgufTensorInfo> {
  const unknown: Problem[] = [];
  const problems: Problem[] = [];
  const tensors = new Map<string, GgufTensorInfo>();
  for (const entry of table) {
    const type = ggufTypes.get(entry.typeId);
    if (!type) {
      unknown.push(problemOf(entry.name, words.unknownType({ type: entry.typeId })));
      continue;
    }
    const info = placeTensor(entry, type, area);
    if (isSaid(info)) problems.push(problemOf(entry.name, info));
    else tensors.set(entry.name, info);
  }
  problems.push(...findOverlaps([...tensors.values()]));
  const file = area.ranges.label;
  if (problems.length > 0) throw tableError(file, problems);
  if (unknown.length > 0) throw unreadableType(file, unknown);
  return tensors;
}

function placeTensor(
  { name, shape, offset }: TableEntry,
  type: GgufType,
  { dataOffset, alignment, ranges }: DataArea,
): GgufTensorInfo | Said {
  const rowLength = shape.at(-1) ?? 1;
  if (rowLength % type.blockSize !== 0)
    return words.rows({ length: rowLength, type: type.name, block: type.blockSize });
  if (offset % alignment !== 0) return words.start({ offset, alignment });
  const sizeBytes = (elementCount(shape) / type.blockSize) * type.blockBytes;
  if (sizeBytes > ranges.sizeBytes || dataOffset + offset + sizeBytes > ranges.sizeBytes) {
    const end = dataOffset + offset + sizeBytes;
    return words.end({ shape: shape.join(', '), type: type.name, end, bytes: ranges.sizeBytes });
  }
  return { name, type, shape, offset: dataOffset + offset, sizeBytes };
}

function findOverlaps(tensors: readonly GgufTensorInfo[]): Problem[] {
  const problems: Problem[] = [];
  let end = 0;
  for (const { name, offset, sizeBytes } of [...tensors].sort(
    (a, b) => a.offset - b.offset || a.sizeBytes - b.sizeBytes,
  )) {
    if (sizeBytes > 0 && offset < end) problems.push(problemOf(name, words.overlaps()));
    end = Math.max(end, offset + sizeBytes);
  }
  return problems;
}

function tableError(file: string, problems: readonly Problem[]): GraftError {
  return new GraftError('invalid', words.table({ file, problems: problemList(problems, 3) }), {
    file,
    field: problems[0]?.field,
    problems: problems.slice(0, 100),
    remedy: words.fetchAgain(),
  });
}

function unreadableType(file: string, problems: readonly Problem[]): GraftError {
  return new GraftError('unsupported', words.typeNotRead({ file, problems: problemList(problems, 3) }), {
    file,
    field: problems[0]?.field,
    problems: problems.slice(0, 100),
    remedy: words.takeReadable({ types: readableGgufTypes().join(', ') }),
  });
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function alignUp(position: number, alignment: number): number {
  return Math.ceil(position / alignment) * alignment;
}
