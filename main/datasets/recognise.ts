/**
 * Which format a file's rows have and which column plays which role, from a sample of rows. Of the formats whose required
 * columns are there, the one that can use most of the sample wins. A format or columns given by the person are obeyed.
 */
import { GraftError } from '../contract/errors.ts';
import type { Problem } from '../contract/errors.ts';
import type { DatasetFormat } from '../contract/entities.ts';
import type { Example, RowFault } from './example.ts';
import type { ColumnRole, Columns, DatasetFormatReader } from './formats/datasetFormat.ts';
import { datasetFormatReaders, getDatasetFormat } from './formats/registry.ts';
import type { LabelRules } from './labels/labelRules.ts';

export type FieldRow = Readonly<Record<string, unknown>>;

export interface RecognisedFormat {
  readonly format: DatasetFormat;
  readonly columns: Columns;
  /** Of a format with labels, once the whole file has been looked at. */
  readonly labels?: LabelRules;
}

export interface RecogniseOptions {
  /** For messages. */
  readonly file: string;
  readonly format?: DatasetFormat;
  /** Role (or one of its usual column names) to column; an empty column leaves the role out, whatever columns there are. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** Throws GraftError('invalid') that lists the columns seen and what each format misses. */
export function recogniseFormat(rows: readonly FieldRow[], options: RecogniseOptions): RecognisedFormat {
  const seen = columnsOf(rows);
  const readers = options.format === undefined ? datasetFormatReaders : [getDatasetFormat(options.format)];
  const attempts = readers.map((reader) => withoutForeign(matchColumns(reader, seen, options.columns ?? {}), seen, options));
  const fitting = attempts.filter((attempt) => attempt.misses.length === 0);
  const scored = fitting.map((attempt) => ({ ...attempt, usable: countUsable(rows, attempt) }));
  // Stable: between equals the order of the registry stands.
  const [best] = scored.sort((a, b) => b.usable - a.usable || nameDistance(a) - nameDistance(b));
  if (best === undefined) throw nothingFits(seen, attempts, options);
  return { format: best.reader.id, columns: best.columns };
}

/** One row of the file as an example, or why it is none. */
export function parseExample(row: FieldRow, { format, columns, labels }: RecognisedFormat): Example | RowFault {
  const values = Object.entries(columns).map(([role, column]) => [role, Object.hasOwn(row, column) ? row[column] : undefined] as const);
  return getDatasetFormat(format).parse(Object.fromEntries(values), labels);
}

interface Attempt {
  readonly reader: DatasetFormatReader;
  readonly columns: Columns;
  /** What stands in the way, in words. */
  readonly misses: readonly string[];
}

/** The columns of one format, given and by name, and what of it is missing: for a mapping that is not finished. */
export function matchFormat(format: DatasetFormat, seen: readonly string[], given: Columns): Pick<Attempt, 'columns' | 'misses'> {
  return matchColumns(getDatasetFormat(format), seen, given);
}

/** Every column of the rows, in the order in which they appear. */
export function columnsOf(rows: readonly FieldRow[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function matchColumns(reader: DatasetFormatReader, seen: readonly string[], given: Readonly<Record<string, string>>): Attempt {
  const columns: Record<string, string> = {};
  const misses: string[] = [];
  const leftOut = new Set<ColumnRole>();
  for (const [word, column] of Object.entries(given)) {
    const role = findRole(reader, word);
    if (role !== undefined && column === '') leftOut.add(role);
    else if (role === undefined) misses.push(`has no role "${word}" (its roles: ${reader.roles.map(({ name }) => name).join(', ')})`);
    else if (!seen.includes(column)) misses.push(`the column "${column}" given for ${role.name} is not there`);
    else columns[role.name] = column;
  }
  const taken = new Set(Object.values(columns));
  for (const role of reader.roles) {
    const column = columns[role.name] ?? (leftOut.has(role) ? undefined : findColumn(role, seen, taken));
    if (column !== undefined) columns[role.name] = column;
    else if (role.required) misses.push(`needs a column for ${role.name} (such as ${role.columns.slice(0, 3).join(', ')})`);
    if (column !== undefined) taken.add(column);
  }
  return { reader, columns, misses };
}

function withoutForeign(attempt: Attempt, seen: readonly string[], { format, columns }: RecogniseOptions): Attempt {
  const foreign = attempt.reader.foreignColumns?.find((column) => seen.includes(column));
  if (foreign === undefined || format !== undefined || columns !== undefined) return attempt;
  return {
    ...attempt,
    misses: [...attempt.misses, `has no use for the column ${foreign}, which belongs to the messages of a conversation`],
  };
}

function findRole(reader: DatasetFormatReader, word: string): ColumnRole | undefined {
  const wanted = normalise(word);
  return reader.roles.find(({ name }) => name === wanted) ?? reader.roles.find(({ columns }) => columns.includes(wanted));
}

function findColumn(role: ColumnRole, seen: readonly string[], taken: ReadonlySet<string>): string | undefined {
  const free = seen.filter((column) => !taken.has(column));
  for (const name of role.columns) {
    const column = free.find((candidate) => candidate === name) ?? free.find((candidate) => normalise(candidate) === name);
    if (column !== undefined) return column;
  }
  return undefined;
}

/** `System Prompt`, `system-prompt` and `system_prompt` are one name. */
function normalise(name: string): string {
  return name.trim().toLowerCase().replace(/[ -]+/g, '_');
}

function countUsable(rows: readonly FieldRow[], { reader, columns }: Attempt): number {
  return rows.filter((row) => !('reason' in parseExample(row, { format: reader.id, columns }))).length;
}

/** How far the chosen columns are from the format's own names: decides where no row of the sample can be used. */
function nameDistance({ reader, columns }: Attempt): number {
  const required = reader.roles.filter((role) => role.required);
  return required.reduce((sum, role) => sum + Math.max(0, role.columns.indexOf(normalise(columns[role.name] ?? ''))), 0);
}

function nothingFits(seen: readonly string[], attempts: readonly Attempt[], { file, format }: RecogniseOptions): GraftError {
  const shown = seen.length === 0 ? 'no columns' : `the columns ${seen.slice(0, 20).join(', ')}${seen.length > 20 ? ', …' : ''}`;
  const problems: Problem[] = attempts.map(({ reader, misses }) => ({ field: reader.id, message: misses.join('; ') }));
  const why = problems.map(({ field, message }) => `${field} ${message}`).join(' · ');
  const what = format === undefined ? 'fit no dataset format' : `do not fit the format ${format}`;
  const remedy = 'Rename the columns, or say which column plays which role, for example prompt=question and answer=reply.';
  return new GraftError('invalid', `The rows of ${file} (${shown}) ${what}: ${why}.`, {
    file,
    field: 'columns',
    columns: seen.slice(0, 100),
    problems,
    remedy,
  });
}
