/**
 * Records of a table with separators and quotes. Surprising: quotes are read leniently (`"so" he said` is text), and a
 * record can be read again line by line, because a quote that is never closed takes the following rows with it and only
 * who knows the table's columns can tell. No library at hand says where a record's quote opened, or goes back.
 */

export interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it starts, from 1. */
  readonly line: number;
  /** How many lines it has. */
  readonly lines: number;
  /** As it stands in the file, without its end. */
  readonly text: string;
  /** `unclosed`: a quote is open at the end of the file; `loose`: text follows a closing quote. */
  readonly quotes: 'sound' | 'loose' | 'unclosed';
}

const maxRecordChars = 64 * 2 ** 20;

/** Takes text in pieces whose line ends are \n, and gives its records. */
export class CsvRecords {
  readonly #delimiter: string;
  #text = '';
  #at = 0;
  #line = 1;
  #ended = false;
  #tryFrom = 0; // length of the rest from which another try is worth it
  #last: { readonly at: number; readonly line: number; readonly text: string } | undefined;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  add(piece: string): void {
    this.#text = this.#text.slice(this.#at) + piece;
    this.#at = 0;
    this.#last = undefined;
  }

  end(): void {
    this.#ended = true;
    this.#tryFrom = 0;
  }

  /** `undefined` where the rest is no whole record yet, or nothing. */
  next(): CsvRecord | undefined {
    const length = this.#text.length - this.#at;
    if (length === 0 || length < this.#tryFrom) return undefined;
    const isEnd = this.#ended || length > maxRecordChars;
    const found = readRecord(this.#text, this.#at, { delimiter: this.#delimiter, isEnd });
    this.#tryFrom = found === undefined ? 2 * length : 0; // a long record is not looked through at each piece
    if (found === undefined) return undefined;
    // a quote that stays open takes the last line's end
    const text = this.#text.slice(this.#at, found.end).replace(/\n$/, '');
    const lines = countLines(text);
    const record = { fields: found.fields, line: this.#line, lines, text, quotes: found.quotes };
    this.#last = { at: this.#at, line: this.#line, text };
    this.#at = Math.min(found.end + 1, this.#text.length);
    this.#line += lines;
    return record;
  }

  /** What was given last counts for its first line alone: its second line is where the next record starts. */
  rereadLines(): void {
    if (this.#last === undefined) return;
    this.#at = this.#last.at + this.#last.text.indexOf('\n') + 1;
    this.#line = this.#last.line + 1;
  }
}

/** Fields of one line alone; a quote that it does not close is text. */
export function fieldsOfLine(line: string, delimiter: string): readonly string[] {
  return readRecord(line, 0, { delimiter, isEnd: true, quotesEnd: true })?.fields ?? [];
}

interface ReadOptions {
  readonly delimiter: string;
  /** Nothing follows the text. */
  readonly isEnd: boolean;
  /** A quote that stays open is text. */
  readonly quotesEnd?: boolean;
}

interface FoundRecord {
  readonly fields: readonly string[];
  /** Where its line end stands, or the text's length. */
  readonly end: number;
  readonly quotes: CsvRecord['quotes'];
}

function readRecord(text: string, from: number, options: ReadOptions): FoundRecord | undefined {
  const fields: string[] = [];
  let quotes: CsvRecord['quotes'] = 'sound';
  for (let at = from; ; at++) {
    const field = text.startsWith('"', at) ? readQuoted(text, at, options) : readPlain(text, at, options);
    if (field === undefined) return undefined;
    fields.push(field.value);
    if (field.quotes !== 'sound') quotes = field.quotes;
    at = field.end;
    if (at >= text.length || text[at] === '\n') return { fields, end: at, quotes };
  }
}

interface Field {
  readonly value: string;
  /** Where what ends it stands. */
  readonly end: number;
  readonly quotes: CsvRecord['quotes'];
}

function readPlain(text: string, from: number, { delimiter, isEnd }: ReadOptions): Field | undefined {
  const code = delimiter.charCodeAt(0);
  let end = from;
  for (; end < text.length; end++) {
    const character = text.charCodeAt(end);
    if (character === code || character === 0x0a) break;
  }
  return end === text.length && !isEnd ? undefined : { value: text.slice(from, end), end, quotes: 'sound' };
}

function readQuoted(text: string, from: number, options: ReadOptions): Field | undefined {
  const close = findClosingQuote(text, from + 1);
  if (close < 0) {
    if (!options.isEnd) return undefined;
    return options.quotesEnd === true
      ? readPlain(text, from, options)
      : { value: text.slice(from + 1), end: text.length, quotes: 'unclosed' };
  }
  const after = text[close + 1];
  if (after === undefined && !options.isEnd) return undefined; // a second quote may follow
  const value = text.slice(from + 1, close).replaceAll('""', '"');
  if (after === undefined || after === '\n' || after === options.delimiter)
    return { value, end: close + 1, quotes: 'sound' };
  const rest = readPlain(text, close + 1, options);
  return rest === undefined ? undefined : { value: `"${value}"${rest.value}`, end: rest.end, quotes: 'loose' };
}

function findClosingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
