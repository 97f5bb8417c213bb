/**
 * Each notice comes out of what gives it, so that a wording changed there shows up here as a line left in English.
 * Files are read in Node's own environment: a browser's stand-in has other bytes.
 * @vitest-environment node
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFileRows } from '../../../main/datasets/readFileRows.ts';
import { recogniseFormat, rowNotices } from '../../../main/datasets/recognise.ts';
import type { FieldRow } from '../../../main/datasets/recognise.ts';
import { ReadingRecord } from '../../../main/datasets/ReadingRecord.ts';
import { fileNotice } from '../../../renderer/i18n/fileNotices.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

function ofRows(row: FieldRow, count = 8): readonly string[] {
  const recognised = recogniseFormat(
    Array.from({ length: count }, (_, index) => ({ ...row, ...('dept' in row && { dept: index % 2 === 0 ? 'north' : 'south' }) })),
    { file: 'rows.jsonl' },
  );
  return [...recognised.notices, ...recognised.offers.map(({ notice }) => notice), ...rowNotices(row, recognised)];
}

async function ofTable(text: string): Promise<readonly string[]> {
  const notices: string[] = [];
  const file = join(temporaryDir(), 'rows.csv');
  writeFileSync(file, text);
  for await (const row of readFileRows(file, { onNotice: (notice) => void notices.push(notice) })) expect(row.line).toBeGreaterThan(0);
  return notices;
}

function ofManyColumns(): readonly string[] {
  const record = new ReadingRecord();
  record.see(Object.fromEntries(Array.from({ length: 205 }, (_, index) => [`k${index}`, 'x'])));
  return record.toReading({}).notices;
}

const message = { role: 'user', content: 'a', mood: 'glad' };

const cases: readonly (readonly [string, number, () => readonly string[] | Promise<readonly string[]>])[] = [
  ['preferences', 1, () => ofRows({ prompt: 'a', chosen: 'b', rejected: 'c' })],
  ['verdicts', 1, () => ofRows({ prompt: 'a', completion: 'b', label: true })],
  ['choices', 1, () => ofRows({ question: 'Which one is it?', choice0: 'a', choice1: 'b', label: 1 })],
  ['a format with hardly a usable row', 2, () => ofRows({ text: 'a', labels: [1, 2] })],
  ['several answers', 1, () => ofRows({ question: 'a', answers: ['b', 'c'] })],
  ['a label of plain text', 1, () => ofRows({ text: 'It came late.', dept: '' })],
  ['another label', 1, () => ofRows({ text: 'It came late.', label: 'x', topic: 'y' })],
  ['unread fields', 1, () => ofRows({ messages: [message, { role: 'assistant', content: 'b' }] })],
  ['many columns', 1, ofManyColumns],
  ['rows of separators, and separators behind', 2, () => ofTable('text,label\na,b,,\n,\nc,d\n')],
  ['a title', 1, () => ofTable('Letters of May\n\ntext,label\na,b\nc,d\ne,f\n')],
  ['unnamed and repeated columns', 2, () => ofTable(',text,text\n1,a,b\n')],
  ['text behind a quote', 1, () => ofTable('text,label\n"a" b,c\nd,e\n')],
  ['open quotes', 1, () => ofTable(`text,label\n${'a,b\n'.repeat(3)}"c,d\n${'e,f\n'.repeat(9)}g",h\n`)],
];

describe('notices of an import', () => {
  it.each(cases)('are in Japanese too: %s', async (_, count, give) => {
    const notices = await give();
    expect(notices.length).toBeGreaterThanOrEqual(count);
    for (const notice of notices) expect(fileNotice(notice, 'ja')).not.toBe(notice);
    for (const notice of notices) expect(fileNotice(notice, 'ja')).toMatch(/[\u3040-\u30ff]/);
    for (const notice of notices) expect(fileNotice(notice, 'en')).toBe(notice);
  });

  it('are shown as they are where no words are known', () => {
    expect(fileNotice('Something else happened.', 'ja')).toBe('Something else happened.');
  });

  it('keep every part in its place', () => {
    const notice = 'Two columns are named "text": column 3 is called "text.1".';
    expect(fileNotice(notice, 'ja')).toBe('「text」という名前の列が 2 つあるため、3 列目を「text.1」とします。');
  });
});
