/**
 * A quote that its row does not close takes the next rows with it, up to the next quote of the file. What its lines are
 * tells: where the quotes do not come out and the lines are rows of the table, they are read as such, and the row with
 * the quote is a bad one. Where everything comes out, by accident, nothing is taken apart, as a text may look like
 * that: it is said. No text of several lines is suspected in which a line is no row by itself, such as a sentence with
 * a comma.
 */
import { fieldsOfLine } from './csvRecords.ts';
import type { CsvRecord, CsvRecords } from './csvRecords.ts';
import type { BadRawRow } from './rows.ts';
import { fitsColumns } from './tableHeader.ts';
import type { TableColumn } from './tableHeader.ts';
import { isFullRow } from './tableShape.ts';
import { csvWords as words } from '../../contract/words/csv.ts';
import type { Said } from '../../contract/words/words.ts';

const lookedAtLines = 100;
const surelyTooManyLines = 20; // each of them a row by itself
const listedPlaces = 5;

export class OpenQuotes {
  readonly #delimiter: string;
  /** Texts of which each line could be a row. */
  readonly #doubtful: { readonly line: number; readonly lines: number }[] = [];
  #soundTexts = 0;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /**
   * The record as a bad row where a quote stays open in it; the lines after its first are then read again if they are
   * rows.
   */
  check(record: CsvRecord, columns: readonly TableColumn[], records: CsvRecords): BadRawRow | undefined {
    const { line, lines, quotes, fields, text } = record;
    if (lines === 1) return quotes === 'unclosed' ? { line, reason: words.neverClosed() } : undefined;
    const [first = [], ...rest] = text.split('\n', lookedAtLines).map((each) => fieldsOfLine(each, this.#delimiter));
    // the last may begin a text of its own
    const between = quotes === 'loose' && rest.length > 1 ? rest.slice(0, -1) : rest;
    const rowsFollow = between.every((each) => fitsColumns(each, columns));
    const allAreRows = [first, ...between].every((each) => isFullRow(each, columns.length));
    if (quotes === 'unclosed') return this.#unclosed(record, rowsFollow ? records : undefined);
    if (!fitsColumns(fields, columns) ? rowsFollow : quotes === 'loose' && allAreRows) {
      records.rereadLines();
      return { line, reason: words.closesLate({ line: line + lines - 1 }) };
    }
    if (allAreRows) this.#doubtful.push({ line, lines });
    else this.#soundTexts++;
    return undefined;
  }

  /** In whole sentences, once all is read. */
  notices(): readonly Said[] {
    const doubtful =
      this.#soundTexts === 0 ? this.#doubtful : this.#doubtful.filter(({ lines }) => lines >= surelyTooManyLines);
    const [first] = doubtful;
    if (first === undefined) return [];
    const places = doubtful
      .slice(0, listedPlaces)
      .map(({ line, lines }) => words.span({ from: line, to: line + lines - 1 }));
    return [words.doubtfulQuotes({ places, more: doubtful.length - places.length, line: first.line })];
  }

  /** `records` where the lines that follow are rows. */
  #unclosed({ line, lines }: CsvRecord, records: CsvRecords | undefined): BadRawRow {
    records?.rereadLines();
    const after = { lines: lines - 1 };
    return { line, reason: records === undefined ? words.neverClosedLost(after) : words.neverClosedRead(after) };
  }
}
