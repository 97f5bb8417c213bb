import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';
import { serializeSafetensors } from '../../main/formats/safetensors.ts';
import type { SafetensorsTensor } from '../../main/formats/safetensors.ts';
import { readTokenFile, writeTokenFile } from '../../main/formats/tokenFile.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'graft-tokens-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const rowArbitrary = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.boolean()), {
  minLength: 1,
  maxLength: 20,
});

function content(rows: readonly (readonly (readonly [number, boolean])[])[]) {
  const offsets = [0];
  for (const row of rows) offsets.push((offsets.at(-1) ?? 0) + row.length);
  return {
    ids: Int32Array.from(rows.flat(), ([id]) => id),
    lossMask: Uint8Array.from(
      rows.flatMap((row) => row.map(([, trained], position) => Number(trained && position > 0))),
    ),
    offsets: Int32Array.from(offsets),
    maxLength: 20,
    tokenizerHash: 'abc',
  };
}

function int32(values: readonly number[]): SafetensorsTensor {
  return { dtype: 'I32', shape: [values.length], data: new Uint8Array(Int32Array.from(values).buffer) };
}

function writeRaw(
  name: string,
  changes: Readonly<Record<string, SafetensorsTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): string {
  const tensors = new Map<string, SafetensorsTensor>(
    Object.entries({
      input_ids: int32([1, 2, 3]),
      loss_mask: { dtype: 'U8', shape: [3], data: Uint8Array.of(0, 1, 1) },
      offsets: int32([0, 3]),
      source_rows: int32([0]),
      full_lengths: int32([3]),
      ...changes,
    }),
  );
  const path = join(dir, name);
  writeFileSync(
    path,
    serializeSafetensors(tensors, { format: 'graft-tokens-1', max_length: '8', tokenizer_hash: '', ...metadata }),
  );
  return path;
}

describe('token file', () => {
  it('gives back the labels of an encoder’s rows, whatever their texts', async () => {
    let count = 0;
    const labelled = fc.array(fc.tuple(rowArbitrary, fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(labelled, async (rows) => {
        const path = join(dir, `labels-${count++}.safetensors`);
        const lengths = rows.map(([tokens]) => tokens.length);
        const labels = rows.map(([, label]) => label);
        const layout = { before: 1, between: 2, after: 1 };
        await writeTokenFile(path, {
          ...content(rows.map(([tokens]) => tokens)),
          labels,
          secondStarts: Int32Array.from(lengths),
          layout,
        });
        expect(readTokenFile(path)).toMatchObject({ labels, secondStarts: Int32Array.from(lengths), layout });
      }),
    );
  });

  it.each([
    ['an id without a label', { label_ids: int32([1]), second_starts: int32([3]) }, { labels: '["a"]' }, 'label_ids'],
    ['labels that are no list', { label_ids: int32([0]), second_starts: int32([3]) }, { labels: '{' }, 'labels'],
    [
      'a second text behind the row',
      { label_ids: int32([0]), second_starts: int32([4]) },
      { labels: '["a"]' },
      'second_starts',
    ],
  ])('says what is wrong: %s', (_, tensors, metadata, word) => {
    const layout = JSON.stringify({ before: 1, between: 0, after: 1 });
    const path = writeRaw('wrong-labels.safetensors', tensors, { layout, ...metadata });
    expect(() => readTokenFile(path)).toThrow(word);
  });

  it('gives back exactly what was written, whatever the rows', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(rowArbitrary, { maxLength: 12 }), async (rows) => {
        const path = join(dir, `${count++}.safetensors`);
        const written = content(rows);
        await writeTokenFile(path, written);
        const read = readTokenFile(path);
        expect(read).toMatchObject({ rows: rows.length, maxLength: 20, tokenizerHash: 'abc' });
        expect(read.ids).toEqual(written.ids);
        expect(read.lossMask).toEqual(written.lossMask);
        expect(read.offsets).toEqual(written.offsets);
        expect([...read.sourceRows]).toEqual(rows.map((_, row) => row));
        expect([...read.fullLengths]).toEqual(rows.map((row) => row.length));
      }),
      { numRuns: 40 },
    );
  });

  it('refuses to write a row whose first token is a target, which no token could predict', async () => {
    const rows = {
      ...content([
        [
          [5, false],
          [6, true],
        ],
      ]),
      lossMask: Uint8Array.of(1, 1),
    };
    await expect(writeTokenFile(join(dir, 'first.safetensors'), rows)).rejects.toThrow(/first token of row 0/);
  });

  it.each([
    ['offsets that fall', { offsets: int32([0, 4, 3]) }, /source_rows|row/],
    ['offsets past the end', { offsets: int32([0, 9]) }, /offsets do not run/],
    ['a short mask', { loss_mask: { dtype: 'U8', shape: [1], data: Uint8Array.of(0) } }, /loss_mask has 1/],
    ['a mask of 7', { loss_mask: { dtype: 'U8', shape: [3], data: Uint8Array.of(0, 7, 1) } }, /other than 0 and 1/],
    ['a negative id', { input_ids: int32([1, -2, 3]) }, /negative/],
    [
      'ids as I64',
      { input_ids: { dtype: 'I64', shape: [3], data: new Uint8Array(24) } },
      /input_ids is not a vector of I32/,
    ],
    ['a full length below the length', { full_lengths: int32([1]) }, /full_lengths/],
  ] satisfies [string, Record<string, SafetensorsTensor>, RegExp][])(
    'refuses %s rather than training on it',
    (name, changes, message) => {
      expect(() => readTokenFile(writeRaw(`${name}.safetensors`, changes))).toThrow(message);
    },
  );

  it('refuses rows longer than the stated maximum, which would not fit the compiled step', () => {
    expect(() => readTokenFile(writeRaw('long.safetensors', {}, { max_length: '2' }))).toThrow(/more than max_length/);
  });

  it('refuses another safetensors file, such as an adapter given by mistake', () => {
    expect(() => readTokenFile(writeRaw('adapter.safetensors', {}, { format: 'pt' }))).toThrow(/not a token file/);
  });

  it('answers arbitrary bytes with a GraftError, never a crash', () => {
    const path = join(dir, 'bytes.safetensors');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        writeFileSync(path, bytes);
        expect(() => readTokenFile(path)).toThrow(GraftError);
      }),
      { numRuns: 50 },
    );
  });
});
