/** An import's labels, from the file to what is kept: each test is a file that a tool really writes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importDataset } from '../../main/datasets/importDataset.ts';
import { countLabels } from '../../main/datasets/labelCounts.ts';
import { fixturePath } from '../support/fixtures.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { inEnglish } from '../support/inEnglish.ts';

async function importFile(file: string) {
  const imported = await importDataset(file, {
    datasetsDir: join(temporaryDir(), 'datasets'),
    isKnown: () => false,
    format: 'classification',
  });
  if ('knownHash' in imported) throw new Error('it was known');
  const labels = await countLabels(imported.dir);
  return { ...inEnglish(imported), labels: Object.fromEntries(labels.map(({ label, rows }) => [label, rows])) };
}

function write(name: string, labels: readonly string[]): string {
  const file = join(temporaryDir(), name);
  writeFileSync(file, ['text,label', ...labels.map((label, row) => `text ${row},${label}`)].join('\n'));
  return file;
}

describe('labels of an import', () => {
  test('NaN of pandas is a bad row with its line, and 0.0 the class 0', async () => {
    const { rows, badRows, labels, reading } = await importFile(write('pandas.csv', ['0.0', '1.0', '', 'nan', '1.0']));
    expect(badRows).toEqual([
      { line: 4, reason: 'no label' },
      { line: 5, reason: 'no label (nan)' },
    ]);
    expect({ rows, labels }).toEqual({ rows: 3, labels: { 0: 1, 1: 2 } });
    expect(reading.notices).toEqual(['Labels such as "0.0" are read as the number 0.']);
  });

  test('NaN in Parquet is a bad row', async () => {
    const { badRows, labels } = await importFile(fixturePath('parquet/label_nan.parquet'));
    expect(labels).toEqual({ 0: 1, 1: 1 });
    expect(badRows).toEqual([
      { line: 3, reason: 'no label (NaN)' },
      { line: 4, reason: 'no label' },
    ]);
  });

  test('a label late in the file decides over the first', async () => {
    const { labels, badRowCount } = await importFile(
      write('late.csv', [...Array.from({ length: 300 }, () => 'NA'), '1.5', '2.5']),
    );
    expect({ labels, badRowCount }).toEqual({ labels: { '1.5': 1, '2.5': 1 }, badRowCount: 300 });
  });

  test('a CSV of another fraction in every row is one of labels without being told', async () => {
    const values = Array.from({ length: 40 }, (_, row) => (row === 3 ? 'nan' : String(row / 8)));
    const setup = { datasetsDir: join(temporaryDir(), 'datasets'), isKnown: () => false };
    const imported = await importDataset(write('scores.csv', values), setup);
    expect(inEnglish(imported)).toMatchObject({
      format: 'classification',
      rows: 39,
      badRows: [{ line: 5, reason: 'no label (nan)' }],
    });
  });

  test('a test split of a file that lists its classes is refused, not read as plain text', async () => {
    const setup = { datasetsDir: join(temporaryDir(), 'datasets'), isKnown: () => false };
    await expect(importDataset(fixturePath('parquet/class_labels_test.parquet'), setup)).rejects.toMatchObject({
      message: expect.stringContaining('no row has a label (column label)'),
    });
  });

  test('a test split is refused with the reason', async () => {
    await expect(importFile(write('test.csv', ['-1', '-1']))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(
        'every label is -1, which stands for no label, as in a test split (column label)',
      ),
      data: { field: 'label', remedy: expect.stringContaining('with labels') },
    });
  });
});
