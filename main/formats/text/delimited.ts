/**
 * CSV and TSV with a header line, through csv-parse. A row with more or fewer fields than the header is a bad row.
 * Surprising: quotes are read leniently (`"so" he said` is text), because csv-parse resumes after a refused quote at some
 * later row and would drop those between; a quote that is never closed is an error, as it swallows the rest of the file.
 * Line ends inside quoted fields become \n.
 */
import { CsvError, parse } from 'csv-parse';
import type { Parser } from 'csv-parse';
import { GraftError } from '../../contract/errors.ts';
import type { RawRow, RawRows } from './rows.ts';

export type Delimiter = ',' | ';' | '\t';

const maxRowBytes = 64 * 2 ** 20;

/** Throws GraftError('invalid') for a header that cannot be used or a quote that is never closed. */
export async function* readDelimited(pieces: AsyncIterable<string>, file: string, delimiter: Delimiter): RawRows {
  let header: readonly string[] | undefined;
  let lastLine = 0;
  try {
    for await (const { fields, endLine } of parseRecords(pieces, delimiter)) {
      const line = endLine - fields.reduce((count, field) => count + field.split('\n').length - 1, 0);
      lastLine = endLine;
      if (header === undefined) header = checkHeader(fields, file, line);
      else yield toRow(line, fields, header);
    }
  } catch (error) {
    throw error instanceof CsvError ? csvError(error, file, lastLine + 1) : error;
  }
  if (header === undefined)
    throw new GraftError('invalid', `${file} has no header line.`, { file, remedy: 'The first line must name the columns.' });
}

/** The delimiter that a header line shows; a header of one column reads the same with each. */
export function findDelimiter(headerLine: string): Delimiter {
  const count = (delimiter: Delimiter): number => headerLine.split(delimiter).length;
  const ordered = ([',', '\t', ';'] satisfies Delimiter[]).sort((a, b) => count(b) - count(a));
  return ordered[0] ?? ',';
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly endLine: number;
}

/** Records leave through on_record rather than the stream, whose buffer is lost when a later record fails. */
async function* parseRecords(pieces: AsyncIterable<string>, delimiter: Delimiter): AsyncGenerator<CsvRecord, void, undefined> {
  const records: CsvRecord[] = [];
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    record_delimiter: '\n',
    max_record_size: maxRowBytes,
    on_record: (fields: readonly string[], { lines }) => {
      records.push({ fields, endLine: lines });
      return null;
    },
  });
  for await (const piece of withPlainLineEnds(pieces)) {
    await feed(parser, piece);
    yield* records.splice(0);
  }
  await feed(parser, undefined);
  yield* records.splice(0);
}

/** One piece, or the end. */
function feed(parser: Parser, piece: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null): void => {
      parser.off('error', reject);
      if (error) reject(error);
      else resolve();
    };
    parser.once('error', reject);
    if (piece === undefined) parser.end(settle);
    else parser.write(piece, settle);
  });
}

async function* withPlainLineEnds(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let returnHeld = false;
  for await (const piece of pieces) {
    const text: string = returnHeld ? `\r${piece}` : piece;
    returnHeld = text.endsWith('\r');
    yield (returnHeld ? text.slice(0, -1) : text).replace(/\r\n?/g, '\n');
  }
  if (returnHeld) yield '\n';
}

function checkHeader(fields: readonly string[], file: string, line: number): readonly string[] {
  const names = fields.map((field) => field.trim());
  const unnamed = names.indexOf('');
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  const fault =
    unnamed >= 0 ? `column ${unnamed + 1} has no name` : repeated === undefined ? undefined : `two columns are named "${repeated}"`;
  if (fault === undefined) return names;
  throw new GraftError('invalid', `${file}, line ${line}: ${fault}.`, {
    file,
    line,
    remedy: 'Give each column of the header a name of its own.',
  });
}

function toRow(line: number, fields: readonly string[], header: readonly string[]): RawRow {
  if (fields.length !== header.length)
    return { line, reason: `${fields.length} ${fields.length === 1 ? 'field' : 'fields'} where the header has ${header.length}` };
  return { line, value: Object.fromEntries(header.map((name, index) => [name, fields[index] ?? ''])) };
}

function csvError(error: CsvError, file: string, line: number): GraftError {
  const unclosed = error.code === 'CSV_QUOTE_NOT_CLOSED';
  const what = unclosed ? 'a quote that opens in this row is never closed' : error.message;
  const remedy = 'Close the quote, or write a quote inside a quoted field twice.';
  return new GraftError('invalid', `${file}, line ${line}: ${what}.`, { file, line, remedy }, error);
}
