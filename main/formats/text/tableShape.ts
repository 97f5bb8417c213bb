/**
 * How a text file is a table, from its beginning: which separator, what stands before the header, whether the rows
 * begin with names that the header leaves out. Quotes are honoured, and the rows decide: the separator that gives most
 * rows as many fields as the header wins.
 */
import { CsvRecords } from './csvRecords.ts';
import type { CsvRecord } from './csvRecords.ts';

export interface TableShape {
  /** One character. */
  readonly delimiter: string;
  /** Lines before the header that are none of the table. */
  readonly linesBefore?: number;
  /** Why they are none: the line names the separator (`sep=;`), or it is a title. */
  readonly before?: 'separator' | 'title';
  /** Each row begins with a field that the header does not name, as R writes row names. */
  readonly hasRowNames?: true;
}

interface Head {
  /** The file's beginning. */
  readonly text: string;
  /** Whether it is all of the file. */
  readonly isWhole: boolean;
}

const delimiters = [',', '\t', ';', '|'];
const examinedRecords = 200;
const fewestRowsUnderTitle = 3;
const mostTitleRecords = 5;
const quotedWords = /^"[^"\n]*"(?: "[^"\n]*")+\n/; // a header as R writes it, with spaces between
const separatorLine = /^"?sep=([^\w\s"]|\t)"?[,;\t| ]*(?:\n|$)/i;

interface Expectations {
  /** The separator that the file's name promises, taken where others do as well. */
  readonly preferred: string;
  /** Whether columns of datasets are called so: tells a header from a title. */
  readonly isKnown: (column: string) => boolean;
}

export function findTableShape({ text, isWhole }: Head, { preferred, isKnown }: Expectations): TableShape {
  const plain = withPlainLineEnds(text);
  const named = separatorLine.exec(plain)?.[1];
  if (named !== undefined) return { delimiter: named, linesBefore: 1, before: 'separator' };
  const candidates = quotedWords.test(plain) ? [...delimiters, ' '] : delimiters;
  const ordered = [preferred, ...candidates.filter((delimiter) => delimiter !== preferred)];
  const trials = ordered.map((delimiter): Trial => ({ delimiter, records: recordsOf(plain, delimiter, isWhole) }));
  return findUnderTitle(trials, isKnown) ?? findByHeader(trials);
}

/**
 * The shape of a text that is not called a table and is one nevertheless: its first line names the separator, or its
 * rows have as many filled fields as the header, of which a name is known.
 */
export function findUnnamedTable(
  { text, isWhole }: Head,
  isKnown: (column: string) => boolean,
): TableShape | undefined {
  const plain = withPlainLineEnds(text);
  const shape = findTableShape({ text: plain, isWhole }, { preferred: '\t', isKnown });
  if (shape.before === 'separator') return shape;
  const [header, ...rows] = recordsOf(plain, shape.delimiter, isWhole);
  if (header === undefined || shape.before === 'title' || rows.length < 2) return undefined;
  const columns = header.fields.length + (shape.hasRowNames === true ? 1 : 0);
  const isTable = header.fields.some((name) => isKnown(name)) && rows.every(({ fields }) => isFullRow(fields, columns));
  return isTable ? shape : undefined;
}

/**
 * Whether fields are a row of a table beyond doubt: as many as there should be, two filled, none like the rest of a
 * sentence.
 */
export function isFullRow(fields: readonly string[], count: number): boolean {
  return fields.length === count && countFilled(fields) >= 2 && fields.every((field) => !/^\s/.test(field));
}

/** Whether nothing but separators is in it; empty quotes are fields that someone wrote. */
export function isBlankRecord({ fields, text }: CsvRecord): boolean {
  return countFilled(fields) === 0 && !text.includes('"');
}

function withPlainLineEnds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

interface Trial {
  readonly delimiter: string;
  /** Without blank ones. */
  readonly records: readonly CsvRecord[];
}

function recordsOf(text: string, delimiter: string, isWhole: boolean): readonly CsvRecord[] {
  const reader = new CsvRecords(delimiter);
  reader.add(text);
  if (isWhole) reader.end();
  const records: CsvRecord[] = [];
  for (let next = reader.next(); next !== undefined && records.length < examinedRecords; next = reader.next()) {
    if (next.lines > 1 && next.quotes !== 'sound') reader.rereadLines();
    else if (!isBlankRecord(next)) records.push(next);
  }
  return records;
}

/**
 * A field or a line above rows that all have as many fields as the header below it. Only where a name of that header is
 * known and the line above has none: `,text` is a header too.
 */
function findUnderTitle(trials: readonly Trial[], isKnown: Expectations['isKnown']): TableShape | undefined {
  for (const { delimiter, records } of trials) {
    const start = records.findIndex(({ fields }) => countFilled(fields) > 1);
    const [header, ...rows] = records.slice(Math.max(0, start));
    if (start < 1 || start > mostTitleRecords || header === undefined || rows.length < fewestRowsUnderTitle) continue;
    const titles = records.slice(0, start).flatMap(({ fields }) => fields);
    if (titles.some((field) => isKnown(field)) || !header.fields.some((field) => isKnown(field))) continue;
    const count = countFilled(header.fields);
    const isTable = [header, ...rows].every(({ fields }) => isFullRow(withoutBlankEnd(fields), count));
    if (isTable) return { delimiter, linesBefore: header.line - 1, before: 'title' };
  }
  return undefined;
}

function findByHeader(trials: readonly Trial[]): TableShape {
  const scored = trials.map(({ delimiter, records: [header, ...rows] }) => {
    const columns = withoutBlankEnd(header?.fields ?? []).length;
    const hasRowNames = rows.length >= 2 && haveRowNames(rows, header?.fields.length ?? 0);
    const fitting = hasRowNames
      ? rows
      : rows.filter(({ fields }) => withoutBlankEnd(fields, columns).length === columns);
    const isParted = columns > 1 && rows.some(({ fields }) => fields.length > 1);
    return { delimiter, columns, hasRowNames, isParted, share: rows.length === 0 ? 1 : fitting.length / rows.length };
  });
  const ranked = scored.sort((a, b) => b.share - a.share || b.columns - a.columns); // stable: the preferred one first
  const best = ranked.find(({ columns, share, isParted }) => columns > 1 && (share > 0 || isParted)) ?? ranked[0];
  return { delimiter: best?.delimiter ?? ',', ...(best?.hasRowNames === true && { hasRowNames: true }) };
}

/** Numbers, another in each row, before as many fields as the header has; not a separator too many behind these. */
function haveRowNames(rows: readonly CsvRecord[], columns: number): boolean {
  const names = new Set(rows.map(({ fields }) => fields[0] ?? ''));
  if (names.size < rows.length || rows.every(({ fields }) => fields[columns] === '')) return false;
  return rows.every(({ fields }) => fields.length === columns + 1 && /^\d+$/.test(fields[0] ?? ''));
}

function countFilled(fields: readonly string[]): number {
  return fields.filter((field) => field.trim() !== '').length;
}

/** Without blank fields at the end, as far as there are more than `count`. */
function withoutBlankEnd(fields: readonly string[], count = 0): readonly string[] {
  let end = fields.length;
  while (end > count && (fields[end - 1] ?? '').trim() === '') end--;
  return fields.slice(0, end);
}
