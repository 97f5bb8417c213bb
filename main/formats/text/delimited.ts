/**
 * Tables of text with a header: CSV, TSV and what spreadsheets make of them. A row with more or fewer fields than the
 * header is a bad row, blank ones at its end aside; rows of separators alone are none. Line ends inside fields become
 * \n.
 */
import { GraftError } from '../../contract/errors.ts';
import { CsvRecords } from './csvRecords.ts';
import type { CsvRecord } from './csvRecords.ts';
import { OpenQuotes } from './openQuotes.ts';
import { faultyRow } from './rows.ts';
import type { RawRow, RawRows, RowText } from './rows.ts';
import { fitsColumns, nameColumns } from './tableHeader.ts';
import type { TableColumn } from './tableHeader.ts';
import { isBlankRecord } from './tableShape.ts';
import type { TableShape } from './tableShape.ts';
import { csvWords as words } from '../../contract/words/csv.ts';
import type { Said } from '../../contract/words/words.ts';

/** Throws GraftError('invalid') for a header that is not there, is no text or never closes its quote. */
export async function* readDelimited(text: RowText, shape: TableShape): RawRows {
  const reader = new TableReader(text, shape);
  const records = new CsvRecords(shape.delimiter);
  try {
    for await (const piece of withPlainLineEnds(text.pieces)) {
      records.add(piece);
      yield* reader.take(records);
    }
    records.end();
    yield* reader.take(records);
  } finally {
    reader.giveNotices();
  }
  reader.requireHeader();
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

class TableReader {
  readonly #text: RowText;
  readonly #shape: TableShape;
  readonly #openQuotes: OpenQuotes;
  #columns: readonly TableColumn[] | undefined;
  #blankRows = 0;
  #longRows = 0;
  #looseRows = 0;
  #firstLooseLine = 0;

  constructor(text: RowText, shape: TableShape) {
    this.#text = text;
    this.#shape = shape;
    this.#openQuotes = new OpenQuotes(shape.delimiter);
  }

  /** The rows that are whole. */
  *take(records: CsvRecords): Generator<RawRow> {
    for (let record = records.next(); record !== undefined; record = records.next()) {
      if (record.line <= (this.#shape.linesBefore ?? 0)) continue;
      if (isBlankRecord(record)) this.#blankRows += record.fields.length > 1 && this.#columns !== undefined ? 1 : 0;
      else if (this.#columns === undefined) this.#columns = this.#readHeader(record);
      else yield this.#openQuotes.check(record, this.#columns, records) ?? this.#readRow(record, this.#columns);
    }
  }

  requireHeader(): void {
    if (this.#columns !== undefined) return;
    const { file } = this.#text;
    throw new GraftError('invalid', words.noHeader({ file }), { file, remedy: words.nameColumns() });
  }

  giveNotices(): void {
    if (this.#blankRows > 0) this.#note(words.blankRows({ rows: this.#blankRows }));
    if (this.#longRows > 0) this.#note(words.longRows({ rows: this.#longRows }));
    if (this.#looseRows > 0) this.#note(words.looseQuotes({ rows: this.#looseRows, line: this.#firstLooseLine }));
    for (const notice of this.#openQuotes.notices()) this.#note(notice);
  }

  #note(notice: Said): void {
    this.#text.onNotice?.(notice);
  }

  #readHeader(record: CsvRecord): readonly TableColumn[] {
    const { file, faults } = this.#text;
    const { linesBefore = 0, before, hasRowNames } = this.#shape;
    faults?.refuseIn(record.text);
    if (record.quotes === 'unclosed') throw unclosedHeader(file, record.line);
    if (before === 'title') this.#note(words.title({ line: record.line, lines: linesBefore }));
    const { columns, notices } = nameColumns(hasRowNames === true ? ['', ...record.fields] : record.fields);
    for (const notice of notices) this.#note(notice);
    return columns;
  }

  #readRow({ line, text, fields, quotes }: CsvRecord, columns: readonly TableColumn[]): RawRow {
    const faulty = faultyRow({ line }, text, this.#text.faults);
    if (faulty !== undefined) return faulty;
    if (!fitsColumns(fields, columns))
      return { line, reason: words.otherFieldCount({ fields: fields.length, columns: columns.length }) };
    if (fields.length > columns.length) this.#longRows++;
    if (quotes === 'loose' && this.#looseRows++ === 0) this.#firstLooseLine = line;
    return {
      line,
      value: Object.fromEntries(columns.flatMap((column, index) => entryOf(column, fields[index] ?? ''))),
    };
  }
}

/** A column without a name is only in rows that have something in it. */
function entryOf({ name, isNamed }: TableColumn, field: string): (readonly [string, string])[] {
  return isNamed || field.trim() !== '' ? [[name, field]] : [];
}

function unclosedHeader(file: string, line: number): GraftError {
  return new GraftError('invalid', words.unclosedHeader({ file, line }), { file, line, remedy: words.closeQuote() });
}
