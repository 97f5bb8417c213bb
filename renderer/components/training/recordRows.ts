/**
 * A record of numbers as rows that are typed: a row that is not whole stays in the value as it is, and is no number
 * there.
 */
import type { TypedNumber } from '../../../main/contract/numberText.ts';
import { asTyped } from './unreadNumbers.ts';

export interface RecordRow {
  readonly key: string;
  readonly number: TypedNumber;
}

export function rowsOf(value: unknown): readonly RecordRow[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, number]) => ({ key, number: asTyped(number) }));
}

/**
 * Undefined without rows. Rows with nothing in them say nothing; a name without a number has '', and a name that stands
 * twice has both numbers as one text, which is none: what a person typed is neither dropped nor overwritten.
 */
export function recordOf(rows: readonly RecordRow[]): Readonly<Record<string, number | string>> | undefined {
  const record = new Map<string, number | string>();
  for (const { key, number } of rows) {
    const name = key.trim();
    if (name === '' && number === undefined) continue;
    const earlier = record.get(name);
    record.set(name, earlier === undefined ? (number ?? '') : `${earlier}; ${number ?? ''}`);
  }
  return record.size === 0 ? undefined : Object.fromEntries(record);
}

/** What keeps a row from being one; undefined where it is whole, or empty. */
export function rowTrouble(
  { key, number }: RecordRow,
  rows: readonly RecordRow[],
): 'noName' | 'noValue' | 'twice' | undefined {
  const name = key.trim();
  if (name === '') return number === undefined ? undefined : 'noName';
  if (rows.filter((row) => row.key.trim() === name).length > 1) return 'twice';
  return number === undefined || number === '' ? 'noValue' : undefined;
}
