import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTextRows } from '../../../main/studio/datasets/textRows.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

function fileOf(content: string | Uint8Array, name: string): string {
  const file = join(temporaryDir(), name);
  writeFileSync(file, content);
  return file;
}

describe('readTextRows', () => {
  it('reads what spreadsheets write, as the import of a dataset does', async () => {
    expect(await readTextRows(fileOf('\ufeffsep=;\r\ntext;second;\r\n"a; b";c;\r\n', 'rows.csv'))).toEqual([
      { text: 'a; b', second: 'c' },
    ]);
    const utf16 = Buffer.from('\ufefftext\tnote\r\nHow, so?\tx\r\nSo, so.\ty\r\n', 'utf16le');
    expect(await readTextRows(fileOf(utf16, 'rows.txt'))).toEqual([{ text: 'How, so?' }, { text: 'So, so.' }]);
  });

  it('finds the text by any usual name, two texts by each other, and the only column of texts by being the only one', async () => {
    const json = (row: object): string => fileOf(`${JSON.stringify(row)}\n`, 'rows.jsonl');
    expect(await readTextRows(json({ question: 'Who?', sentence: 'Ann came.' }))).toEqual([
      { text: 'Who?', second: 'Ann came.' },
    ]);
    expect(await readTextRows(json({ 番号: 4, 本文: '届きました。' }))).toEqual([{ text: '届きました。' }]);
    expect(await readTextRows(json({ id: 'a-1', remark: 'It came late.' }))).toEqual([{ text: 'It came late.' }]);
  });

  it('leaves no row out in silence', async () => {
    const broken = await graftErrorOfAsync(() =>
      readTextRows(fileOf('{"text":"a"}\n{"text":"b\u0007"}\n', 'rows.jsonl')),
    );
    expect(broken.data).toMatchObject({ line: 2 });
    expect((await graftErrorOfAsync(() => readTextRows(fileOf('{"note":7}\n', 'rows.jsonl')))).message).toMatch(
      /line 1: it has no text/,
    );
    expect((await graftErrorOfAsync(() => readTextRows(fileOf('\n', 'rows.jsonl')))).message).toMatch(/holds no row/);
  });
});
