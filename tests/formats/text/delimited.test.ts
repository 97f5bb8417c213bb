import { describe, expect, it } from 'vitest';
import { readDelimited } from '../../../main/formats/text/delimited.ts';
import type { RawRow } from '../../../main/formats/text/rows.ts';
import type { TableShape } from '../../../main/formats/text/tableShape.ts';
import type { Said } from '../../../main/contract/words/words.ts';
import { collect, inPieces } from './pieces.ts';
import { type InEnglish, inEnglish } from '../../support/inEnglish.ts';

async function read(text: string, shape: Partial<TableShape> = {}, size = 7) {
  const notices: Said[] = [];
  const pieces = inPieces(text, size);
  const rows = await collect(
    readDelimited(
      { pieces, file: 'rows.csv', onNotice: (notice) => notices.push(notice) },
      { delimiter: ',', ...shape },
    ),
  );
  return inEnglish({ rows, notices });
}

const valuesOf = (rows: readonly InEnglish<RawRow>[]) => rows.map((row) => ('value' in row ? row.value : row.reason));

describe('headers', () => {
  it('calls a column without a name as pandas does, keeps it where it holds something, and says so', async () => {
    const { rows, notices } = await read(',text,label\n0,good,pos\n1,bad,neg\n');
    expect(valuesOf(rows)).toEqual([
      { 'Unnamed: 0': '0', text: 'good', label: 'pos' },
      { 'Unnamed: 0': '1', text: 'bad', label: 'neg' },
    ]);
    expect(notices).toEqual([
      'Not named in the header and left aside, unless a role is given to it: column 1 ("Unnamed: 0").',
    ]);
  });

  it('takes separators too many in header, in rows, in both or in neither alike', async () => {
    const expected = [
      { text: 'a', label: 'pos' },
      { text: 'b', label: 'neg' },
    ];
    for (const text of [
      'text,label,,\na,pos,,\nb,neg,,\n',
      'text,label,,\na,pos\nb,neg,\n',
      'text,label\na,pos,,\nb,neg\n',
    ]) {
      expect(valuesOf((await read(text)).rows)).toEqual(expected);
    }
    expect((await read('text,label\na,pos,,\nb,neg\n')).notices).toEqual([
      'Separators behind the last column are left out, in 1 row.',
    ]);
    expect(valuesOf((await read('text,label\na,pos,c\nb,neg\n')).rows)[0]).toBe('3 fields where the header has 2');
  });

  it('gives the second column of a name another, as pandas does, and says which', async () => {
    const { rows, notices } = await read('text,label,text,text.1\na,b,c,d\n');
    expect(valuesOf(rows)).toEqual([{ text: 'a', label: 'b', 'text.2': 'c', 'text.1': 'd' }]);
    expect(notices).toEqual(['Two columns are named "text": column 3 is called "text.2".']);
  });

  it('passes over what stands before the header, and keeps the lines of the rows', async () => {
    const { rows, notices } = await read('sep=;\n\ntext;label\na;pos\n', {
      delimiter: ';',
      linesBefore: 1,
      before: 'separator',
    });
    expect(rows).toEqual([{ line: 4, value: { text: 'a', label: 'pos' } }]);
    expect(notices).toEqual([]);
    const titled = await read('Survey\ntext,label\na,pos\n', { linesBefore: 1, before: 'title' });
    expect(titled.rows).toEqual([{ line: 3, value: { text: 'a', label: 'pos' } }]);
    expect(titled.notices).toEqual(['The header is in line 2; what stands above it is left out (1 line).']);
  });

  it('names the column of row names', async () => {
    const { rows } = await read('"text","label"\n"1","a","pos"\n', { hasRowNames: true });
    expect(valuesOf(rows)).toEqual([{ 'Unnamed: 0': '1', text: 'a', label: 'pos' }]);
  });
});

describe('rows of separators alone', () => {
  it('are none and are counted, but empty quotes are a row', async () => {
    const { rows, notices } = await read('text,label\n,\na,pos\n,,\n"",""\n , \n');
    expect(rows).toEqual([
      { line: 3, value: { text: 'a', label: 'pos' } },
      { line: 5, value: { text: '', label: '' } },
    ]);
    expect(notices).toEqual(['Left out, as there is nothing but separators in them: 3 rows.']);
  });
});

describe('quotes within a field', () => {
  it('are kept where text follows the closing one, and it is said', async () => {
    const { rows, notices } = await read('text,label\n"so" he said,a\nsay "so",b\n"so ""so""",c\n');
    expect(valuesOf(rows)).toEqual([
      { text: '"so" he said', label: 'a' },
      { text: 'say "so"', label: 'b' },
      { text: 'so "so"', label: 'c' },
    ]);
    expect(notices).toEqual([
      'Text follows a closing quote (1 row, first in line 2): such a field is kept with its quotes.',
    ]);
  });
});

describe('quotes that stay open', () => {
  const tail = Array.from({ length: 30 }, (_, index) => `q${index},a${index}`).join('\n');

  it('are one bad row, and the rows that they would swallow are read', async () => {
    for (const size of [3, 1000]) {
      const { rows } = await read(`question,answer\n"open quote,a\nb,c\n${tail}\n`, {}, size);
      expect(rows[0]).toEqual({
        line: 2,
        reason: 'a quote that opens in this row is never closed; the 31 lines after it are read as rows of their own',
      });
      expect(rows[1]).toEqual({ line: 3, value: { question: 'b', answer: 'c' } });
      expect(rows.slice(1)).toHaveLength(31);
      expect(rows.at(-1)).toMatchObject({ line: 33, value: { question: 'q29' } });
    }
  });

  it('are found where the quote of a later row closes them by accident, and that row is read whole', async () => {
    const { rows, notices } = await read('question,answer\n"open,a\nb,c\nd,e\n"x, y",z\n"two\nlines",w\n');
    expect(rows).toEqual([
      { line: 2, reason: expect.stringMatching(/closes only in line 5; the lines after this one are read/) },
      { line: 3, value: { question: 'b', answer: 'c' } },
      { line: 4, value: { question: 'd', answer: 'e' } },
      { line: 5, value: { question: 'x, y', answer: 'z' } },
      { line: 6, value: { question: 'two\nlines', answer: 'w' } },
    ]);
    expect(notices).toEqual([]);
  });

  it('are found where a text of several lines closes them by accident', async () => {
    const { rows } = await read('question,answer\n"open,a\nb,c\n"two\nlines",w\nx,y\n');
    expect(valuesOf(rows).slice(1)).toEqual([
      { question: 'b', answer: 'c' },
      { question: 'two\nlines', answer: 'w' },
      { question: 'x', answer: 'y' },
    ]);
  });

  it('are found in the last column, where the number of fields comes out by accident', async () => {
    const { rows } = await read('question,answer\na,"open\nb,c\nd,"e"\nf,g\n');
    expect(valuesOf(rows).slice(1)).toEqual([
      { question: 'b', answer: 'c' },
      { question: 'd', answer: 'e' },
      { question: 'f', answer: 'g' },
    ]);
  });

  it('are said with their lines where all comes out by accident, and nothing is taken apart', async () => {
    const { rows, notices } = await read(`question,answer\n"open,a\nb,c\nd 5",e\n${tail}\n`);
    expect(rows[0]).toEqual({ line: 2, value: { question: 'open,a\nb,c\nd 5', answer: 'e' } });
    expect(notices).toEqual([
      'Quotes make one row of lines 2 to 4, though each line could be a row of its own. ' +
        'If a quote was left open in line 2, close it and import the file again.',
    ]);
  });

  it('lose the rest where it is no rows, and the reason says how many lines', async () => {
    const { rows } = await read('question,answer\na,b\n"A letter\nof three\nlines, with two, commas\n');
    expect(rows.at(-1)).toEqual({
      line: 3,
      reason: 'a quote that opens in this row is never closed; the 2 lines after it are lost with it',
    });
    expect((await read('q,a\n1,2\n3,"open\n')).rows.at(-1)).toEqual({
      line: 3,
      reason: 'a quote that opens in this row is never closed',
    });
  });

  it.each([
    ['a letter', '"Dear Sir,\n\nI write, as you know, again.\n\nYours,\nA. Non",formal'],
    ['a poem with a comma in each line', '"Roses are red,\nviolets are blue,\nsugar is sweet,\nand so are you",love'],
    ['a sentence with a comma on two lines', '"Yes, I did\nok",yes'],
    ['a list', '"- one\n- two\n- three",list'],
    ['quotes within the text', '"She said ""no"",\nand I, ""yes""",talk'],
    ['an answer of several lines', 'short,"First, this.\nThen, that."'],
    ['a table within the text', '"a,b\n1,2\n3,4",table'],
  ])('are not suspected in %s', async (_, row) => {
    const { rows, notices } = await read(`text,label\nx,y\n${row}\nz,w\n`);
    expect(rows).toHaveLength(3);
    expect(rows.every((each) => 'value' in each)).toBe(true);
    expect(notices).toEqual([]);
  });
});
