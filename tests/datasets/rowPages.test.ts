import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { rowIndexFileName } from '../../main/datasets/rowIndex.ts';
import { readStoredRowRange, searchStoredRows, toDatasetRow } from '../../main/datasets/rowPages.ts';
import { parseStoredRow, readStoredRows, StoredRowWriter } from '../../main/datasets/storedRows.ts';
import type { StoredRow } from '../../main/datasets/storedRows.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

async function storeTexts(texts: readonly string[]): Promise<string> {
  const dir = temporaryDir();
  const writer = await StoredRowWriter.create(dir);
  for (const [index, text] of texts.entries()) await writer.add(index + 1, { kind: 'text', text });
  await writer.finish();
  await writer.close();
  return dir;
}

async function allRows(dir: string): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const row of readStoredRows(dir)) rows.push(row);
  return rows;
}

describe('readStoredRowRange', () => {
  it('gives the rows that reading from the start gives, with the index of the import and with one made later', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'あ', '😀', '\n', '\u2028', '"'), maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 12 }),
        fc.nat(13),
        fc.nat(5),
        async (texts, from, count) => {
          const dir = await storeTexts(texts);
          const expected = (await allRows(dir)).slice(from, from + count);
          expect(await readStoredRowRange(dir, { from, count })).toEqual(expected);
          rmSync(join(dir, rowIndexFileName));
          expect(await readStoredRowRange(dir, { from, count })).toEqual(expected);
          expect(existsSync(join(dir, rowIndexFileName))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('names the line that is damaged, and says what to do when the rows are gone', async () => {
    const dir = await storeTexts(['a', 'b']);
    const file = join(dir, 'rows.jsonl');
    writeFileSync(file, `{"line":1,"example":{"kind":"text","text":"a"}}\n${'#'.repeat(48)}`);
    expect(await graftErrorOfAsync(() => readStoredRowRange(dir, { from: 1, count: 1 }))).toMatchObject({
      code: 'integrity',
      data: { line: 2 },
    });
    rmSync(file);
    expect((await graftErrorOfAsync(() => readStoredRowRange(dir, { from: 0, count: 1 }))).data.remedy).toMatch(
      /Import/,
    );
  });
});

describe('searchStoredRows', () => {
  it('finds text as it reads, not as it is stored, whatever its case', async () => {
    const dir = await storeTexts(['She said "Hi"\nagain', 'hi THERE', 'nothing', 'ÄPFEL']);
    expect(await searchStoredRows(dir, 'HI"\nag')).toEqual([0]);
    expect(await searchStoredRows(dir, 'Hi')).toEqual([0, 1, 2]);
    expect(await searchStoredRows(dir, 'äpfel')).toEqual([3]);
    expect(await searchStoredRows(dir, 'text')).toEqual([]);
  });
});

describe('rows of conversations', () => {
  it('show and find what a message says besides its text', async () => {
    const dir = temporaryDir();
    const writer = await StoredRowWriter.create(dir);
    const calls = [{ type: 'function', function: { name: 'weather', arguments: { city: 'Bern' } } }];
    await writer.add(1, {
      kind: 'chat',
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: null, reasoning: 'look it up', tool_calls: calls },
        { role: 'tool', content: '12 C' },
        { role: 'assistant', content: 'a', weight: 0 },
      ],
      tools: [{ type: 'function', function: { name: 'weather' } }],
    });
    await writer.finish();
    await writer.close();
    const [row] = await allRows(dir);
    if (row === undefined) throw new Error('no row');
    expect(toDatasetRow(row).turns).toEqual([
      { role: 'tools', text: '[{"type":"function","function":{"name":"weather"}}]' },
      { role: 'user', text: 'q' },
      { role: 'assistant', text: `look it up\n\n${JSON.stringify(calls)}` },
      { role: 'tool', text: '12 C' },
      { role: 'assistant', text: 'a' },
    ]);
    for (const text of ['look it', 'Bern', '12 C']) expect(await searchStoredRows(dir, text)).toEqual([0]);
  });

  it('of earlier versions, which had a role and a text alone, are read', () => {
    const messages = [{ role: 'user', content: 'q' }, { role: 'assistant', content: 'a' }]; // oxfmt-ignore
    const stored = parseStoredRow(JSON.stringify({ line: 3, example: { kind: 'chat', messages } }), {
      file: 'rows.jsonl',
      row: 0,
    });
    expect(stored).toEqual({ row: 0, line: 3, example: { kind: 'chat', messages } });
  });
});
