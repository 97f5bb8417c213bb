import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { parseGguf } from '../../main/formats/gguf.ts';
import { ggufTypes } from '../../main/formats/ggufQuants.ts';
import { parseSafetensors, floatsFromBytes } from '../../main/formats/safetensors.ts';
import { graftErrorOf, parsesOrRefuses } from '../support/graftErrors.ts';
import { GgufBytes } from '../support/ggufBytes.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures');
const whole = new Uint8Array(readFileSync(join(fixtures, 'gguf_tiny_llama.gguf')));

describe('block formats', () => {
  const golden = JSON.parse(readFileSync(join(fixtures, 'gguf_blocks.json'), 'utf8'));
  it.each(Object.keys(golden))('%s decodes to the bits of the reference', (name) => {
    const { type, bytes, float32 } = golden[name];
    const blocks = new Uint8Array(Buffer.from(bytes, 'base64'));
    const expected = new Uint8Array(Buffer.from(float32, 'base64'));
    const found = ggufTypes.get(type);
    expect(found?.name).toBe(name);
    const decoded = found?.decode?.(blocks, expected.byteLength / 4) ?? new Float32Array();
    expect(decoded).toEqual(new Float32Array(expected.buffer));
    expect(blocks.byteLength).toBe(2 * (found?.blockBytes ?? 0));
  });
});

describe('a file by the reference writer', () => {
  const gguf = parseGguf(whole, 'tiny.gguf');

  it('gives metadata with its types', () => {
    expect(gguf.version).toBe(3);
    expect(gguf.metadata.get('general.architecture')).toBe('llama');
    expect(gguf.metadata.get('llama.attention.head_count_kv')).toBe(2);
    expect(gguf.metadata.get('llama.rope.freq_base')).toBe(10000);
  });

  it('gives shapes row-major and values in all its types', () => {
    const base = parseSafetensors(new Uint8Array(readFileSync(join(fixtures, 'tiny_llama_base', 'model.safetensors'))));
    const expected = (name: string): Float32Array => {
      const tensor = base.tensors.get(name);
      return tensor ? floatsFromBytes(tensor.dtype, tensor.data) : new Float32Array();
    };
    expect(gguf.tensors.get('blk.0.ffn_down.weight')?.shape).toEqual([32, 64]);
    expect(gguf.readFloat32('output_norm.weight')).toEqual(expected('model.norm.weight'));
    const values = expected('model.layers.1.self_attn.v_proj.weight');
    const largest = Math.max(...values.map(Math.abs));
    const decoded = gguf.readFloat32('blk.1.attn_v.weight');
    for (let i = 0; i < values.length; i++) expect(Math.abs(decoded[i] - values[i])).toBeLessThan(largest / 127);
  });
});

describe('metadata', () => {
  it('holds every value type', () => {
    const bytes = new GgufBytes({ entries: 13 })
      .entry('u8', 0, [255])
      .entry('i8', 1, [255])
      .entry('u16', 2, [1, 2])
      .entry('i16', 3, [0xff, 0xff])
      .entry('u32', 4, [1, 0, 0, 128])
      .entry('i32', 5, [0xff, 0xff, 0xff, 0xff])
      .entry('f32', 6, [0, 0, 0xc0, 0x3f])
      .entry('bool', 7, [1])
      .stringEntry('text', 'né')
      .entry('u64', 10, [0, 0, 0, 0, 0, 0, 0, 128])
      .entry('i64', 11, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
      .entry('f64', 12, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f])
      .entry('nested', 9, [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, /**/ 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, /**/ 7, 8])
      .toBytes();
    expect([...parseGguf(bytes).metadata.values()]).toEqual([
      255,
      -1,
      513,
      -1,
      2147483649,
      -1,
      1.5,
      true,
      'né',
      2n ** 63n,
      -2,
      1.5,
      [[7, 8]],
    ]);
  });
});

describe('lying headers', () => {
  const tensor = (shape: readonly number[], type = 0, offset = 0) => ({ name: 'w', shape, type, offset });
  it.each([
    ['another magic', new GgufBytes({ magic: 'GGUX' }).toBytes(), 'does not begin'],
    ['version 1', new GgufBytes({ version: 1 }).toBytes(), 'version 1'],
    ['big-endian', new GgufBytes({ version: 3 << 24 }).toBytes(), 'big-endian'],
    ['more tensors than bytes', new GgufBytes({ tensors: 2n ** 60n }).toBytes(), 'number of tensors'],
    ['more entries than bytes', new GgufBytes({ entries: 2 ** 40 }).toBytes(), 'number of metadata entries'],
    [
      'a string longer than the file',
      new GgufBytes({ entries: 1 })
        .u64(2 ** 33)
        .u64(0)
        .u64(0)
        .toBytes(),
      'the length of',
    ],
    [
      'an array longer than the file',
      new GgufBytes({ entries: 1 }).entry('a', 9, [8, 0, 0, 0, 255, 255, 255, 255, 1, 0, 0, 0]).toBytes(),
      'the length of a',
    ],
    [
      'arrays in arrays without end',
      new GgufBytes({ entries: 1 })
        .entry('a', 9, Array.from({ length: 50 }, () => [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]).flat())
        .toBytes(),
      'nested',
    ],
    ['an unknown value type', new GgufBytes({ entries: 1 }).entry('a', 99, [0]).toBytes(), 'unknown value type 99'],
    ['a key twice', new GgufBytes({ entries: 2 }).entry('a', 0, [0]).entry('a', 0, [0]).toBytes(), 'twice'],
    [
      'an alignment that is no power of two',
      new GgufBytes({ entries: 1 }).entry('general.alignment', 4, [3, 0, 0, 0]).toBytes(),
      'power of two',
    ],
    ['five dimensions', new GgufBytes({ tensors: 1 }).tensor(tensor([1, 1, 1, 1, 1])).data(64), '5 dimensions'],
    ['an offset past the end', new GgufBytes({ tensors: 1 }).tensor(tensor([4], 0, 2 ** 40)).data(64), 'ends at byte'],
    ['a size past the end', new GgufBytes({ tensors: 1 }).tensor(tensor([2 ** 50, 2 ** 50])).data(64), 'ends at byte'],
    ['an unaligned offset', new GgufBytes({ tensors: 1 }).tensor(tensor([4], 0, 4)).data(64), 'not a multiple of 32'],
    ['a row that is no whole block', new GgufBytes({ tensors: 1 }).tensor(tensor([48], 8)).data(64), 'blocks of 32'],
    [
      'two tensors in one place',
      new GgufBytes({ tensors: 2 })
        .tensor(tensor([4]))
        .tensor({ ...tensor([4]), name: 'v' })
        .data(64),
      'overlaps',
    ],
    [
      'a tensor twice',
      new GgufBytes({ tensors: 2 })
        .tensor(tensor([4]))
        .tensor(tensor([4], 0, 32))
        .data(64),
      'twice',
    ],
  ])('%s', (_case, bytes, message) => {
    const error = graftErrorOf(() => parseGguf(bytes, 'm.gguf'));
    expect(error.data.file).toBe('m.gguf');
    expect(error.data.remedy).toBeTruthy();
    expect(error.message).toContain(message);
  });

  it('names tensor and type where a quantisation is not read', () => {
    const known = parseGguf(
      new GgufBytes({ tensors: 1 }).tensor({ name: 'w', shape: [1, 32], type: 20, offset: 0 }).data(64),
    );
    const error = graftErrorOf(() => known.readFloat32('w'));
    expect(error).toMatchObject({ code: 'unsupported', data: { field: 'w' } });
    expect(error.message).toContain('IQ4_NL');
    const unknown = new GgufBytes({ tensors: 1 }).tensor({ name: 'w', shape: [1, 32], type: 999, offset: 0 }).data(64);
    expect(graftErrorOf(() => parseGguf(unknown))).toMatchObject({ code: 'unsupported', data: { field: 'w' } });
  });
});

describe('hostile bytes', () => {
  const readAll = (bytes: Uint8Array): void => {
    const gguf = parseGguf(bytes);
    for (const { name, shape } of gguf.tensors.values()) {
      const count = shape.reduce((product, size) => product * size, 1);
      expect(gguf.readFloat32(name)).toHaveLength(count);
    }
  };
  const headBytes = 2200; // metadata and tensor table of the fixture

  it('a truncation at any offset of the head, and in the data, is an error', () => {
    for (let length = 0; length < headBytes; length++) {
      expect(graftErrorOf(() => parseGguf(whole.subarray(0, length))).code).toBe('invalid');
    }
    for (let length = headBytes; length < whole.byteLength - 32; length += 997) {
      expect(graftErrorOf(() => parseGguf(whole.subarray(0, length))).code).toBe('invalid');
    }
  });

  it('random bytes and flipped bytes of the head give a result or a GraftError', () => {
    const random = fc.uint8Array({ maxLength: 300 }).map((tail) => Uint8Array.of(...whole.subarray(0, 8), ...tail));
    fc.assert(fc.property(random, (bytes) => parsesOrRefuses(() => readAll(bytes))));
    const flips = fc.array(fc.tuple(fc.nat(headBytes), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        parsesOrRefuses(() => readAll(bytes));
      }),
      { numRuns: 500 },
    );
  });
});
