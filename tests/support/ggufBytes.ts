/** Writes GGUF files field by field, right or wrong, for tests of the reader. */

interface Head {
  readonly magic?: string;
  readonly version?: number;
  readonly tensors?: number | bigint;
  readonly entries?: number | bigint;
}

interface TensorEntry {
  readonly name: string;
  /** Row-major. */
  readonly shape: readonly number[];
  readonly type: number;
  readonly offset: number;
}

export class GgufBytes {
  readonly #pieces: Buffer[] = [];

  constructor({ magic = 'GGUF', version = 3, tensors = 0, entries = 0 }: Head = {}) {
    this.#pieces.push(Buffer.from(magic));
    this.u32(version).u64(tensors).u64(entries);
  }

  u32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.#pieces.push(bytes);
    return this;
  }

  u64(value: number | bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    this.#pieces.push(bytes);
    return this;
  }

  string(text: string): this {
    const bytes = Buffer.from(text);
    this.u64(bytes.byteLength).#pieces.push(bytes);
    return this;
  }

  entry(key: string, type: number, value: readonly number[]): this {
    this.string(key).u32(type).#pieces.push(Buffer.from(value));
    return this;
  }

  stringEntry(key: string, value: string): this {
    return this.string(key).u32(8).string(value);
  }

  u32Entry(key: string, value: number): this {
    return this.string(key).u32(4).u32(value);
  }

  tensor({ name, shape, type, offset }: TensorEntry): this {
    this.string(name).u32(shape.length);
    for (const size of [...shape].reverse()) this.u64(size);
    return this.u32(type).u64(offset);
  }

  toBytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#pieces));
  }

  /** The head padded to 32 bytes, and so many zero bytes of tensor data. */
  data(sizeBytes: number): Uint8Array {
    const head = this.toBytes();
    const bytes = new Uint8Array(Math.ceil(head.byteLength / 32) * 32 + sizeBytes);
    bytes.set(head);
    return bytes;
  }
}
