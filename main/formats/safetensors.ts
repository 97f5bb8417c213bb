/**
 * The safetensors container: a header (safetensorsHeader.ts), then the tensors' bytes. Read by range, written in one
 * pass, byte for byte as the reference library writes.
 */
import { GraftError } from '../contract/errors.ts';
import { writeFileAtomic } from './atomicFile.ts';
import { memoryRanges, openFileRanges } from './fileRange.ts';
import type { ByteRanges } from './fileRange.ts';
import { bfloat16ToFloat32, float16ToFloat32 } from './floats.ts';
import { dtypeOrder, dtypeSizes, readHeader } from './safetensorsHeader.ts';
import type { SafetensorsDtype, SafetensorsHeader } from './safetensorsHeader.ts';
import { Scratch } from './scratch.ts';
import { tensorBytes } from './tensorBytes.ts';
import { safetensorsWords as words } from '../contract/words/safetensors.ts';

const floatDtypes: readonly SafetensorsDtype[] = ['F32', 'F16', 'BF16', 'F64'];
export interface SafetensorsTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Raw little-endian bytes of `dtype`, row-major. */
  readonly data: Uint8Array;
}

/** A tensor to write; a function is called only when its turn comes, so that not all need to be in memory. */
export interface SafetensorsOutput {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array | (() => Uint8Array | Promise<Uint8Array>);
}

export interface ParsedSafetensors {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
}

/** An open file. Reads return fresh, aligned memory. */
export interface SafetensorsFile extends SafetensorsHeader {
  readonly path: string;
  /** Throws GraftError('notFound') for a name that is not in the file. */
  readBytes(name: string): Uint8Array;
  /** F32, F16, BF16 or F64 as float32; other dtypes throw GraftError('unsupported'). */
  readFloat32(name: string): Float32Array;
  /**
   * `count` elements from element `from` on: BF16 as its bits, the rest as readFloat32; in memory that the next call
   * uses again.
   */
  readPart(name: string, from: number, count: number): Float32Array | Uint16Array;
  close(): void;
}

/** Opens and checks a file; all that is wrong with its header comes in one GraftError naming file and tensors. */
export function openSafetensors(path: string): SafetensorsFile {
  const ranges = openFileRanges(path);
  try {
    return openFile(ranges, readHeader(ranges));
  } catch (error) {
    ranges.close();
    throw error;
  }
}

/** The same for bytes in memory; `label` stands for the file name in messages. Tensor data is copied. */
export function parseSafetensors(bytes: Uint8Array, label = 'safetensors data'): ParsedSafetensors {
  const ranges = memoryRanges(bytes, label);
  const { metadata, tensors } = readHeader(ranges);
  const parsed = new Map<string, SafetensorsTensor>();
  for (const [name, { dtype, shape, offset, sizeBytes }] of tensors)
    parsed.set(name, { dtype, shape, data: ranges.read(offset, sizeBytes) });
  return { metadata, tensors: parsed };
}

/** Writes a file as a whole or not at all; tensors are written one after the other. */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, SafetensorsOutput>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Promise<void> {
  const { headerBytes, ordered } = layOut(tensors, metadata);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield headerBytes;
    for (const [name, tensor] of ordered) {
      const data = typeof tensor.data === 'function' ? await tensor.data() : tensor.data;
      assertSize(name, tensor, data);
      yield data;
    }
  }
  await writeFileAtomic(path, pieces());
}

/** The bytes of a file, in memory. */
export function serializeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array {
  const { headerBytes, ordered, dataBytes } = layOut(tensors, metadata);
  const result = new Uint8Array(headerBytes.byteLength + dataBytes);
  result.set(headerBytes);
  let offset = headerBytes.byteLength;
  for (const [name, tensor] of ordered) {
    assertSize(name, tensor, tensor.data);
    result.set(tensor.data, offset);
    offset += tensor.data.byteLength;
  }
  return result;
}

/**
 * Little-endian bytes of a float dtype to float32. `data` must start at a multiple of its element size. F32 is a view
 * on them, the rest is written to `result`.
 */
export function floatsFromBytes(dtype: SafetensorsDtype, data: Uint8Array, result?: Float32Array): Float32Array {
  const { buffer, byteOffset, byteLength } = data;
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (dtype === 'F64') return narrowed(new Float64Array(buffer, byteOffset, byteLength / 8), result);
  const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
  return dtype === 'BF16' ? bfloat16ToFloat32(halves, result) : float16ToFloat32(halves, result);
}

function narrowed(values: Float64Array, result: Float32Array = new Float32Array(values.length)): Float32Array {
  result.set(values);
  return result;
}

/** Whether values of this dtype are real numbers that can become float32. */
export function isFloatDtype(dtype: SafetensorsDtype): boolean {
  return floatDtypes.includes(dtype);
}

function openFile(ranges: ByteRanges, header: SafetensorsHeader): SafetensorsFile {
  const path = ranges.label;
  const { getInfo, readBytes, readPart: readByteRange } = tensorBytes(ranges, header.tensors);
  const floatDtype = (name: string): SafetensorsDtype => {
    const { dtype } = getInfo(name);
    if (isFloatDtype(dtype)) return dtype;
    throw new GraftError('unsupported', words.notFloats({ file: path, name, dtype }), { file: path, field: name });
  };
  const readFloat32 = (name: string): Float32Array => floatsFromBytes(floatDtype(name), readBytes(name));
  const scratch = new Scratch();
  const readPart = (name: string, from: number, count: number): Float32Array | Uint16Array => {
    const dtype = floatDtype(name);
    const bytes = readByteRange(name, from * dtypeSizes[dtype], count * dtypeSizes[dtype]);
    if (dtype === 'BF16') return new Uint16Array(bytes.buffer, 0, count);
    return floatsFromBytes(dtype, bytes, dtype === 'F32' ? undefined : scratch.floats(count));
  };
  return { path, ...header, readBytes, readFloat32, readPart, close: () => ranges.close() };
}

/** Widest dtype first, then by name, header padded with spaces to eight bytes: as the reference library writes. */
function layOut<T extends SafetensorsOutput>(
  tensors: ReadonlyMap<string, T>,
  metadata: Readonly<Record<string, string>>,
) {
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) => dtypeOrder.indexOf(a.dtype) - dtypeOrder.indexOf(b.dtype) || compareBytes(nameA, nameB),
  );
  const parts: string[] = [];
  if (Object.keys(metadata).length > 0) parts.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let dataBytes = 0;
  for (const [name, { dtype, shape }] of ordered) {
    if (name === '__metadata__') throw new GraftError('invalid', words.reservedName(), { field: name });
    const end = dataBytes + shape.reduce((product, size) => product * size, dtypeSizes[dtype]);
    parts.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [dataBytes, end] })}`);
    dataBytes = end;
  }
  const json = Buffer.from(`{${parts.join(',')}}`, 'utf8');
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const headerBytes = new Uint8Array(8 + padded).fill(0x20);
  new DataView(headerBytes.buffer).setBigUint64(0, BigInt(padded), true);
  headerBytes.set(json, 8);
  return { headerBytes, ordered, dataBytes };
}

function assertSize(name: string, { dtype, shape }: SafetensorsOutput, data: Uint8Array): void {
  const expected = shape.reduce((product, size) => product * size, dtypeSizes[dtype]);
  if (data.byteLength === expected) return;
  throw new GraftError(
    'internal',
    words.wrongBytes({ name, shape: `[${shape.join(', ')}] ${dtype}`, expected, bytes: data.byteLength }),
    {
      field: name,
    },
  );
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
