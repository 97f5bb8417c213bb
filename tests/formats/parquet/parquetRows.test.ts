import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { readParquetRows } from '../../../main/formats/parquet/parquetRows.ts';
import type { RawRow } from '../../../main/formats/text/rows.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { inEnglish } from '../../support/inEnglish.ts';

/** Written by pyarrow 26. */
const parquet = (name: string): string => join(fixturePath('parquet'), name);

async function rowsOf(path: string, maxRows?: number) {
  const rows: RawRow[] = [];
  for await (const row of readParquetRows(path, { file: path, maxRows })) rows.push(row);
  return inEnglish(rows);
}

async function valuesOf(name: string) {
  return (await rowsOf(parquet(name))).map((row) => ('value' in row ? row.value : row.reason));
}

describe('readParquetRows', () => {
  it('reads lists of structs over several row groups, as JSON would have them (typed arrays, bigints, rows out of order)', async () => {
    const rows = await rowsOf(parquet('messages_snappy.parquet'));
    expect(rows.map(({ line }) => line)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(rows[7]).toEqual({
      line: 8,
      value: {
        id: 7,
        messages: [
          { role: 'user', content: '質問 7' },
          { role: 'assistant', content: '答え 7' },
        ],
      },
    });
  });

  it.each(['zstd', 'gzip', 'brotli'])('unpacks %s, and keeps a missing value missing', async (codec) => {
    const rows = await rowsOf(parquet(`prompt_${codec}.parquet`));
    expect(rows[11]).toEqual({ line: 12, value: { prompt: 'q11', completion: 'a11' } });
    expect(rows[3]).toMatchObject({ value: { prompt: 'q3', completion: null } });
  });

  it('takes the first rows alone where no more are wanted', async () => {
    expect(await rowsOf(parquet('messages_snappy.parquet'), 6)).toHaveLength(6);
    expect(await rowsOf(parquet('prompt_zstd.parquet'), 3)).toHaveLength(3);
  });

  it('says that it cannot unpack what it cannot', async () => {
    const error = await graftErrorOfAsync(() => rowsOf(parquet('ids_lz4.parquet')));
    expect(error).toMatchObject({
      code: 'unsupported',
      data: { file: parquet('ids_lz4.parquet'), remedy: expect.stringMatching(/zstd/) },
    });
    expect(error.message).toMatch(/LZ4_RAW/);
  });

  it.each(['snappy', 'zstd', 'gzip', 'brotli'])(
    'reads columns of nothing in %s, whose pages have no bytes',
    async (codec) => {
      const expected = ['a', 'b', 'c'].map((text) => ({ text, note: null, tags: [] }));
      for (const version of ['1', '2']) expect(await valuesOf(`nothing_${codec}_${version}.parquet`)).toEqual(expected);
    },
  );

  it('gives narrow floats and decimals without the tails of a double, and whole numbers whole', async () => {
    const struct = { score: 2.2, name: 'x' };
    expect(await valuesOf('numbers.parquet')).toEqual([
      { text: 'a', float: 2.2, half: 2.2, decimal: 0.57, struct, whole: '9007199254740993', bytes: '2 bytes' },
      { text: 'b', float: 0.1, half: 0.1, decimal: -0.29, struct, whole: '9007199254740994', bytes: 'ab' },
      { text: 'c', float: 16777216, half: 0.3333, decimal: 1.1, struct, whole: -1, bytes: '' },
      { text: 'd', float: null, half: 6e-8, decimal: 0.07, struct, whole: 0, bytes: null },
    ]);
  });

  it('takes text that is none for a bad row instead of putting other characters there', async () => {
    expect(await valuesOf('no_text.parquet')).toEqual([
      { text: 'a', label: 'x' },
      'text: its 2 bytes are not utf-8 text',
      { text: 'c', label: 'z' },
    ]);
  });

  it('gives the names of declared classes, says their order before the rows, and knows no label by -1', async () => {
    const declared: [string, readonly string[]][] = [];
    const path = parquet('class_labels.parquet');
    const rows = readParquetRows(path, { file: path, onClasses: (column, names) => declared.push([column, names]) });
    const meta = { kind: 'q' };
    expect((await rows.next()).value).toEqual({
      line: 1,
      value: { text: 'a', label: 'entailment', tags: ['x', 'y'], meta },
    });
    expect(declared).toEqual([['label', ['neutral', 'entailment', 'contradiction']]]);
    await rows.return(undefined);
    expect((await valuesOf('class_labels.parquet')).slice(1)).toEqual([
      { text: 'b', label: 'neutral', tags: [], meta },
      { text: 'c', label: null, tags: ['y'], meta },
      { text: 'd', label: 'contradiction', tags: null, meta },
      'label: 7 is none of the 3 classes that the file declares',
    ]);
  });

  it('answers damage with rows or a GraftError, never with a crash of the host', async () => {
    const bytes = readFileSync(parquet('prompt_zstd.parquet'));
    const file = join(temporaryDir(), 'damaged.parquet');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = value;
        writeFileSync(file, damaged);
        const outcome = await rowsOf(file).catch((error: unknown) => error);
        expect(Array.isArray(outcome) || (outcome instanceof Error && outcome.name === 'GraftError')).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('ends its worker when it is cancelled', async () => {
    const controller = new AbortController();
    const rows = readParquetRows(parquet('messages_snappy.parquet'), { file: 'rows', signal: controller.signal });
    await rows.next();
    controller.abort();
    const error = await graftErrorOfAsync(async () => {
      while ((await rows.next()).done !== true);
    });
    expect(error.code).toBe('cancelled');
  });
});
