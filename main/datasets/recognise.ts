/**
 * Which format a file's rows have and which column plays which role, from a sample of rows. A format or columns given
 * by the person are obeyed. Otherwise, of the formats whose required columns are there, the first by these rules:
 *
 * 1. A format with hardly a usable row in the sample (under one in twenty) comes after those that have some, and it is
 * said;
 *    not so for a label whose classes the file lists.
 * 2. A column that holds the whole row (a conversation, token ids) comes before columns side by side.
 * 3. More columns explained come before fewer: each role that has a column counts, one found by a weak name or by its
 * values
 *    alone a little less. How many rows are in error beside that decides nothing, so that a few bad rows cannot turn a
 *    table of labels into plain text.
 * 4. Between formats that use the same columns: the one with more usable rows, then the nearer names.
 * 5. The order of the registry.
 */
import { GraftError, problemOf } from '../contract/errors.ts';
import type { DatasetFormat } from '../contract/entities.ts';
import { ColumnTable } from './ColumnTable.ts';
import type { Example, RowFault } from './example.ts';
import type { ColumnRole, Columns, DatasetFormatReader } from './formats/datasetFormat.ts';
import { datasetFormatReaders, getDatasetFormat } from './formats/registry.ts';
import type { LabelRules } from './labels/labelRules.ts';
import { valueAt } from './nestedColumns.ts';
import { proposeReading } from './proposeReading.ts';
import { flagsOf, offersFor, noticesOn } from './readingNotices.ts';
import type { Offer, Reading } from './readingNotices.ts';
import { nameSpeaker } from './speakers.ts';
import { commonWords } from '../contract/words/common.ts';
import { readingWords as words } from '../contract/words/reading.ts';
import type { Said } from '../contract/words/words.ts';

export type FieldRow = Readonly<Record<string, unknown>>;

/** What a row becomes an example by. */
export interface RecognisedFormat extends Reading {
  /** Of a format with labels, once the whole file has been looked at. */
  readonly labels?: LabelRules;
}

export interface Recognition extends RecognisedFormat {
  /** What a person should know of this choice, in whole sentences. */
  readonly notices: readonly Said[];
  /** Other readings that may be meant, each with its sentence for the notices. */
  readonly offers: readonly Offer[];
}

export interface RecogniseOptions {
  /** For messages. */
  readonly file: string;
  readonly format?: DatasetFormat | undefined;
  /**
   * Role (or one of its usual column names) to column; an empty column leaves the role out, whatever columns there are.
   */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Columns of the file that the sample does not show. */
  readonly further?: Iterable<string> | undefined;
  /** Columns whose classes the file declares. */
  readonly declared?: Iterable<string> | undefined;
}

/** Throws GraftError('invalid') that lists the columns seen, what each format misses, and what the values suggest. */
export function recogniseFormat(rows: readonly FieldRow[], options: RecogniseOptions): Recognition {
  const flat = new ColumnTable(rows, options);
  const attempts = attemptsOn(flat, options);
  const chosen = choose(attempts, flat);
  if (chosen !== undefined) return toRecognition(chosen, flat, options);
  const nested = new ColumnTable(rows, { ...options, isNested: true });
  const inside = nested.columns.length > flat.columns.length ? choose(attemptsOn(nested, options), nested) : undefined;
  if (inside !== undefined) return toRecognition(inside, nested, options);
  throw nothingFits(flat, attempts, {
    ...options,
    proposal: proposeReading(flat, options) ?? proposeReading(nested, options),
  });
}

/** One row of the file as an example, or why it is none. */
export function parseExample(row: FieldRow, { format, columns, labels }: RecognisedFormat): Example | RowFault {
  return getDatasetFormat(format).parse(roleValues(row, columns), labels);
}

/** What a person should know of a row that can be used. */
export function rowNotices(row: FieldRow, { format, columns }: RecognisedFormat): readonly Said[] {
  return getDatasetFormat(format).notices?.(roleValues(row, columns)) ?? [];
}

function roleValues(row: FieldRow, columns: Columns): Record<string, unknown> {
  return Object.fromEntries(Object.entries(columns).map(([role, column]) => [role, valueAt(row, column)]));
}

/**
 * With columns that only later rows have, in roles that no column plays so far; undefined where none of them can.
 * `given`: what the person said, of which empty columns leave their role out.
 */
export function fillRoles(
  { format, columns }: RecognisedFormat,
  further: Iterable<string>,
  given: Readonly<Record<string, string>> = {},
): Recognition | undefined {
  const table = new ColumnTable([], { further: [...Object.values(columns), ...further] });
  const leftOut = Object.fromEntries(Object.entries(given).filter(([, column]) => column === ''));
  const filled = matchColumns(getDatasetFormat(format), table, { ...leftOut, ...columns }).columns;
  if (Object.keys(filled).length === Object.keys(columns).length) return undefined;
  return { format, columns: filled, notices: [], offers: [] };
}

interface Attempt {
  readonly reader: DatasetFormatReader;
  readonly columns: Columns;
  /** What stands in the way, in words. */
  readonly misses: readonly Said[];
  /** How many of the given roles the format does not have. */
  readonly strangeRoles: number;
}

/** The columns of one format, given and by name, and what of it is missing: for a mapping that is not finished. */
export function matchFormat(
  format: DatasetFormat,
  rows: readonly FieldRow[],
  given: Columns,
): Pick<Attempt, 'columns' | 'misses'> {
  return matchColumns(getDatasetFormat(format), new ColumnTable(rows), given);
}

function attemptsOn(table: ColumnTable, { format, columns = {} }: RecogniseOptions): readonly Attempt[] {
  const isGiven = format !== undefined || Object.keys(columns).length > 0;
  const readers = format === undefined ? datasetFormatReaders : [getDatasetFormat(format)];
  return readers.map((reader) => {
    const attempt = matchColumns(reader, table, columns);
    return isGiven ? attempt : withoutSpeakers(attempt, table);
  });
}

function matchColumns(
  reader: DatasetFormatReader,
  table: ColumnTable,
  given: Readonly<Record<string, string>>,
): Attempt {
  const columns: Record<string, string> = {};
  const misses: Said[] = [];
  const leftOut = new Set<string>();
  for (const [word, column] of Object.entries(given)) {
    const role = findRole(reader, word, table);
    if (role !== undefined && column === '') leftOut.add(role.name);
    else if (role === undefined) misses.push(words.noRole({ role: word, roles: reader.roles.map(({ name }) => name) }));
    else if (!table.has(column)) misses.push(words.columnNotThere({ column, role: role.name }));
    else columns[role.name] = column;
  }
  const found = reader.findColumns?.({ table, given: { ...columns }, leftOut }) ?? {};
  const taken = new Set([...Object.values(columns), ...Object.values(found).filter((column) => column !== null)]);
  for (const role of reader.roles) {
    const column =
      columns[role.name] ?? (leftOut.has(role.name) ? undefined : findColumn(role, { table, found, taken }));
    if (column !== undefined) columns[role.name] = column;
    else if (role.required) misses.push(words.needsColumn({ role: role.name, names: role.columns.names.slice(0, 3) }));
    if (column !== undefined) taken.add(column);
  }
  const strangeRoles = Object.keys(given).filter((word) => findRole(reader, word, table) === undefined).length;
  return { reader, columns, misses, strangeRoles };
}

interface ColumnsToFind {
  readonly table: ColumnTable;
  /** By the format itself; null where the names are not to be tried. */
  readonly found: Readonly<Record<string, string | null>>;
  readonly taken: ReadonlySet<string>;
}

function findColumn({ name, columns }: ColumnRole, { table, found, taken }: ColumnsToFind): string | undefined {
  const own = found[name];
  if (own !== undefined) return own ?? undefined;
  return table.find(columns.names, taken) ?? table.find(columns.weak ?? [], taken);
}

function findRole(reader: DatasetFormatReader, word: string, table: ColumnTable): ColumnRole | undefined {
  const keys = table.keysOf(word);
  const named = reader.roles.find(({ name }) => keys.includes(name));
  return named ?? reader.roles.find(({ columns }) => keys.some((key) => columns.names.includes(key)));
}

function withoutSpeakers(attempt: Attempt, table: ColumnTable): Attempt {
  const speaker = attempt.reader.refusesSpeakers === true ? nameSpeaker(table) : undefined;
  if (speaker === undefined) return attempt;
  return { ...attempt, misses: [...attempt.misses, words.speaker({ column: speaker })] };
}

interface Scored extends Attempt {
  readonly usable: number;
  readonly isVetoed: boolean;
  readonly explained: number;
}

function choose(attempts: readonly Attempt[], table: ColumnTable): readonly Scored[] | undefined {
  const fitting = attempts.filter(({ misses }) => misses.length === 0).map((attempt) => score(attempt, table));
  if (fitting.length === 0) return undefined;
  const isHopeless = fitting.every(({ isVetoed }) => isVetoed);
  const ordered = fitting.sort(
    (a, b) =>
      (isHopeless ? 0 : Number(a.isVetoed) - Number(b.isVetoed)) ||
      Number(b.reader.isWhole ?? false) - Number(a.reader.isWhole ?? false) ||
      b.explained - a.explained ||
      (usesSameColumns(a, b) ? b.usable - a.usable || nameDistance(a, table) - nameDistance(b, table) : 0),
  );
  return ordered;
}

function score(attempt: Attempt, table: ColumnTable): Scored {
  const usable = table.rows.filter(
    (row) => !('reason' in parseExample(row, { format: attempt.reader.id, columns: attempt.columns })),
  ).length;
  const weights = attempt.reader.roles.map(({ name, columns: { names } }) => {
    const column = attempt.columns[name];
    return column === undefined ? 0 : table.isNamed(column, names) || table.declared.has(column) ? 10 : 9;
  });
  const explained = weights.reduce<number>((sum, weight) => sum + weight, 0);
  // A file that lists its classes is one of labels, though it be the split that has none: the import says so.
  const isDeclared = table.declared.has(attempt.columns['label'] ?? '');
  return { ...attempt, usable, isVetoed: !isDeclared && usable * 20 < table.rows.length, explained };
}

function usesSameColumns(a: Attempt, b: Attempt): boolean {
  const [left, right] = [new Set(Object.values(a.columns)), new Set(Object.values(b.columns))];
  return left.size === right.size && [...left].every((column) => right.has(column));
}

/** How far the chosen columns are from the format's own names. */
function nameDistance({ reader, columns }: Attempt, table: ColumnTable): number {
  const required = reader.roles.filter((role) => role.required);
  return required.reduce((sum, role) => {
    const keys = table.keysOf(columns[role.name] ?? '');
    return sum + Math.max(0, ...keys.map((key) => role.columns.names.indexOf(key)));
  }, 0);
}

function toRecognition(ordered: readonly Scored[], table: ColumnTable, options: RecogniseOptions): Recognition {
  const [best, ...others] = ordered as readonly [Scored, ...Scored[]];
  const reading = { format: best.reader.id, columns: best.columns };
  const preferred = others.find(({ isVetoed, explained }) => isVetoed && !best.isVetoed && explained > best.explained);
  const refused = preferred === undefined ? [] : [whyRefused(preferred, table, reading)];
  const isGiven = options.format !== undefined || Object.keys(options.columns ?? {}).length > 0;
  return {
    ...reading,
    notices: [...refused, ...noticesOn(reading, table)],
    offers: isGiven ? [] : offersFor(reading, table),
  };
}

/** Why a format that explains more columns was not taken. */
function whyRefused({ reader, columns }: Scored, table: ColumnTable, reading: Reading): Said {
  const reasons = table.rows.map((row) => parseExample(row, { format: reader.id, columns }));
  const reason = reasons.find((parsed): parsed is RowFault => 'reason' in parsed)?.reason ?? '';
  const used = Object.values(columns).join(', ');
  return words.refused({ columns: used, format: reader.id, reason, taken: reading.format });
}

interface Misfit extends RecogniseOptions {
  readonly proposal: Reading | undefined;
}

/** What every format misses is in the problems; where something was given, the nearest one's is in the message too. */
function nothingFits(
  table: ColumnTable,
  attempts: readonly Attempt[],
  { file, format, columns, proposal }: Misfit,
): GraftError {
  const { columns: seen } = table;
  const speaker = nameSpeaker(table);
  const shown =
    seen.length === 0 ? words.noColumns() : words.theColumns({ columns: seen.slice(0, 20), isCut: seen.length > 20 });
  const problems = attempts.map(({ reader, misses }) => problemOf(reader.id, commonWords.list({ sentences: misses })));
  const [nearest] = attempts.toSorted((a, b) => a.strangeRoles - b.strangeRoles || a.misses.length - b.misses.length);
  const isGiven = format !== undefined || Object.keys(columns ?? {}).length > 0;
  const isNamed = isGiven && nearest !== undefined;
  const nearestMisses = isNamed
    ? words.nearest({ format: nearest.reader.id, problem: commonWords.list({ sentences: nearest.misses }) })
    : '';
  const rows = {
    file,
    columns: shown,
    why: speaker === undefined ? nearestMisses : words.speakerColumn({ column: speaker }),
  };
  const remedy = proposal === undefined ? words.nameRoles() : words.nameRolesLike({ flags: flagsOf(proposal) });
  return new GraftError(
    'invalid',
    format === undefined ? words.fitsNoFormat(rows) : words.fitsNotFormat({ ...rows, format }),
    {
      file,
      field: 'columns',
      columns: seen.slice(0, 100),
      problems,
      ...(proposal !== undefined && { proposal }),
      remedy,
    },
  );
}
