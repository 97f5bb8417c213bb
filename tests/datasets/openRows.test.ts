/**
 * Files as spreadsheets, pandas, R and Hugging Face write them, from their bytes to what an import and a preview say.
 */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importDataset } from '../../main/datasets/importDataset.ts';
import { countLabels } from '../../main/datasets/labelCounts.ts';
import { previewDataset } from '../../main/datasets/preview.ts';
import { encode } from '../formats/text/encode.ts';
import { fixturePath } from '../support/fixtures.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { inEnglish } from '../support/inEnglish.ts';

function write(name: string, content: string | Uint8Array): string {
  const file = join(temporaryDir(), name);
  writeFileSync(file, content);
  return file;
}

async function importFile(file: string) {
  const imported = await importDataset(file, { datasetsDir: join(temporaryDir(), 'datasets'), isKnown: () => false });
  if ('knownHash' in imported) throw new Error('it was known');
  const { format, rows, badRows, dir } = imported;
  const { usedColumns, unusedColumns, notices, classes } = imported.reading;
  const columns = Object.fromEntries(usedColumns.map(({ role, column }) => [role, column]));
  const labels =
    format === 'classification'
      ? Object.fromEntries((await countLabels(dir)).map((each) => [each.label, each.rows]))
      : {};
  return inEnglish({ format, columns, rows, badRows, unusedColumns, notices, classes, labels });
}

const rowsOf = (count: number, row: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => row(index)).join('');

describe('tables', () => {
  it.each([
    ['the index of pandas', 'rows.csv', ',text,label\n0,good thing,pos\n1,bad thing,neg\n', ['Unnamed: 0']],
    ['an index of words', 'rows.csv', ',text,label\ndoc a,good thing,pos\ndoc b,bad thing,neg\n', ['Unnamed: 0']],
    [
      'an index that pandas has read and written again',
      'rows.csv',
      ',Unnamed: 0,text,label\n0,0,a b,pos\n1,1,c d,neg\n',
      ['Unnamed: 0.1', 'Unnamed: 0'],
    ],
    ['row names of R', 'rows.csv', '"text","label"\n"1","good, so","pos"\n"2","bad","neg"\n', ['Unnamed: 0']],
    ['the spaces of R', 'rows.txt', '"text" "label"\n"1" "good, so" "pos"\n"2" "bad" "neg"\n', ['Unnamed: 0']],
    [
      'the line of Excel that names the separator',
      'rows.csv',
      '\ufeffsep=;\r\ntext;label\r\n"a; b";pos\r\n"c";neg\r\n',
      [],
    ],
    [
      'that line in UTF-16',
      'rows.csv',
      Buffer.from('\ufeffsep=\t\r\ntext\tlabel\r\na, b\tpos\r\nc\tneg\r\n', 'utf16le'),
      [],
    ],
    ['text with tabs of Excel', 'rows.txt', Buffer.from('\ufefftext\tlabel\r\na, b\tpos\r\nc\tneg\r\n', 'utf16le'), []],
    ['separators too many', 'rows.csv', 'text;label;;\r\nhello;pos;;\r\nworld;neg;;\r\n;;;\r\n', []],
    ['separators too many in the rows alone', 'rows.csv', 'text,label\nhello,pos,,\nworld,neg,,\n', []],
    ['bars', 'rows.csv', 'text|label\na, b; c|pos\nd|neg\n', []],
    ['commas under the name of tabs', 'rows.tsv', 'text,label\na,pos\nb,neg\n', []],
    ['a title above', 'rows.csv', 'Answers of 2024;\n;\ntext;label\nab;pos\ncd;neg\nef;pos\n', []],
  ])('with %s are taken, and columns without a name left aside', async (_, name, content, unusedColumns) => {
    const file = write(name, content);
    const imported = await importFile(file);
    expect(imported).toMatchObject({
      format: 'classification',
      columns: { text: 'text', label: 'label' },
      badRows: [],
      unusedColumns,
    });
    expect(imported.labels).toMatchObject({ pos: expect.any(Number), neg: 1 });
    expect(await previewDataset(file)).toMatchObject({
      fileName: basename(file),
      format: 'classification',
      problem: null,
      badRows: [],
    });
  });

  it('take a column without a name for the text where no other is one', async () => {
    const imported = await importFile(write('rows.csv', ',label\ngood thing,pos\nbad thing,neg\n'));
    expect(imported).toMatchObject({
      columns: { text: 'Unnamed: 0', label: 'label' },
      notices: [expect.stringContaining('column 1 ("Unnamed: 0")')],
    });
  });

  it('with a column twice are taken, and the other name is said', async () => {
    const imported = await importFile(write('rows.csv', 'text,label,text\na b,pos,x y\nc d,neg,z w\n'));
    expect(imported).toMatchObject({ columns: { text: 'text', label: 'label' }, unusedColumns: ['text.1'] });
    expect(imported.notices).toContain('Two columns are named "text": column 3 is called "text.1".');
  });

  it('keep the rows that an open quote would swallow', async () => {
    const file = write(
      'rows.csv',
      `question,answer\n"open quote,a\nb,c\n${rowsOf(100, (index) => `q${index},a${index}\n`)}`,
    );
    const { format, rows, badRows } = await importFile(file);
    expect({ format, rows }).toEqual({ format: 'prompt', rows: 101 });
    expect(badRows).toEqual([
      { line: 2, reason: expect.stringMatching(/never closed; the 101 lines after it are read as rows/) },
    ]);
    expect(inEnglish((await previewDataset(file)).badRows)).toEqual(badRows);
  });

  it('do not become a table from lines of prose under the name of text', async () => {
    expect(await importFile(write('rows.txt', 'text, and more\nso, it goes\non, and on\n'))).toMatchObject({
      format: 'text',
      rows: 3,
    });
  });
});

describe('bytes that are no text', () => {
  const csv = (count: number, broken: (index: number) => string): string =>
    `text,label\n${rowsOf(count, (index) => `a ${broken(index)} ${index},${index % 2}\n`)}`;

  it('are one bad row of a thousand', async () => {
    const file = write(
      'rows.csv',
      csv(1000, (index) => (index === 499 ? 'so\u000bft' : 'soft')),
    );
    const { rows, badRows } = await importFile(file);
    const at = csv(500, () => 'soft').indexOf('soft 499') + 2;
    expect(rows).toBe(999);
    expect(badRows).toEqual([
      { line: 501, reason: `the control character U+000B does not belong in text (byte ${at})` },
    ]);
  });

  it('of another encoding are counted, with a word on how to name it, and do not change the encoding', async () => {
    const text = encode(
      csv(1000, () => 'とても良い品でした。'),
      'shift_jis',
    );
    const at = text.indexOf(encode(' 500,', 'shift_jis'));
    const { rows, badRows, notices } = await importFile(
      write('rows.csv', Buffer.concat([text.subarray(0, at), Buffer.of(0xfd), text.subarray(at)])),
    );
    expect({ rows, badRows }).toEqual({
      rows: 999,
      badRows: [{ line: 502, reason: `byte 0xfd is not shift_jis text (byte ${at})` }],
    });
    expect(notices).toEqual([expect.stringMatching(/1 place is no shift_jis text.*name it for the import/)]);
  });

  it('refuse the file where they are in more rows than not', async () => {
    const error = await graftErrorOfAsync(() =>
      importFile(
        write(
          'rows.csv',
          encode(
            csv(10, (index) => (index < 6 ? 'café' : 'tea')),
            'windows-1252',
          ),
        ),
      ),
    );
    expect(error).toMatchObject({ code: 'invalid', data: { line: 2, byte: 16, field: 'encoding' } });
    expect(error.message).toMatch(
      /byte 0xe9 is not utf-8 text \(byte 16\)\. Rows with such faults: 6; rows without: 4/,
    );
  });
});

describe('JSON', () => {
  it('tells the bad rows of a list on one line by their place', async () => {
    const list = `[${Array.from({ length: 9 }, (_, index) => `{"text":${index === 3 ? 'nope' : '"a"'},"label":${index === 6 ? 'null' : index % 2}}`).join(',')}]`;
    const file = write('rows.json', list);
    const { rows, badRows } = await importFile(file);
    expect(rows).toBe(7);
    expect(badRows).toEqual([
      { line: 1, reason: expect.stringMatching(/^row 4 of the list: not JSON/) },
      { line: 1, reason: 'row 7 of the list: no label' },
    ]);
    expect((await previewDataset(file)).badRows).toHaveLength(2);
  });

  it('loses no row by NaN in a field that is not used, and a row by NaN in one that is', async () => {
    const lines = rowsOf(
      6,
      (index) =>
        `{"text":"NaN ${index}","label":${index === 2 ? 'NaN' : index % 2},"id":${index % 2 === 0 ? 'NaN' : '-Infinity'}}\n`,
    );
    expect(await importFile(write('rows.jsonl', lines))).toMatchObject({
      rows: 5,
      badRows: [{ line: 3, reason: 'no label' }],
      unusedColumns: ['id'],
    });
  });

  it('keeps whole numbers apart that a double cannot hold', async () => {
    const lines = rowsOf(
      6,
      (index) => `{"text":"a ${index}","label":${index % 2 === 0 ? '9007199254740993' : '9007199254740992'}}\n`,
    );
    expect((await importFile(write('rows.jsonl', lines))).labels).toEqual({
      '9007199254740992': 3,
      '9007199254740993': 3,
    });
  });
});

describe('Parquet', () => {
  it('gives declared classes by name, in the order of the file', async () => {
    const { classes, labels, badRows } = await importFile(fixturePath('parquet/class_labels.parquet'));
    expect(classes).toEqual(['neutral', 'entailment', 'contradiction']);
    expect(labels).toEqual({ contradiction: 1, entailment: 1, neutral: 1 });
    expect(badRows.map(({ line }) => line)).toEqual([3, 5]);
  });
});
