import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { llamaFamily } from '../../main/contract/families/llama.ts';
import { bfloat16ToFloat32 } from '../../main/formats/floats.ts';
import { openGguf } from '../../main/formats/gguf.ts';
import { openSafetensors, writeSafetensors } from '../../main/formats/safetensors.ts';
import { inPieces, pieceElements, type WeightPiece } from '../../main/formats/weightPieces.ts';
import { openWeights } from '../../main/formats/weightSource.ts';
import { GgufBytes } from '../support/ggufBytes.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { readTinyConfig, shardedDir, tinyGguf, tinyLlamaDir } from '../support/tinyModel.ts';

/** A little over two pieces. */
const tall = [2 * 1024 + 32, 1024] as const;
const tallSize = tall[0] * tall[1];

/** Everything in its place, as float32. */
function joined(pieces: Iterable<WeightPiece>, size: number): Float32Array {
  const whole = new Float32Array(size).fill(Number.NaN);
  for (const { from, values } of pieces)
    whole.set(values instanceof Uint16Array ? bfloat16ToFloat32(values) : values, from);
  return whole;
}

describe('inPieces', () => {
  it('covers every row once, in order, and never splits rows that belong together', () => {
    const sizes = fc.record({
      heads: fc.integer({ min: 0, max: 50 }),
      rowsTogether: fc.integer({ min: 1, max: 64 }),
      columns: fc.integer({ min: 1, max: 70_000 }),
    });
    fc.assert(
      fc.property(sizes, ({ heads, rowsTogether, columns }) => {
        const rows = heads * rowsTogether;
        let next = 0;
        const none = new Float32Array();
        for (const { from } of inPieces({ shape: [rows, columns], rowsTogether }, (start, count) => {
          expect(count % (rowsTogether * columns)).toBe(0);
          expect(count).toBeLessThanOrEqual(Math.max(pieceElements, rowsTogether * columns));
          expect(start).toBe(next);
          next += count;
          return none;
        }))
          expect(from).toBeLessThan(next);
        expect(next).toBe(rows * columns);
      }),
    );
  });
});

describe('pieces of a model', () => {
  const shape = llamaFamily.parseConfig(readTinyConfig(), 'config.json');

  it.each([
    ['one safetensors', () => tinyLlamaDir],
    ['shards', () => shardedDir()],
    ['a GGUF, whose query rows were reordered', () => tinyGguf],
  ])('are its weights: %s', (_, dir) => {
    const source = openWeights(dir(), llamaFamily, shape);
    for (const [name, sizes] of llamaFamily.weightShapes(shape)) {
      const size = sizes.reduce((product, length) => product * length, 1);
      expect(joined(source.pieces(name), size), name).toEqual(source.readFloat32(name));
    }
    source.close();
  });
});

describe('a weight of several pieces', () => {
  const bytesOf = { F32: 4, F16: 2, BF16: 2, F64: 8 } as const;

  async function writeTall(path: string, stored: keyof typeof bytesOf | 'Q8_0'): Promise<void> {
    if (stored !== 'Q8_0') {
      const data = new Uint8Array(tallSize * bytesOf[stored]);
      for (let at = bytesOf[stored] - 1; at < data.length; at += 8 * bytesOf[stored]) data[at] = 0x40; // not all zero
      await writeSafetensors(path, new Map([['w', { dtype: stored, shape: tall, data }]]));
      return;
    }
    const head = new GgufBytes({ tensors: 1 }).tensor({ name: 'w', shape: tall, type: 8, offset: 0 });
    const bytes = head.data((tallSize / 32) * 34);
    for (let at = bytes.length - 34; at > 1000; at -= 34) bytes.set([0, 0x3c, at % 100], at);
    writeFileSync(path, bytes);
  }

  it.each(['F32', 'F16', 'BF16', 'F64', 'Q8_0'] as const)(
    '%s is read into the same small memory again and again',
    async (stored) => {
      const path = join(temporaryDir(), stored);
      await writeTall(path, stored);
      const file = stored === 'Q8_0' ? openGguf(path) : openSafetensors(path);
      const whole = file.readFloat32('w');
      const buffers = new Set<ArrayBufferLike>();
      let count = 0;
      for (const { from, values } of inPieces({ shape: tall }, (start, length) => file.readPart('w', start, length))) {
        count++;
        buffers.add(values.buffer);
        const expected = whole.subarray(from, from + values.length);
        const floats = values instanceof Uint16Array ? bfloat16ToFloat32(values) : values;
        expect(
          Buffer.compare(
            Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength),
            Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength),
          ),
        ).toBe(0);
      }
      expect(count).toBe(3);
      const [buffer] = buffers;
      expect(buffers.size, 'a buffer for each piece would pile up until the garbage collector comes').toBe(1);
      expect(buffer.byteLength).toBeLessThanOrEqual(4 * pieceElements);
      file.close();
    },
  );
});
