/**
 * What one value of a label column says by itself: a label, or why it is none. Which spellings of a missing value can
 * also be a class (`None`, `NA`) is for the whole column to say: labelRules.ts.
 */
import { isMissingLabel, trimmedLabel } from '../../contract/labelText.ts';
import { readTexts, typeName } from '../example.ts';
import type { RowFault } from '../example.ts';
import { labelWords as words } from '../../contract/words/labels.ts';

export type LabelCell = { readonly text: string } | RowFault;

/** Distinct labels of a file with the number of rows that have each. */
export type LabelRows = ReadonlyMap<string, number>;

/** What comes of a label once all of them are known: its name, or why it is none. */
export type Decision = { readonly label: string } | RowFault;

/** Written for a missing value too, and a word or sign that a class may have as its name. */
const doubtful = new Set(['NA', 'None', 'NULL', 'null', 'Null', 'undefined', '-', '--', '–', '—', '?', '.']);

export function isDoubtfulLabel(text: string): boolean {
  return doubtful.has(text);
}

/** `declared`: names of the classes that the file itself lists; these are never taken for missing. */
export function readLabelCell(value: unknown, declared: readonly string[] | null = null): LabelCell {
  if (value === undefined || value === null) return { reason: words.none() };
  if (typeof value === 'number')
    return Number.isNaN(value) ? { reason: words.noneSaid({ text: 'NaN' }) } : { text: String(value) };
  if (typeof value === 'boolean' || typeof value === 'bigint') return { text: String(value) };
  if (Array.isArray(value)) return readList(value, declared);
  if (typeof value !== 'string') return { reason: words.notOne({ kind: typeName(value) }) };
  return readText(value, declared);
}

function readText(value: string, declared: readonly string[] | null): LabelCell {
  const read = readTexts({ label: value });
  if ('reason' in read) return read;
  if (declared?.includes(value)) return { text: value };
  const text = trimmedLabel(value);
  if (text === '') return { reason: words.none() };
  if (isMissingLabel(text)) return { reason: words.noneSaid({ text }) };
  const list = parseList(text);
  return list === undefined ? { text } : readList(list, declared);
}

function readList(values: readonly unknown[], declared: readonly string[] | null): LabelCell {
  if (values.length === 0) return { reason: words.noneSaid({ text: words.emptyList() }) };
  if (values.length > 1) return { reason: words.severalInList({ count: values.length }) };
  return readLabelCell(values[0], declared);
}

/**
 * A list as JSON, Python or numpy print it, of quoted texts or numbers; a word in brackets is a label like any other.
 */
function parseList(text: string): readonly string[] | undefined {
  const inner = /^\[(.*)\]$/s.exec(text)?.[1]?.trim();
  if (inner === undefined) return undefined;
  if (inner === '') return [];
  const item = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([+-]?[\d.]+(?:e[+-]?\d+)?))\s*(?:,|(?=\s|$))/gy;
  const items: string[] = [];
  let at = 0;
  for (let found = item.exec(inner); found !== null && at < inner.length; found = item.exec(inner)) {
    items.push(found[1] ?? found[2] ?? found[3] ?? '');
    at = item.lastIndex;
  }
  return at === inner.length ? items : undefined;
}

/** For messages. */
export function shortLabel(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
