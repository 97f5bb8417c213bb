import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { previewDataset } from '../../main/datasets/preview.ts';
import type { PreviewReading } from '../../main/datasets/preview.ts';
import { fixturePath } from '../support/fixtures.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { inEnglish } from '../support/inEnglish.ts';

async function previewText(content: string | Uint8Array, name = 'rows.jsonl', reading: PreviewReading = {}) {
  const file = join(temporaryDir(), name);
  writeFileSync(file, content);
  return inEnglish(await previewDataset(file, reading));
}

describe('previewDataset', () => {
  it('names what the file is and the role of each column, with examples and bad rows by line', async () => {
    const text = 'question,answer,source\n"a, b",c,x\nd,,x\ne,f,x\nonly one\n';
    expect(await previewText(text, 'rows.csv')).toEqual({
      ...{
        fileName: 'rows.csv',
        sizeBytes: text.length,
        encoding: 'utf-8',
        recognised: 'prompt',
        format: 'prompt',
        problem: null,
      },
      ...{ notices: [], proposal: null, offers: [] },
      roles: [
        { role: 'prompt', required: true },
        { role: 'completion', required: true },
        { role: 'system', required: false },
        { role: 'context', required: false },
        { role: 'tools', required: false },
      ],
      columns: [
        { name: 'question', role: 'prompt', examples: ['a, b', 'd', 'e'] },
        { name: 'answer', role: 'completion', examples: ['c', 'f'] },
        { name: 'source', role: null, examples: ['x'] },
      ],
      rows: [
        { question: 'a, b', answer: 'c', source: 'x' },
        { question: 'd', answer: '', source: 'x' },
        { question: 'e', answer: 'f', source: 'x' },
      ],
      badRows: [
        { line: 3, reason: 'empty answer: completion' },
        { line: 5, reason: '1 field where the header has 3' },
      ],
    });
  });

  it('shows columns that nothing fits with a problem in words, and honours the mapping, finished or not', async () => {
    const text = 'frage,antwort\na,b\n';
    const unknown = await previewText(text, 'rows.csv');
    expect(unknown).toMatchObject({
      recognised: null,
      format: null,
      roles: [],
      columns: [{ name: 'frage', role: null }, { name: 'antwort' }],
    });
    expect(unknown.problem).toMatch(/columns frage, antwort.*Rename the columns/);
    const half = await previewText(text, 'rows.csv', { format: 'prompt', columns: { prompt: 'frage' } });
    expect(half).toMatchObject({ format: 'prompt', columns: [{ role: 'prompt' }, { role: null }] });
    expect(half.problem).toMatch(/needs a column for completion/);
    const whole = await previewText(text, 'rows.csv', {
      format: 'prompt',
      columns: { prompt: 'frage', completion: 'antwort' },
    });
    expect(whole).toMatchObject({
      recognised: null,
      format: 'prompt',
      problem: null,
      columns: [{ role: 'prompt' }, { role: 'completion' }],
    });
  });

  it.each([
    ['the middle of a row', (rows: string) => rows, 'rows.jsonl'],
    ['an open array', (rows: string) => `[${rows.trim().replaceAll('\n', ',')}]`, 'rows.json'],
    ['an open quote', () => `prompt,completion\n${'a,"b\nc"\n'.repeat(400_000)}`, 'rows.csv'],
    [
      'the middle of a character',
      () => `text\n${'あ'.repeat(3000)}\n`.repeat(300).replaceAll('\ntext\n', '\n'),
      'rows.csv',
    ],
    ['the first paragraph', () => `あ${'x'.repeat(2 ** 20 - 2)}い\n\nnext`, 'rows.txt'],
  ])('takes the end of the beginning, in %s, for no fault of the file', async (_, content, name) => {
    const rows = `${JSON.stringify({ prompt: 'あ'.repeat(2000), completion: 'b' })}\n`.repeat(400);
    const preview = await previewText(content(rows), name);
    expect(preview).toMatchObject({ problem: null, badRows: [], encoding: 'utf-8' });
    expect(preview.rows.length).toBeGreaterThan(0);
  });

  it('tells a fault within the beginning of a large file, as one bad row while most are good', async () => {
    const good = '{"text":"c"}\n'.repeat(200_000);
    const preview = await previewText(`{"text":"a"}\n{"text":"b\u0001"}\n${good}`);
    expect(preview).toMatchObject({ problem: null, badRows: [{ line: 2, reason: expect.stringContaining('U+0001') }] });
    const broken = await previewText(`${'{"text":"b\u0001"}\n'.repeat(201)}${good}`);
    expect(broken.problem).toMatch(/line 1: the control character .* faults: 201; rows without: 200/);
  });

  it('shows Shift-JIS and what it was said to be', async () => {
    const bytes = Buffer.from('7b2274657874223a2282b182f182c982bf82cd227d0a', 'hex');
    expect(await previewText(bytes)).toMatchObject({ encoding: 'shift_jis', rows: [{ text: 'こんにちは' }] });
    expect((await previewText(bytes, 'rows.jsonl', { encoding: 'utf-8' })).problem).toMatch(/not utf-8 text/);
  });

  it('reads Parquet, with labels that are numbers', async () => {
    const preview = await previewDataset(join(fixturePath('parquet'), 'labels_plain.parquet'));
    expect(preview).toMatchObject({
      encoding: 'binary',
      recognised: 'classification',
      rows: [{ text: '良い', label: '1' }, {}],
      problem: null,
    });
  });

  it('words what cannot be a dataset, and throws only for a file that is not there', async () => {
    expect((await previewText(Buffer.from([0x25, 0x50, 0x44, 0x46, 0x2d]), 'a.pdf')).problem).toMatch(/is a PDF/);
    expect((await previewText('')).problem).toMatch(/is empty/);
    expect((await previewText('nonsense\n')).problem).toMatch(/No row can be read. Line 1: not JSON/);
    mkdirSync(join(temporaryDir(), 'folder'));
    expect((await previewDataset(temporaryDir())).problem?.text).toMatch(/is a folder/);
    expect((await graftErrorOfAsync(() => previewDataset('/nowhere/rows.jsonl'))).code).toBe('notFound');
  });

  it('answers any bytes in any container', async () => {
    const names = ['a.jsonl', 'a.json', 'a.csv', 'a.tsv', 'a.txt', 'a'];
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(...names), async (bytes, name) => {
        expect((await previewText(bytes, name)).sizeBytes).toBe(bytes.byteLength);
      }),
      { numRuns: 80 },
    );
  });
});

describe('labels in a preview', () => {
  const table = (labels: readonly string[]): string =>
    ['text,label', ...labels.map((label, row) => `text ${row},${label}`)].join('\n');

  it('are read as the import reads them', async () => {
    const preview = await previewText(table(['1.0', '0.0', 'NA', '1.0']), 'rows.csv');
    expect(preview.badRows).toEqual([{ line: 4, reason: 'no label (NA)' }]);
    expect(preview.notices).toContain('Labels such as "1.0" are read as the number 1.');
  });

  it('that are none are the problem', async () => {
    expect((await previewText(table(['-1', '-1']), 'rows.csv')).problem).toMatch(
      /every label is -1.*Use the split with labels/,
    );
  });

  it('of a part of the file say nothing of the whole', async () => {
    const preview = await previewText(table([...Array.from({ length: 300 }, () => '-1'), '1']), 'rows.csv');
    expect(preview).toMatchObject({ problem: null, badRows: [], notices: [] });
  });
});
