/** Householder QR (Golub and Van Loan, Matrix Computations, 5.2): (m, n) as Q (m, k) R (k, n), k = min(m, n). */
import { type Columns, unitColumns } from './columns.ts';

export interface ThinQr {
  /** Columns of R (k, n), upper triangular. */
  readonly r: Columns;
  /** Q times columns of length k. */
  readonly apply: (columns: Columns) => Columns;
}

/** `columns` are used up: they become the reflections. */
export function thinQr(columns: Columns): ThinQr {
  const length = columns[0].length;
  const count = Math.min(length, columns.length);
  const diagonal = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    diagonal[j] = makeReflector(columns[j], j);
    for (const column of columns.slice(j + 1)) reflect(columns[j], column, j);
  }
  const r = columns.map((column, j) => {
    const values = new Float64Array(count);
    values.set(column.subarray(0, Math.min(j, count)));
    if (j < count) values[j] = diagonal[j];
    return values;
  });
  const apply = (given: Columns): Columns =>
    given.map((short) => {
      const column = new Float64Array(length);
      column.set(short);
      for (let j = count - 1; j >= 0; j--) reflect(columns[j], column, j);
      return column;
    });
  return { r, apply };
}

/**
 * An orthonormal basis (m, n) of the columns' space, m ≥ n; where they are not independent it is filled up with
 * directions of its own. `columns` are used up.
 */
export function orthonormalBasis(columns: Columns): Columns {
  return thinQr(columns).apply(unitColumns(columns.length, columns.length));
}

/**
 * Turns the part of a column from `from` on into the unit vector of its reflection; gives what the column becomes
 * there.
 */
function makeReflector(column: Float64Array, from: number): number {
  let square = 0;
  for (let i = from; i < column.length; i++) square += column[i] ** 2;
  if (square === 0) return 0;
  const result = column[from] > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  const norm = Math.sqrt(square - 2 * result * column[from] + result ** 2);
  column[from] -= result;
  for (let i = from; i < column.length; i++) column[i] /= norm;
  return result;
}

/** x −= 2 v (v·x), from `from` on. */
function reflect(v: Float64Array, x: Float64Array, from: number): void {
  let product = 0;
  for (let i = from; i < x.length; i++) product += v[i] * x[i];
  if (product === 0) return;
  for (let i = from; i < x.length; i++) x[i] -= 2 * product * v[i];
}
