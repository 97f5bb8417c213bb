/** A row as one line: what is asked and what is answered. */
import type { DatasetRow } from '../../../main/contract/workbench.ts';

export interface RowSummary {
  /** Counted from 1. */
  readonly number: number;
  readonly left: string;
  readonly right: string;
  /** Turns that neither side shows. */
  readonly others: number;
}

const shownChars = 400;

export function summariseRow({ row, turns }: DatasetRow): RowSummary {
  const told = turns.filter(({ role }) => role !== 'system');
  const [first] = told;
  const last = told.length > 1 ? told.at(-1) : undefined;
  const line = (text = ''): string => text.slice(0, shownChars).replace(/\s+/g, ' ');
  return {
    number: row + 1,
    left: line(first?.text),
    right: line(last?.text),
    others: turns.length - (first ? 1 : 0) - (last ? 1 : 0),
  };
}
