/** What a person should know of how a file was read, and how to have it read otherwise. */
import { choiceNames, rejectedNames } from '../contract/columnNames.ts';
import { labelNames } from '../contract/labelColumnNames.ts';
import type { DatasetFormat } from '../contract/entities.ts';
import type { ColumnTable } from './ColumnTable.ts';
import { isRepeating } from './columnProfile.ts';
import type { Columns } from './formats/datasetFormat.ts';
import { readingWords as words } from '../contract/words/reading.ts';
import type { Said } from '../contract/words/words.ts';

export interface Reading {
  readonly format: DatasetFormat;
  readonly columns: Columns;
}

/** Another reading that may be meant. */
export interface Offer extends Reading {
  /** The column that would be used beside. */
  readonly column: string;
  readonly notice: Said;
}

const mostOffers = 3;

/**
 * As the command line takes a reading, quoted for a shell: `--format prompt --column prompt=frage --column
 * "completion=die antwort"`.
 */
export function flagsOf({ format, columns }: Reading): string {
  const given = Object.entries(columns).map(([role, column]) => `--column ${quote(`${role}=${column}`)}`);
  return [`--format ${format}`, ...given].join(' ');
}

function quote(word: string): string {
  if (/^[\p{L}\p{N}_.=:/+-]+$/u.test(word)) return word;
  return /["$`\\!%]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`;
}

/** What the columns that are left aside mean for what is learned. */
export function noticesOn({ format, columns }: Reading, table: ColumnTable): readonly Said[] {
  const unused = unusedOf(columns, table);
  const named = (matches: (key: string) => boolean): readonly string[] =>
    unused.filter((column) => table.keysOf(column).some(matches));
  const notices: Said[] = [];
  const rejected = named((key) => rejectedNames.has(key));
  const answer =
    columns['completion'] ??
    columns['output'] ??
    columns['messages'] ??
    columns['conversations'] ??
    columns['text'] ??
    '';
  if (rejected.length > 0) notices.push(words.preferences({ answer, rejected }));
  const judged =
    format === 'prompt'
      ? unused.find((column) => table.isNamed(column, ['label', 'labels', 'is_correct']) && isVerdict(column, table))
      : undefined;
  if (judged !== undefined) notices.push(words.verdict({ column: judged }));
  const choices = named((key) => choiceNames.test(key));
  const pointing = columns['label'];
  if (pointing !== undefined && choices.length > 0) notices.push(words.choices({ choices, label: pointing }));
  return notices;
}

function isVerdict(column: string, table: ColumnTable): boolean {
  const { booleans, numbers, filled, distinct } = table.profileOf(column);
  return booleans === filled || (numbers === filled && distinct <= 2);
}

/**
 * Columns that could be the label: of plain text any that repeats a few short values, of labelled texts those that are
 * called so.
 */
export function offersFor({ format, columns }: Reading, table: ColumnTable): readonly Offer[] {
  const text = columns['text'];
  if (text === undefined || (format !== 'text' && format !== 'classification')) return [];
  const isLikely = (column: string): boolean => {
    const isCalledLabel = table.isNamed(column, labelNames.names);
    return format === 'text'
      ? isCalledLabel || (isRepeating(table.profileOf(column)) && !table.isUnnamed(column))
      : isCalledLabel && table.profileOf(column).filled > 0;
  };
  const likely = unusedOf(columns, table).filter(isLikely).slice(0, mostOffers);
  return likely.map((column) => offerOf(column, { format, columns, text }, table));
}

function offerOf(
  column: string,
  { format, columns, text }: Reading & { readonly text: string },
  table: ColumnTable,
): Offer {
  const { examples, distinct } = table.profileOf(column);
  const values = `${examples.map((value) => value.slice(0, 40)).join(', ')}${distinct > examples.length ? ', …' : ''}`;
  const reading = {
    format: 'classification' as const,
    columns: { ...(format === 'text' ? { text } : columns), label: column },
  };
  const offer = { column, values, flags: flagsOf(reading) };
  const notice =
    format === 'text'
      ? words.maybeLabel({ ...offer, text })
      : words.maybeLabelToo({ ...offer, label: columns['label'] ?? '' });
  return { ...reading, column, notice };
}

function unusedOf(columns: Columns, table: ColumnTable): readonly string[] {
  const used = new Set(Object.values(columns));
  return table.columns.filter((column) => !used.has(column));
}
