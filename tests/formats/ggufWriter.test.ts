/** GGUF files as they are written: read back they are the same, and a failure leaves nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { openGguf, parseGguf } from '../../main/formats/gguf.ts';
import { ggufEncodings } from '../../main/formats/ggufEncodings.ts';
import { ggufDataBytes, writeGguf } from '../../main/formats/ggufWriter.ts';
import type { GgufOutput, GgufOutputField } from '../../main/formats/ggufWriter.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const field: fc.Arbitrary<GgufOutputField> = fc.oneof(
  u32.map((value) => ({ type: 'u32' as const, value })),
  fc.float({ noNaN: true }).map((value) => ({ type: 'f32' as const, value })),
  fc.boolean().map((value) => ({ type: 'bool' as const, value })),
  fc.string({ unit: 'grapheme' }).map((value) => ({ type: 'string' as const, value })),
  fc.array(fc.string({ unit: 'grapheme' })).map((value) => ({ type: 'strings' as const, value })),
  fc.array(fc.integer()).map((value) => ({ type: 'i32s' as const, value })),
  fc.array(fc.float({ noNaN: true })).map((value) => ({ type: 'f32s' as const, value })),
  fc.array(fc.boolean()).map((value) => ({ type: 'bools' as const, value })),
);
const tensor = fc.record({
  rows: fc.integer({ min: 1, max: 4 }),
  blocks: fc.integer({ min: 1, max: 2 }),
  encoding: fc.constantFrom(...Object.values(ggufEncodings)),
  seed: fc.integer({ min: 1, max: 1000 }),
});

function waves(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => Math.sin(seed * (at + 1)));
}

describe('a written GGUF', () => {
  it('has the metadata and tensors that were given, at aligned places (a file that llama.cpp refuses)', async () => {
    const path = join(temporaryDir(), 'file.gguf');
    const content = fc.record({
      metadata: fc.dictionary(fc.stringMatching(/^[a-z.]{1,20}$/), field),
      tensors: fc.array(tensor),
    });
    await fc.assert(
      fc.asyncProperty(content, async (given) => {
        const tensors = given.tensors.map(({ rows, blocks, encoding, seed }, index): GgufOutput => {
          const shape = [rows, 32 * blocks];
          return { name: `t${index}`, encoding, shape, values: () => waves(rows * 32 * blocks, seed) };
        });
        const metadata = new Map(Object.entries(given.metadata));
        await writeGguf(path, { metadata, tensors });
        const file = openGguf(path);
        expect([...file.metadata]).toEqual([...metadata].map(([key, { value }]) => [key, value]));
        for (const { name, shape, encoding, values } of tensors) {
          expect(file.tensors.get(name)).toMatchObject({ shape, type: { name: encoding.name } });
          expect(file.readBytes(name)).toEqual(new Uint8Array(encoding.encode(await values())));
        }
        file.close();
        expect(readFileSync(path).byteLength).toBeGreaterThanOrEqual(ggufDataBytes(tensors));
      }),
      { numRuns: 60 },
    );
  });

  it('can carry over a value whose type nobody here writes', async () => {
    const dir = temporaryDir();
    // An array of two unsigned 16-bit numbers: type 9 of type 2.
    const stored = new Uint8Array([9, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 7, 0, 8, 1]);
    await writeGguf(join(dir, 'a'), { metadata: new Map([['odd', { type: 'stored', value: stored }]]), tensors: [] });
    const file = parseGguf(new Uint8Array(readFileSync(join(dir, 'a'))));
    expect(file.metadata.get('odd')).toEqual([7, 264]);
    expect(file.readStored('odd')).toEqual(stored);
  });

  it('leaves nothing when a tensor cannot be had, or somebody stops it (half a model that looks whole)', async () => {
    const dir = temporaryDir();
    const good: GgufOutput = {
      name: 'good',
      encoding: ggufEncodings.f32,
      shape: [4],
      values: () => new Float32Array(4),
    };
    const bad: GgufOutput = { ...good, name: 'bad', values: () => Promise.reject(new Error('the disk is gone')) };
    await expect(writeGguf(join(dir, 'a'), { metadata: new Map(), tensors: [good, bad] })).rejects.toThrow(
      'the disk is gone',
    );
    const stop = (): never => {
      throw new Error('stopped');
    };
    await expect(writeGguf(join(dir, 'a'), { metadata: new Map(), tensors: [good] }, stop)).rejects.toThrow('stopped');
    const short: GgufOutput = { ...good, values: () => new Float32Array(3) };
    await expect(writeGguf(join(dir, 'a'), { metadata: new Map(), tensors: [short] })).rejects.toMatchObject({
      code: 'internal',
    });
    expect(readdirSync(dir)).toEqual([]);
  });
});
