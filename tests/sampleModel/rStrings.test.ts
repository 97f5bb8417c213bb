import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deflateSync } from 'node:zlib';
import { readRStringVectors } from '../../main/sampleModel/rStrings.ts';

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function rObject(type: number, strings: readonly (string | null)[]): Buffer {
  const element = (text: string | null): Buffer => {
    const bytes = Buffer.from(text ?? '');
    return Buffer.concat([int32(0x0004_0009), int32(text === null ? -1 : bytes.length), bytes]);
  };
  const header = [Buffer.from('X\n'), int32(3), int32(0x0004_0201), int32(0x0003_0500), int32(5), Buffer.from('UTF-8')];
  return Buffer.concat([...header, int32(type), int32(strings.length), ...strings.map(element)]);
}

const stored = (object: Buffer): Buffer => Buffer.concat([int32(object.length), deflateSync(object)]);

describe('string vectors of an R package', () => {
  test('every vector comes back, also several in one file', () => {
    const vectors = fc.array(fc.array(fc.string({ unit: 'grapheme' })), { maxLength: 4 });
    fc.assert(
      fc.property(vectors, (written) => {
        const database = Buffer.concat(written.map((strings) => stored(rObject(16, strings))));
        expect(readRStringVectors(database)).toEqual(written);
      }),
    );
  });

  test('a missing value is an empty line, not the text NA', () => {
    expect(readRStringVectors(stored(rObject(16, ['a', null])))).toEqual([['a', '']]);
  });

  test('numbers are refused instead of read as text', () => {
    expect(() => readRStringVectors(stored(rObject(13, [])))).toThrow(/not a character vector/);
  });
});
