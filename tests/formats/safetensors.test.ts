import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  openSafetensors,
  parseSafetensors,
  serializeSafetensors,
  writeSafetensors,
} from '../../main/formats/safetensors.ts';
import type { SafetensorsTensor } from '../../main/formats/safetensors.ts';
import type { SafetensorsDtype } from '../../main/formats/safetensorsHeader.ts';
import { graftErrorOf, graftErrorOfAsync, parsesOrRefuses } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures');
const sizes = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, I16: 2, I8: 1, U8: 1, BOOL: 1 } satisfies Partial<
  Record<SafetensorsDtype, number>
>;

const tensor = fc
  .record({
    dtype: fc.constantFrom<keyof typeof sizes>('F64', 'I64', 'F32', 'I32', 'F16', 'BF16', 'I16', 'I8', 'U8', 'BOOL'),
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
  })
  .chain(({ dtype, shape }) => {
    const length = shape.reduce((product, size) => product * size, sizes[dtype]);
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((data): SafetensorsTensor => ({ dtype, shape, data }));
  });
const tensors = fc
  .uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), tensor), { selector: ([name]) => name, maxLength: 6 })
  .map((entries) => new Map(entries.filter(([name]) => name !== '__metadata__')));

/** A file with this header and so many bytes of data. */
function file(header: unknown, dataBytes: number): Uint8Array {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  const bytes = Buffer.from(json);
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(bytes.byteLength));
  return new Uint8Array(Buffer.concat([head, bytes, Buffer.alloc(dataBytes)]));
}

describe('write and read', () => {
  it('gives back every tensor, name and metadata', () => {
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (written, metadata) => {
        const read = parseSafetensors(serializeSafetensors(written, metadata));
        expect(new Map([...read.tensors].sort())).toEqual(new Map([...written].sort()));
        expect(read.metadata).toEqual(Object.fromEntries(Object.entries(metadata)));
      }),
    );
  });

  it('is byte for byte what the reference library writes', () => {
    for (const name of ['tiny_llama_base/model', 'lora_r4_a8/adapter_model', 'vblora_topk3_i16/adapter_model']) {
      const bytes = new Uint8Array(readFileSync(join(fixtures, `${name}.safetensors`)));
      const { tensors: read, metadata } = parseSafetensors(bytes);
      expect(Buffer.compare(serializeSafetensors(read, metadata), bytes)).toBe(0);
    }
  });

  it('writes files in one pass, calling lazy tensors in their turn, and reads them by range', async () => {
    const path = join(temporaryDir(), 'x.safetensors');
    const order: string[] = [];
    const lazy = (name: string, value: number) => (): Uint8Array => {
      order.push(name);
      return new Uint8Array(Float32Array.of(value, -value).buffer);
    };
    const shape = [2];
    await writeSafetensors(
      path,
      new Map([
        ['b', { dtype: 'F32' as const, shape, data: lazy('b', 2) }],
        ['a', { dtype: 'F32' as const, shape, data: lazy('a', 1) }],
      ]),
    );
    expect(order).toEqual(['a', 'b']);
    const opened = openSafetensors(path);
    expect([...opened.readFloat32('b')]).toEqual([2, -2]);
    expect(opened.metadata).toEqual({ format: 'pt' });
    expect(graftErrorOf(() => opened.readBytes('c')).code).toBe('notFound');
    opened.close();
  });

  it('leaves nothing behind when a tensor has not the size of its shape', async () => {
    const dir = temporaryDir();
    const wrong = new Map([['w', { dtype: 'F32' as const, shape: [3], data: new Uint8Array(8) }]]);
    await graftErrorOfAsync(() => writeSafetensors(join(dir, 'x'), wrong));
    expect(readdirSync(dir)).toEqual([]);
  });

  it('widens F16, BF16 and F64, and refuses integers as floats', async () => {
    const path = join(temporaryDir(), 'x');
    const half = (bits: number): Uint8Array => new Uint8Array(Uint16Array.of(bits).buffer);
    await writeSafetensors(
      path,
      new Map([
        ['f16', { dtype: 'F16' as const, shape: [1], data: half(0x3e00) }],
        ['bf16', { dtype: 'BF16' as const, shape: [1], data: half(0x3fc0) }],
        ['f64', { dtype: 'F64' as const, shape: [], data: new Uint8Array(Float64Array.of(1.5).buffer) }],
        ['u8', { dtype: 'U8' as const, shape: [1], data: Uint8Array.of(1) }],
      ]),
    );
    const opened = openSafetensors(path);
    for (const name of ['f16', 'bf16', 'f64']) expect([...opened.readFloat32(name)]).toEqual([1.5]);
    expect(graftErrorOf(() => opened.readFloat32('u8'))).toMatchObject({ code: 'unsupported', data: { field: 'u8' } });
    opened.close();
  });
});

describe('lying headers', () => {
  const f32 = (shape: readonly number[], begin: number, end: number): object => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });
  it.each([
    ['a shape that is not its bytes', file({ w: f32([3], 0, 8) }, 8), 'w', '12 bytes'],
    ['a tensor past the end', file({ w: f32([4], 0, 16) }, 12), 'w', 'cut off'],
    ['an overlap', file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12), 'b', 'overlaps'],
    ['a hole', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), 'b', '4 bytes after'],
    ['bytes of nobody at the end', file({ a: f32([1], 0, 4) }, 9), 'file', '5 bytes at the end'],
    ['an unknown dtype', file({ w: { dtype: 'F99', shape: [1], data_offsets: [0, 1] } }, 1), 'w', 'F99'],
    ['offsets the wrong way round', file({ w: f32([], 4, 0) }, 4), 'w', 'give -4'],
    ['a negative dimension', file({ w: f32([-1], 0, 4) }, 4), 'w', 'not a list of sizes'],
    ['sizes whose product overflows', file({ w: f32([2 ** 40, 2 ** 40], 0, 0) }, 0), 'w', 'takes'],
    [
      'a dtype of Object.prototype',
      file({ w: { dtype: 'toString', shape: [], data_offsets: [0, 0] } }, 0),
      'w',
      'toString',
    ],
    ['metadata that is not text', file({ __metadata__: { a: 1 } }, 0), '__metadata__', 'text to text'],
  ])('%s', (_case, bytes, field, message) => {
    const error = graftErrorOf(() => parseSafetensors(bytes, 'w.safetensors'));
    expect(error).toMatchObject({ code: 'invalid', data: { file: 'w.safetensors', field } });
    expect(error.message).toContain(message);
    expect(error.data.remedy).toBeTruthy();
  });

  it('a tensor twice', () => {
    const twice = `{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}`;
    expect(graftErrorOf(() => parseSafetensors(file(twice, 1))).message).toContain('the key "w" is there twice');
  });

  it('a header length beyond the file, the format and what a number holds', () => {
    for (const length of [3n, 1n << 20n, 1n << 40n, (1n << 64n) - 1n]) {
      const bytes = file({}, 0);
      new DataView(bytes.buffer).setBigUint64(0, length, true);
      expect(graftErrorOf(() => parseSafetensors(bytes)).code).toBe('invalid');
    }
  });

  it('names all bad tensors at once', () => {
    const error = graftErrorOf(() => parseSafetensors(file({ a: f32([3], 0, 4), b: 1, c: f32([1], 4, 8) }, 8)));
    expect(error.data.problems?.map(({ field }) => field)).toEqual(['a', 'b']);
  });

  it('a folder, and a file that is not there', () => {
    const dir = temporaryDir();
    mkdirSync(join(dir, 'x.safetensors'));
    expect(graftErrorOf(() => openSafetensors(join(dir, 'x.safetensors'))).code).toBe('invalid');
    expect(graftErrorOf(() => openSafetensors(join(dir, 'y'))).code).toBe('notFound');
  });
});

describe('hostile bytes', () => {
  const whole = new Uint8Array(readFileSync(join(fixtures, 'vblora_topk2_u8', 'adapter_model.safetensors')));

  it('a truncation at any offset is an error', () => {
    for (let length = 0; length < whole.byteLength; length++) {
      expect(graftErrorOf(() => parseSafetensors(whole.subarray(0, length))).code).toBe('invalid');
    }
  });

  it('a file that ends while it is open is an error, not zeros', () => {
    const path = join(temporaryDir(), 'x');
    writeFileSync(path, whole);
    const opened = openSafetensors(path);
    writeFileSync(path, whole.subarray(0, 5000));
    const last = [...opened.tensors.keys()].at(-1) ?? '';
    expect(graftErrorOf(() => opened.readBytes(last)).message).toContain('ends before');
    opened.close();
  });

  it('random bytes and flipped header bytes give a result or a GraftError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => parsesOrRefuses(() => parseSafetensors(bytes))),
    );
    const flip = fc.array(fc.tuple(fc.nat(6000), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(flip, (flips) => {
        const bytes = whole.slice();
        for (const [at, value] of flips) bytes[at] = value;
        parsesOrRefuses(() => parseSafetensors(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('any JSON as header gives a result or a GraftError', () => {
    const entry = fc.record({
      dtype: fc.constantFrom('F32', 'U8', 'X'),
      shape: fc.anything(),
      data_offsets: fc.array(fc.integer(), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue())), fc.nat(20), (header, dataBytes) => {
        parsesOrRefuses(() =>
          parseSafetensors(
            file(
              JSON.stringify(header, (_key, value: unknown) => (typeof value === 'bigint' ? 1 : value)),
              dataBytes,
            ),
          ),
        );
      }),
    );
  });
});
