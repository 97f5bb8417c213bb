/** The columns of an import: used, left aside, and only in later rows; each test is a file as people have it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatasetImportOptions } from '../../main/contract/workbench.ts';
import { importDataset } from '../../main/datasets/importDataset.ts';
import type { ImportedDataset } from '../../main/datasets/importDataset.ts';
import { readStoredRows } from '../../main/datasets/storedRows.ts';
import { fixturePath } from '../support/fixtures.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { inEnglish } from '../support/inEnglish.ts';

async function importFile(file: string, options: DatasetImportOptions = {}) {
  const imported = await importDataset(file, {
    ...options,
    datasetsDir: join(temporaryDir(), 'datasets'),
    isKnown: () => false,
  });
  if ('knownHash' in imported) throw new Error('it was known');
  return inEnglish(imported);
}

function write(name: string, content: string): string {
  const file = join(temporaryDir(), name);
  writeFileSync(file, content);
  return file;
}

const jsonLines = (rows: readonly object[]): string =>
  write('rows.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
const many = (count: number, make: (row: number) => object): object[] =>
  Array.from({ length: count }, (_, row) => make(row));
const usedIn = ({ reading }: Pick<ImportedDataset, 'reading'>): Readonly<Record<string, string>> =>
  Object.fromEntries(reading.usedColumns.map(({ role, column }) => [role, column]));

async function firstExample({ dir }: Pick<ImportedDataset, 'dir'>): Promise<unknown> {
  for await (const { example } of readStoredRows(dir)) return example;
  return undefined;
}

describe('tables of people', () => {
  it('text and sentiment are labels, of which none is lost', async () => {
    const rows = many(20, (row) => ({ line: `the parcel number ${row} came,${row % 2 === 0 ? 'cross' : 'glad'}` }));
    const imported = await importFile(
      write('rows.csv', ['text,sentiment', ...rows.map((row) => Object.values(row).join())].join('\n')),
    );
    expect(imported).toMatchObject({
      format: 'classification',
      rows: 20,
      badRowCount: 0,
      reading: { unusedColumns: [], notices: [] },
    });
    expect(usedIn(imported)).toEqual({ text: 'text', label: 'sentiment' });
  });

  it('one empty label is one bad row, not a file of plain text', async () => {
    const lines = Array.from(
      { length: 51 },
      (_, row) => `parcel ${row} came,${row === 50 ? '' : row % 2 === 0 ? 'cross' : 'glad'}`,
    );
    const imported = await importFile(write('rows.csv', ['text,label', ...lines].join('\n')));
    expect(imported).toMatchObject({ format: 'classification', rows: 50, badRows: [{ line: 52, reason: 'no label' }] });
  });

  it('a passage is asked about before its question', async () => {
    const imported = await importFile(
      write('rows.csv', 'id,question,context,answer\n1,Who?,Some passage,Ann\n2,Where?,,Bern\n'),
    );
    expect(await firstExample(imported)).toEqual({
      kind: 'completion',
      prompt: 'Some passage\n\nWho?',
      completion: 'Ann',
    });
    expect(imported).toMatchObject({ rows: 2, reading: { unusedColumns: ['id'] } });
  });

  it('one answer that is null is one bad row; the page beside is left aside by name', async () => {
    const rows = many(20, (row) => ({
      question: `q${row}`,
      answer: row === 3 ? null : `a${row}`,
      content: `source page ${row}`,
    }));
    const imported = await importFile(jsonLines(rows));
    expect(imported).toMatchObject({
      format: 'prompt',
      rows: 19,
      badRowCount: 1,
      reading: { unusedColumns: ['content'] },
    });
  });

  it('headers in Japanese in Shift-JIS are names', async () => {
    const imported = await importFile(fixturePath('japanese_headers_shift_jis.csv'));
    expect(imported).toMatchObject({ format: 'prompt', rows: 3, badRowCount: 0, reading: { unusedColumns: [] } });
    expect(usedIn(imported)).toEqual({ prompt: '質問', completion: '回答' });
  });

  it('of several answers the first is trained, and it is said; a question without one is a bad row', async () => {
    const answers = [
      { text: ['Bern', 'in Bern'], answer_start: [1, 2] },
      { text: [], answer_start: [] },
    ];
    const rows = answers.map((answer) => ({ context: 'c', question: 'Where?', answers: answer }));
    const imported = await importFile(jsonLines(rows));
    expect(await firstExample(imported)).toEqual({ kind: 'completion', prompt: 'c\n\nWhere?', completion: 'Bern' });
    expect(imported.badRows).toEqual([{ line: 2, reason: 'empty answer: completion' }]);
    expect(imported.reading.notices).toEqual([
      'Where a row gives several answers to its question, the first one is trained.',
    ]);
  });
});

describe('columns of later rows', () => {
  it('are left aside by name, wherever they first appear', async () => {
    const rows = many(300, (row) => ({
      question: 'q',
      answer: `a${row}`,
      ...(row === 250 && { note: 'x' }),
      ...(row === 299 && { id: 7 }),
    }));
    expect((await importFile(jsonLines(rows))).reading.unusedColumns).toEqual(['note', 'id']);
  });

  it('play a role that no column plays so far', async () => {
    const rows = many(300, (row) => ({
      question: 'q',
      answer: `a${row}`,
      ...(row >= 250 && { system_prompt: 'Be brief.' }),
    }));
    const imported = await importFile(jsonLines(rows));
    expect(usedIn(imported)).toEqual({ prompt: 'question', completion: 'answer', system: 'system_prompt' });
    expect(imported).toMatchObject({ rows: 300, badRowCount: 0, reading: { unusedColumns: [] } });
    expect((await importFile(jsonLines(rows))).contentHash).toBe(imported.contentHash);
  });

  it('take no role from a column of the first rows, nor one that is to be left out', async () => {
    const rows = many(300, (row) => ({
      input: 'q',
      output: `a${row}`,
      ...(row >= 250 && { prompt: 'other', system: 's' }),
    }));
    const imported = await importFile(jsonLines(rows), { columns: { system: '' } });
    expect(usedIn(imported)).toEqual({ prompt: 'input', completion: 'output' });
    expect(imported.reading.unusedColumns).toEqual(['prompt', 'system']);
  });

  it('can be given by name', async () => {
    const rows = many(300, (row) => ({ question: 'q', answer: `a${row}`, ...(row === 250 && { rolle: 'Be brief.' }) }));
    expect(usedIn(await importFile(jsonLines(rows), { columns: { system: 'rolle' } }))).toMatchObject({
      system: 'rolle',
    });
    const error = await graftErrorOfAsync(() => importFile(jsonLines(rows), { columns: { system: 'nowhere' } }));
    expect(error.message).toMatch(/"nowhere" given for system is not there/);
  });
});

describe('fields of objects', () => {
  it('stand beside the other columns where one of them is used', async () => {
    const rows = many(3, (row) => ({
      id: row,
      translation: { en: `The house ${row} is red.`, de: `Das Haus ${row} ist rot.`, it: 'x' },
    }));
    const columns = { prompt: 'translation.en', completion: 'translation.de' };
    const imported = await importFile(jsonLines(rows), { format: 'prompt', columns });
    expect(await firstExample(imported)).toEqual({
      kind: 'completion',
      prompt: 'The house 0 is red.',
      completion: 'Das Haus 0 ist rot.',
    });
    expect(imported.reading.unusedColumns).toEqual(['id', 'translation.it']);
  });

  it('are labels too', async () => {
    const rows = many(6, (row) => ({ row: { text: `The house ${row} is red.`, label: row % 2 } }));
    const imported = await importFile(jsonLines(rows));
    expect(await firstExample(imported)).toEqual({ kind: 'labelled', text: 'The house 0 is red.', label: '0' });
  });
});

it('rows that are maps with keys of chance end, with a few of the keys', async () => {
  const rows = many(400, (row) => ({
    text: 'a',
    ...Object.fromEntries(many(100, (key) => [`k${row}_${key}`, 'x'] as const) as [string, string][]),
  }));
  const { reading, rows: count } = await importFile(jsonLines(rows));
  expect(count).toBe(400);
  expect(reading.unusedColumns).toHaveLength(200);
  expect(reading.notices).toContainEqual(expect.stringMatching(/further columns are left aside/));
});
