/** Labels as bars: each class (or each of a few values) with its rows, or the rows of each stretch of many values. */
import { areValues, type LabelCount } from '../../../main/contract/labels.ts';

export interface LabelBar {
  /** What it stands for; of values the lower and the upper end. */
  readonly ends: readonly [string] | readonly [string, string];
  readonly rows: number;
}

const stretches = 12;

/** `isDeclared`: whether the file lists its classes. */
export function labelBars(labels: readonly LabelCount[], isDeclared: boolean): readonly LabelBar[] {
  const isOfValues = !isDeclared && labels.length > stretches && areValues(labels.map(({ label }) => label));
  return isOfValues ? stretchBars(labels) : labels.map(({ label, rows }) => ({ ends: [label], rows }));
}

/** Of equal width from the least value to the greatest, which the last one holds. */
function stretchBars(labels: readonly LabelCount[]): readonly LabelBar[] {
  const values = labels.map(({ label, rows }) => ({ value: Number(label), rows }));
  const least = values.reduce((low, { value }) => Math.min(low, value), Infinity);
  const width = (values.reduce((high, { value }) => Math.max(high, value), -Infinity) - least) / stretches;
  const rows = new Array<number>(stretches).fill(0);
  for (const { value, rows: count } of values) {
    const at = Math.min(stretches - 1, Math.floor((value - least) / width));
    rows[at] = (rows[at] ?? 0) + count;
  }
  const end = (at: number): string => Number((least + at * width).toPrecision(4)).toString();
  return rows.map((count, at) => ({ ends: [end(at), end(at + 1)], rows: count }));
}
