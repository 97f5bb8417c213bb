import { parse } from 'csv-parse/sync';
import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { CsvRecords } from '../../../main/formats/text/csvRecords.ts';
import { readDelimited } from '../../../main/formats/text/delimited.ts';
import { readJsonArray } from '../../../main/formats/text/jsonArray.ts';
import { readJsonLines } from '../../../main/formats/text/jsonLines.ts';
import { readLines } from '../../../main/formats/text/lines.ts';
import { findPlainTextSplit, readPlainText } from '../../../main/formats/text/plainText.ts';
import type { RawRows, RowText } from '../../../main/formats/text/rows.ts';
import { collect, inPieces } from './pieces.ts';
import { inEnglish } from '../../support/inEnglish.ts';

type Reader = (text: RowText) => RawRows;
const readCsv: Reader = (text) => readDelimited(text, { delimiter: ',' });
const readTsv: Reader = (text) => readDelimited(text, { delimiter: '\t' });
const readParagraphs: Reader = (text) => readPlainText(text, 'paragraphs');
const readTextLines: Reader = (text) => readPlainText(text, 'lines');

async function rowsOf(reader: Reader, text: string, size = 5) {
  return inEnglish(await collect(reader({ pieces: inPieces(text, size), file: 'rows' })));
}

describe('lines', () => {
  it('numbers lines of all three kinds of ends, wherever the pieces are cut', async () => {
    for (const size of [1, 2, 3, 100]) {
      const lines = await collect(readLines(inPieces('a\r\nb\rc\n\nd', size), 'rows'));
      expect(lines).toEqual(['a', 'b', 'c', '', 'd'].map((text, index) => ({ number: index + 1, text })));
    }
  });
});

describe('JSON Lines', () => {
  it('gives each object its line, skips blank lines and lists what is not an object', async () => {
    const rows = await rowsOf(readJsonLines, '{"a":1}\r\n\n  {"b":"ü"}\n[1]\n{"a":\n"text"');
    expect(rows).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 3, value: { b: 'ü' } },
      { line: 4, reason: 'not an object with fields but a list' },
      { line: 5, reason: expect.stringContaining('not JSON') },
      { line: 6, reason: 'not an object with fields but text' },
    ]);
  });
});

describe('JSON arrays', () => {
  it('finds every element and its line at any piece size', async () => {
    const text = '\n[ {"a": "x]}\\"[{"},\n 7,\n{"b": [1, {"c": 2}]\n}, tru, "s", {"e": nope}\n]\n';
    for (const size of [1, 2, 3, 1000]) {
      expect(await rowsOf(readJsonArray, text, size)).toEqual([
        { line: 2, place: 1, value: { a: 'x]}"[{' } },
        { line: 3, place: 2, reason: 'not an object with fields but a number' },
        { line: 4, place: 3, value: { b: [1, { c: 2 }] } },
        { line: 5, place: 4, reason: expect.stringContaining('not JSON') },
        { line: 5, place: 5, reason: 'not an object with fields but text' },
        { line: 5, place: 6, reason: expect.stringContaining('not JSON') },
      ]);
    }
  });

  it('takes the one list of objects of an outer object and nothing else of it', async () => {
    const text =
      '{"version": {"list": [{"no": 1}]}, "tags": ["a", "b"], "empty": [],\n "data": [{"a": 1},\n{"a": 2}], "n": 1e5}';
    for (const size of [1, 4, 1000]) {
      expect(await rowsOf(readJsonArray, text, size)).toEqual([
        { line: 2, place: 1, value: { a: 1 } },
        { line: 3, place: 2, value: { a: 2 } },
      ]);
    }
  });

  it.each([
    ['a file cut off in a row', '[{"a": 1}, {"a"', /ends in the middle/],
    ['a file cut off after a row', '[{"a": 1}\n', /line 2: the file ends in the middle/],
    ['rows without a comma', '[{"a": 1}\n{"a": 2}]', /line 2: "\{" where a comma/],
    ['a comma too many', '[{"a": 1},]', /"\]" where a row/],
    ['text after the list', '[{"a": 1}] x', /end of the file/],
    ['two lists', '{"a": [{}], "b": [{}]}', /two lists of rows, "a" and "b"/],
    ['no list', '{"a": {"b": 1}}', /no list of rows/],
    ['an empty file', ' \n', /empty/],
    ['a bare value', '7', /"7" where a list/],
  ])('refuses %s', async (_, text, message) => {
    await expect(rowsOf(readJsonArray, text)).rejects.toThrow(message);
  });

  it('gives back any list of objects, however it is spaced and cut', async () => {
    const isHeld = (row: unknown): boolean => !/\d{16}/.test(JSON.stringify(row)); // else an integer may become text
    const row = fc.dictionary(fc.string(), fc.jsonValue()).filter(isHeld);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 6 }),
        fc.nat(4),
        fc.integer({ min: 1, max: 40 }),
        async (rows, spaces, size) => {
          const expected: unknown = JSON.parse(JSON.stringify(rows));
          const read = await rowsOf(readJsonArray, JSON.stringify(rows, null, spaces), size);
          expect(read.map((entry) => ('value' in entry ? entry.value : entry.reason))).toEqual(expected);
        },
      ),
    );
  });
});

describe('CSV and TSV', () => {
  it('gives each row the line it starts on, with quoted line ends and blank lines between', async () => {
    const text = 'q,a\r\n"one\r\ntwo",1\r\n\r\nthree,"4, ""four"""\r\nfive\r\n';
    for (const size of [1, 3, 1000]) {
      expect(await rowsOf(readCsv, text, size)).toEqual([
        { line: 2, value: { q: 'one\ntwo', a: '1' } },
        { line: 5, value: { q: 'three', a: '4, "four"' } },
        { line: 6, reason: '1 field where the header has 2' },
      ]);
    }
  });

  it('keeps the rows after a stray quote, which csv-parse would drop in its strict mode', async () => {
    const rows = await rowsOf(readTsv, 'q\ta\n"Hi" she said\tx\nsay "hi"\ty\nlast\tz\n');
    expect(rows.map((row) => ('value' in row ? row.value.q : row.reason))).toEqual([
      '"Hi" she said',
      'say "hi"',
      'last',
    ]);
  });

  it.each([
    ['a header that never closes its quote', 'q,"a\n1,2\n', /line 1: a quote/],
    ['a file without a header', '\n\n', /no header/],
  ])('refuses %s', async (_, text, message) => {
    await expect(rowsOf(readCsv, text)).rejects.toThrow(message);
  });

  it('gives back any table that was written with quotes', async () => {
    const field = fc.string({ unit: 'grapheme' }).map((value) => value.replace(/\r\n?/g, '\n'));
    const table = fc.array(fc.tuple(field, field), { maxLength: 8 });
    const quote = (value: string): string => `"${value.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 30 }), async (rows, size) => {
        const text = [['q', 'a'], ...rows].map((row) => `${row.map(quote).join(',')}\r\n`).join('');
        const read = await rowsOf(readCsv, text, size);
        expect(read.map((row) => ('value' in row ? [row.value.q, row.value.a] : row.reason))).toEqual(rows);
      }),
    );
  });
});

describe('CsvRecords', () => {
  const recordsOf = (text: string, size: number): readonly (readonly string[])[] => {
    const reader = new CsvRecords(';');
    const records: (readonly string[])[] = [];
    const take = (): void => {
      for (let next = reader.next(); next !== undefined; next = reader.next())
        if (next.quotes !== 'unclosed') records.push(next.fields);
    };
    for (let at = 0; at < text.length; at += size) {
      reader.add(text.slice(at, at + size));
      take();
    }
    reader.end();
    take();
    return records;
  };

  it('reads what csv-parse reads, at any piece size', () => {
    const text = fc.string({ unit: fc.constantFrom('"', ';', '\n', 'a', ' ', ','), maxLength: 40 });
    const options = { delimiter: ';', record_delimiter: '\n', relax_quotes: true, relax_column_count: true } as const;
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (content, size) => {
        const read = recordsOf(content, size);
        fc.pre(!hasUnclosed(content));
        expect(read).toEqual(parse(content, options));
      }),
      { numRuns: 500 },
    );
  });
});

/** csv-parse takes such a text for an error as a whole. */
function hasUnclosed(text: string): boolean {
  const reader = new CsvRecords(';');
  reader.add(text);
  reader.end();
  for (let next = reader.next(); next !== undefined; next = reader.next()) if (next.quotes === 'unclosed') return true;
  return false;
}

describe('plain text', () => {
  const text = '\n\nFirst line\r\nsecond line\n \n\nNext\n';

  it('reads paragraphs between blank lines, or every line', async () => {
    expect(await rowsOf(readParagraphs, text)).toEqual([
      { line: 3, value: { text: 'First line\nsecond line' } },
      { line: 7, value: { text: 'Next' } },
    ]);
    expect((await rowsOf(readTextLines, text)).map(({ line }) => line)).toEqual([3, 4, 7]);
  });

  it('takes a file for paragraphs only when a blank line stands between text', async () => {
    expect(await findPlainTextSplit({ pieces: inPieces(text, 4), file: 'rows' })).toBe('paragraphs');
    expect(await findPlainTextSplit({ pieces: inPieces('\n\na\nb\n\n', 4), file: 'rows' })).toBe('lines');
  });
});

describe('any text', () => {
  it.each([
    ['JSON Lines', readJsonLines],
    ['JSON arrays', readJsonArray],
    ['CSV', readCsv],
    ['TSV', readTsv],
    ['paragraphs', readParagraphs],
    ['text lines', readTextLines],
  ] satisfies [string, Reader][])('%s gives rows with rising lines or a GraftError', async (_, reader) => {
    const jsonLike = fc.string({ unit: fc.constantFrom(...Array.from('[]{}",:\\\n\r\t 1atrue')), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'binary' }), jsonLike),
        fc.integer({ min: 1, max: 20 }),
        async (text, size) => {
          try {
            const lines = (await rowsOf(reader, text, size)).map(({ line }) => line);
            expect(lines).toEqual([...lines].sort((a, b) => a - b));
          } catch (error) {
            if (!(error instanceof GraftError)) throw error;
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
