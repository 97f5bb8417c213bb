/**
 * What the values of a column look like in a sample of rows: texts to learn, labels that repeat, or names and counts of
 * the rows.
 */
import { asciiNumber, isNumberLabel } from '../contract/labelText.ts';
import { isDoubtfulLabel, readLabelCell } from './labels/labelCell.ts';

export interface ColumnProfile {
  /** Rows with a value that is neither null nor blank. */
  readonly filled: number;
  readonly texts: number;
  readonly numbers: number;
  readonly booleans: number;
  /** Lists and objects. */
  readonly structures: number;
  /** How many different values the filled rows have, as they are written. */
  readonly distinct: number;
  /** Characters a value. */
  readonly meanChars: number;
  readonly longestChars: number;
  /** Texts that are a number, as a CSV has every number, or that say there is none. */
  readonly numberTexts: number;
  /** Texts that are a number, a date, an address or an identifier. */
  readonly codes: number;
  /** The first different values, for messages. */
  readonly examples: readonly string[];
}

const shownExamples = 4;
const longestNumber = 60;
const code =
  /^\s*([+-]?\d[\d.,:e+-]*|\d{4}[-/.年]\d{1,2}[-/.月].*|https?:\/\/\S*|[0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{16,}|(?=\S*\d)[A-Za-z]{0,8}[-_:#]?\d[\w:#-]*)\s*$/i;

export function profileOf(values: readonly unknown[]): ColumnProfile {
  const counts = { texts: 0, numbers: 0, booleans: 0, structures: 0, numberTexts: 0, codes: 0 };
  const seen = new Set<string>();
  let [filled, chars, longestChars] = [0, 0, 0];
  for (const value of values) {
    if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) continue;
    filled++;
    if (typeof value === 'string') counts.texts++;
    else if (typeof value === 'number' || typeof value === 'bigint') counts.numbers++;
    else if (typeof value === 'boolean') counts.booleans++;
    else counts.structures++;
    const text = textOf(value);
    if (typeof value === 'string' && code.test(value.slice(0, 200))) counts.codes++;
    if (typeof value === 'string' && isNumberText(value)) counts.numberTexts++;
    seen.add(text.trim());
    chars += text.length;
    longestChars = Math.max(longestChars, text.length);
  }
  const examples = [...seen].slice(0, shownExamples);
  return {
    ...counts,
    filled,
    distinct: seen.size,
    meanChars: filled === 0 ? 0 : chars / filled,
    longestChars,
    examples,
  };
}

function isNumberText(value: string): boolean {
  if (value.length > longestNumber) return false;
  const cell = readLabelCell(value);
  return 'reason' in cell || isDoubtfulLabel(cell.text) || isNumberLabel(asciiNumber(cell.text).replace(',', '.'));
}

/** Of a list or an object nothing. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
}

/** Words, and not numbers, dates, addresses or identifiers. */
export function isProse({ filled, texts, codes }: ColumnProfile): boolean {
  return filled > 0 && texts * 2 > filled && codes * 2 <= texts;
}

/** A few short values that repeat. */
export function isRepeating({ filled, structures, distinct, meanChars, longestChars }: ColumnProfile): boolean {
  return (
    structures === 0 &&
    distinct >= 2 &&
    distinct * 2 <= filled &&
    distinct <= 100 &&
    meanChars <= 30 &&
    longestChars <= 60
  );
}

/** Whether values can be labels: short or numbers, and not another one in every row of many. */
export function canBeLabel({ filled, texts, numberTexts, structures, distinct, meanChars }: ColumnProfile): boolean {
  // of other kinds the format itself says what is wrong, row by row
  if (structures > 0 || (texts - numberTexts) * 2 <= filled) return true;
  return meanChars <= 100 && (filled < 20 || distinct <= filled * 0.9);
}
