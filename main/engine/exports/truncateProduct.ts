/**
 * The best approximation of B A of a lower rank (Eckart–Young), without ever forming the (out, in) matrix: B = Q₁ R₁
 * and Aᵀ = Q₂ R₂ by Householder, R₁ R₂ᵀ = U S Vᵀ by one-sided Jacobi, then B' = Q₁ U √S and A' = √S Vᵀ Q₂ᵀ. All in
 * float64.
 */
import { transposedFloats } from '../../formats/transposed.ts';
import type { HostTensor } from '../adapters/adapterMethod.ts';

export interface TruncatedProduct {
  /** (rank, in) */
  readonly a: HostTensor;
  /** (out, rank) */
  readonly b: HostTensor;
  /** ‖B A − B' A'‖², Frobenius. */
  readonly lost: number;
  /** ‖B A‖² */
  readonly whole: number;
}

/** Columns of equal length. */
type Columns = readonly Float64Array[];

/** `a` (r, in), `b` (out, r); `rank` ≤ r. */
export function truncateProduct(
  { a, b }: { readonly a: HostTensor; readonly b: HostTensor },
  rank: number,
): TruncatedProduct {
  const [inner, inFeatures] = a.shape;
  const [outFeatures] = b.shape;
  const left = factorise(columnsOf(b));
  const right = factorise(
    Array.from({ length: inner }, (_, row) =>
      Float64Array.from(a.data.subarray(row * inFeatures, (row + 1) * inFeatures)),
    ),
  );
  const { u, s, v } = singularValues(timesTransposed(left.r, right.r));
  const squares = s.map((value) => value ** 2);
  const roots = s.slice(0, rank).map(Math.sqrt);
  const newB = rows(left.apply(weighted(u, roots)), { rank, length: outFeatures });
  const newA = rows(right.apply(weighted(v, roots)), { rank, length: inFeatures });
  return {
    a: { shape: [rank, inFeatures], data: transposedFloats(newA, [inFeatures, rank]) },
    b: { shape: [outFeatures, rank], data: newB },
    lost: squares.slice(rank).reduce((sum, each) => sum + each, 0),
    whole: squares.reduce((sum, each) => sum + each, 0),
  };
}

interface ThinQr {
  /** Columns of R, (k, r) with k = min(rows, r). */
  readonly r: Columns;
  /** Q times columns of length k. */
  readonly apply: (columns: Columns) => Columns;
}

/** Householder QR; `columns` are used up. */
function factorise(columns: Columns): ThinQr {
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

/** Left (m, r) · right (n, r)ᵀ, as n columns of length m. */
function timesTransposed(left: Columns, right: Columns): Columns {
  const [rows, columns] = [left[0].length, right[0].length];
  return Array.from({ length: columns }, (_, j) => {
    const result = new Float64Array(rows);
    left.forEach((column, k) => {
      const factor = right[k][j];
      for (let i = 0; i < rows; i++) result[i] += column[i] * factor;
    });
    return result;
  });
}

interface Svd {
  readonly u: Columns;
  /** Largest first. */
  readonly s: readonly number[];
  readonly v: Columns;
}

const maxSweeps = 60;
const orthogonal = 1e-14;

/** One-sided Jacobi: pairs of columns are rotated until all are orthogonal; their lengths are the singular values. */
function singularValues(matrix: Columns): Svd {
  if (matrix.length > matrix[0].length) {
    const { u, s, v } = singularValues(flipped(matrix));
    return { u: v, s, v: u };
  }
  const v = matrix.map((_, i) => {
    const column = new Float64Array(matrix.length);
    column[i] = 1;
    return column;
  });
  for (let sweep = 0; sweep < maxSweeps && rotateAll(matrix, v); sweep++);
  const lengths = matrix.map((column) => Math.sqrt(dot(column, column)));
  const order = lengths.map((_, i) => i).sort((i, j) => lengths[j] - lengths[i]);
  return {
    u: order.map((i) => matrix[i].map((value) => (lengths[i] === 0 ? 0 : value / lengths[i]))),
    s: order.map((i) => lengths[i]),
    v: order.map((i) => v[i]),
  };
}

/** One sweep over all pairs; true where anything still had to be turned. */
function rotateAll(columns: Columns, v: Columns): boolean {
  let turned = false;
  for (let p = 0; p < columns.length - 1; p++) {
    for (let q = p + 1; q < columns.length; q++) {
      const [alpha, beta, gamma] = [
        dot(columns[p], columns[p]),
        dot(columns[q], columns[q]),
        dot(columns[p], columns[q]),
      ];
      if (Math.abs(gamma) <= orthogonal * Math.sqrt(alpha * beta)) continue;
      turned = true;
      const zeta = (beta - alpha) / (2 * gamma);
      const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta ** 2));
      const cosine = 1 / Math.sqrt(1 + tangent ** 2);
      rotate(columns[p], columns[q], cosine, cosine * tangent);
      rotate(v[p], v[q], cosine, cosine * tangent);
    }
  }
  return turned;
}

function rotate(x: Float64Array, y: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    x[i] = cosine * value - sine * y[i];
    y[i] = sine * value + cosine * y[i];
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

function weighted(columns: Columns, weights: readonly number[]): Columns {
  return weights.map((weight, i) => columns[i].map((value) => value * weight));
}

function flipped(columns: Columns): Columns {
  return Array.from(columns[0], (_, row) => Float64Array.from(columns, (column) => column[row]));
}

function columnsOf({ shape: [rowCount, columnCount], data }: HostTensor): Columns {
  return Array.from({ length: columnCount }, (_, column) =>
    Float64Array.from({ length: rowCount }, (_, row) => data[row * columnCount + column]),
  );
}

/** Columns as a row-major (length, rank) matrix; columns that a smaller matrix does not have are zero. */
function rows(columns: Columns, { rank, length }: { readonly rank: number; readonly length: number }): Float32Array {
  const result = new Float32Array(length * rank);
  columns.forEach((column, at) => column.forEach((value, row) => (result[row * rank + at] = value)));
  return result;
}
