/**
 * Writes GGUF version 3 in one pass: metadata, tensor table, aligned data, one tensor in memory at a time. Shapes are
 * row-major as everywhere else. Values have their type said, since programs that read GGUF refuse a number of another
 * width.
 */
import { GraftError } from '../contract/errors.ts';
import type { GgufField } from '../contract/families/family.ts';
import { writeFileAtomic } from './atomicFile.ts';
import type { GgufEncoding } from './ggufEncodings.ts';
import { safetensorsWords } from '../contract/words/safetensors.ts';

const magic = 'GGUF';
const version = 3;
const alignment = 32;
const stringType = 8;
const arrayType = 9;

interface ScalarType {
  readonly id: number;
  readonly size: number;
  readonly write: (view: DataView, at: number, value: number) => void;
}

const scalarTypes = {
  u32: { id: 4, size: 4, write: (view, at, value) => view.setUint32(at, value, true) },
  i32: { id: 5, size: 4, write: (view, at, value) => view.setInt32(at, value, true) },
  f32: { id: 6, size: 4, write: (view, at, value) => view.setFloat32(at, value, true) },
  bool: { id: 7, size: 1, write: (view, at, value) => view.setUint8(at, value) },
  u64: { id: 10, size: 8, write: (view, at, value) => view.setBigUint64(at, BigInt(value), true) },
} satisfies Record<string, ScalarType>;

type ScalarName = keyof typeof scalarTypes;

/** A metadata value. `stored`: type number and value as another file has them, byte for byte. */
export type GgufOutputField =
  | GgufField
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s' | 'f32s'; readonly value: readonly number[] }
  | { readonly type: 'stored'; readonly value: Uint8Array };

export interface GgufOutput {
  readonly name: string;
  readonly encoding: GgufEncoding;
  /** Row-major. */
  readonly shape: readonly number[];
  /** Called when its turn comes; float32, row-major. */
  readonly values: () => Float32Array | Promise<Float32Array>;
}

export interface GgufContent {
  /** In the order of the file. */
  readonly metadata: ReadonlyMap<string, GgufOutputField>;
  readonly tensors: readonly GgufOutput[];
}

/** Bytes of tensor data, padding included. */
export function ggufDataBytes(tensors: readonly Pick<GgufOutput, 'encoding' | 'shape'>[]): number {
  return tensors.reduce((sum, tensor) => sum + padded(tensorBytes(tensor)), 0);
}

/** Writes a file as a whole or not at all. `onTensor` is told after each; it may throw to stop, or wait. */
export async function writeGguf(
  path: string,
  { metadata, tensors }: GgufContent,
  onTensor?: (name: string) => void | Promise<void>,
): Promise<void> {
  const head = headOf({ metadata, tensors });
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield head;
    for (const tensor of tensors) {
      const data = tensor.encoding.encode(await tensor.values());
      assertSize(tensor, data);
      yield data;
      const rest = padded(data.byteLength) - data.byteLength;
      if (rest > 0) yield new Uint8Array(rest);
      await onTensor?.(tensor.name);
    }
  }
  await writeFileAtomic(path, pieces());
}

function headOf({ metadata, tensors }: GgufContent): Uint8Array {
  const bytes = new ByteList();
  bytes.add(Buffer.from(magic));
  bytes.scalar('u32', version);
  bytes.scalar('u64', tensors.length);
  bytes.scalar('u64', metadata.size);
  for (const [key, field] of metadata) {
    bytes.string(key);
    bytes.field(field);
  }
  let offset = 0;
  for (const { name, encoding, shape } of tensors) {
    bytes.string(name);
    bytes.scalar('u32', shape.length);
    for (const size of [...shape].reverse()) bytes.scalar('u64', size);
    bytes.scalar('u32', encoding.typeId);
    bytes.scalar('u64', offset);
    offset += padded(tensorBytes({ encoding, shape }));
  }
  bytes.add(new Uint8Array(padded(bytes.length) - bytes.length));
  return bytes.whole();
}

class ByteList {
  readonly #pieces: Uint8Array[] = [];
  length = 0;

  add(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.length += bytes.byteLength;
  }

  scalar(type: ScalarName, value: number): void {
    this.scalars(type, [value]);
  }

  scalars(type: ScalarName, values: readonly (number | boolean)[]): void {
    const { size, write }: ScalarType = scalarTypes[type];
    const bytes = new Uint8Array(size * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, index) => write(view, index * size, Number(value)));
    this.add(bytes);
  }

  string(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.scalar('u64', bytes.byteLength);
    this.add(bytes);
  }

  /** Type number and value. */
  field(field: GgufOutputField): void {
    switch (field.type) {
      case 'stored':
        return this.add(field.value);
      case 'string':
        this.scalar('u32', stringType);
        return this.string(field.value);
      case 'strings':
        this.scalars('u32', [arrayType, stringType]);
        this.scalar('u64', field.value.length);
        return field.value.forEach((text) => this.string(text));
      case 'i32s':
        return this.array('i32', field.value);
      case 'f32s':
        return this.array('f32', field.value);
      case 'bools':
        return this.array('bool', field.value);
      default:
        this.scalar('u32', scalarTypes[field.type].id);
        this.scalars(field.type, [field.value]);
    }
  }

  array(of: ScalarName, values: readonly (number | boolean)[]): void {
    this.scalars('u32', [arrayType, scalarTypes[of].id]);
    this.scalar('u64', values.length);
    this.scalars(of, values);
  }

  whole(): Uint8Array {
    return Buffer.concat(this.#pieces, this.length);
  }
}

function tensorBytes({ encoding, shape }: Pick<GgufOutput, 'encoding' | 'shape'>): number {
  return (shape.reduce((product, size) => product * size, 1) / encoding.blockSize) * encoding.blockBytes;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

function assertSize(tensor: GgufOutput, data: Uint8Array): void {
  const expected = tensorBytes(tensor);
  if (data.byteLength === expected) return;
  const shape = `[${tensor.shape.join(', ')}]`;
  const reason = safetensorsWords.wrongBytes({ name: tensor.name, shape, expected, bytes: data.byteLength });
  throw new GraftError('internal', reason, { field: tensor.name });
}
