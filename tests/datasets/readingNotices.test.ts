/** What is said of a choice of format, and how to have another one. */
import { describe, expect, it } from 'vitest';
import { flagsOf } from '../../main/datasets/readingNotices.ts';
import { recogniseFormat } from '../../main/datasets/recognise.ts';
import type { FieldRow } from '../../main/datasets/recognise.ts';
import { graftErrorOf } from '../support/graftErrors.ts';
import { inEnglish } from '../support/inEnglish.ts';

const file = 'rows.jsonl';
const rowsOf = (make: (row: number) => FieldRow, count = 12): FieldRow[] =>
  Array.from({ length: count }, (_, row) => make(row));
const prose = (row: number): string => `The parcel of number ${row} came late, and nobody knew why.`;

describe('other readings', () => {
  it('are offered for a column of a few short values beside plain text, with flags that do it', () => {
    const rows = rowsOf((row) => ({
      text: prose(row),
      dept: row % 2 === 0 ? 'north' : 'south',
      id: row,
      origin: 'web',
    }));
    const { format, offers } = recogniseFormat(rows, { file });
    expect(format).toBe('text');
    expect(inEnglish(offers)).toEqual([
      {
        ...{ format: 'classification', columns: { text: 'text', label: 'dept' }, column: 'dept' },
        notice: expect.stringMatching(
          /^The column dept \(north, south\) is not learned.* --format classification --column text=text --column label=dept$/,
        ),
      },
    ]);
    const [offer] = offers;
    expect(recogniseFormat(rows, { file, format: offer?.format, columns: offer?.columns })).toMatchObject({
      ...{ format: 'classification', columns: { text: 'text', label: 'dept' }, offers: [] },
    });
  });

  it('are offered for a second column that is called a label', () => {
    const { columns, offers } = recogniseFormat(
      rowsOf((row) => ({ text: prose(row), coarse_label: row % 2, fine_label: row % 4 })),
      { file },
    );
    expect(columns).toEqual({ text: 'text', label: 'coarse_label' });
    expect(offers.map(({ column }) => column)).toEqual(['fine_label']);
  });

  it('are not offered for columns that differ in every row or never', () => {
    expect(
      recogniseFormat(
        rowsOf((row) => ({ text: prose(row), name: `n${row}`, source: 'web' })),
        { file },
      ).offers,
    ).toEqual([]);
  });

  it('stay text where the column that is called a label has another text in every row, and say so', () => {
    const { format, offers } = recogniseFormat(
      rowsOf((row) => ({ text: prose(row), topic: `about ${row}` }), 40),
      { file },
    );
    expect({ format, columns: offers.map(({ column }) => column) }).toEqual({ format: 'text', columns: ['topic'] });
  });
});

describe('flags', () => {
  it.each([
    ['frage', 'prompt=frage'],
    ['質問', 'prompt=質問'],
    ['die frage', '"prompt=die frage"'],
    ['5 $', "'prompt=5 $'"],
    [`it's "so"`, `'prompt=it'\\''s "so"'`],
  ])('quote %s for a shell', (column, word) => {
    expect(flagsOf({ format: 'prompt', columns: { prompt: column } })).toBe(`--format prompt --column ${word}`);
  });
});

describe('notices', () => {
  const noticesOf = (rows: readonly FieldRow[]): readonly string[] =>
    inEnglish(recogniseFormat(rows, { file }).notices);

  it.each([
    [{ prompt: 'a', chosen: 'b', rejected: 'c' }, /only chosen is trained, and the answers in rejected are left aside/],
    [{ prompt: 'a', completion: 'b', label: true }, /label judges the answers/],
    [{ question: 'Which one is it?', choice0: 'a', choice1: 'b', label: 1 }, /choose from \(choice0, choice1\).*label/],
    [
      { text: 'a', labels: [1, 2] },
      /text, labels look like the format classification.*more than one label.*read as text/,
    ],
    [{ text: 'a', label: null }, /text, label look like the format classification.*no label.*read as text/],
  ])('of %j', (row, notice) => {
    expect(noticesOf(rowsOf(() => row))).toEqual([expect.stringMatching(notice)]);
  });

  it('are none where nothing is odd', () => {
    expect(noticesOf(rowsOf((row) => ({ question: prose(row), answer: prose(row), id: row })))).toEqual([]);
  });
});

describe('columns of unknown names', () => {
  const proposalOf = (rows: readonly FieldRow[], options = {}): unknown =>
    graftErrorOf(() => recogniseFormat(rows, { file, ...options })).data['proposal'];

  it.each([
    [
      'two texts',
      { frage: prose, antwort: prose, nr: (row: number) => row },
      { format: 'prompt', columns: { prompt: 'frage', completion: 'antwort' } },
    ],
    [
      'a known one second',
      { frage: prose, question: prose },
      { format: 'prompt', columns: { prompt: 'question', completion: 'frage' } },
    ],
    [
      'an answer first',
      { user_reply_text: prose, anfrage: prose },
      { format: 'prompt', columns: { prompt: 'anfrage', completion: 'user_reply_text' } },
    ],
    [
      'a text and few values',
      { satz: prose, sorte: (row: number) => `s${row % 3}` },
      { format: 'classification', columns: { text: 'satz', label: 'sorte' } },
    ],
    [
      'two texts and a label',
      { satz: prose, zweiter: prose, label: (row: number) => row % 2 },
      { format: 'classification', columns: { text: 'satz', second: 'zweiter', label: 'label' } },
    ],
    ['one text', { satz: prose, nr: (row: number) => row }, { format: 'text', columns: { text: 'satz' } }],
    ['numbers', { a1: (row: number) => row, b1: (row: number) => row * 2 }, undefined],
    ['single messages', { role: (row: number) => (row % 2 === 0 ? 'user' : 'assistant'), content: prose }, undefined],
  ])('propose by their values: %s', (_, columns, proposal) => {
    const rows = rowsOf((row) =>
      Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, value(row)])),
    );
    expect(proposalOf(rows)).toEqual(proposal);
  });

  it('say in the error what to add to the command, and propose nothing against what was given', () => {
    const rows = rowsOf((row) => ({ 'die frage': prose(row), antwort: prose(row) }));
    const error = graftErrorOf(() => recogniseFormat(rows, { file }));
    expect(error.data.remedy).toMatch(/--format prompt --column "prompt=die frage" --column completion=antwort$/);
    expect(proposalOf(rows, { format: 'text' })).toEqual({ format: 'text', columns: { text: 'die frage' } });
    expect(proposalOf(rows, { columns: { prompt: 'antwort' } })).toBeUndefined();
  });
});

describe('fields of objects', () => {
  const rows = rowsOf((row) => ({ id: row, data: { question: prose(row), answer: prose(row), lang: 'en' } }));

  it('are columns where nothing beside them fits', () => {
    expect(recogniseFormat(rows, { file })).toMatchObject({
      format: 'prompt',
      columns: { prompt: 'data.question', completion: 'data.answer' },
    });
  });

  it('do not turn plain text into labels', () => {
    const described = rowsOf((row) => ({
      text: prose(row),
      meta: { category: row % 2 === 0 ? 'a' : 'b', source: 'web' },
    }));
    expect(recogniseFormat(described, { file })).toMatchObject({ format: 'text', columns: { text: 'text' } });
  });

  it('can be given by their names', () => {
    const columns = { prompt: 'data.answer', completion: 'data.question' };
    expect(recogniseFormat(rows, { file, columns })).toMatchObject({ format: 'prompt', columns });
  });
});
