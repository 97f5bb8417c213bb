/**
 * All singular values by one-sided Jacobi (Hestenes 1958): pairs of columns are rotated until all are orthogonal; their
 * lengths are the values. Accurate to the last digits also for small ones; the time grows with the cube of the smaller
 * side, so it is for sides of about a hundred.
 */
import { type Columns, dot, transposed, unitColumns } from './columns.ts';
import { orthonormalBasis } from './thinQr.ts';

/** W (m, n) = U diag(s) Vᵀ; k = min(m, n), or as many as were asked for. */
export interface Svd {
  /** (m, k), orthonormal also where a value is zero. */
  readonly u: Columns;
  /** Largest first. */
  readonly s: readonly number[];
  /** (n, k), orthonormal. */
  readonly v: Columns;
}

const maxSweeps = 60;
const orthogonal = 1e-14; // cosine of two columns, of 1
const vanishing = 1e-14; // of the largest value

/** `matrix`: columns (m, n); they are used up. */
export function jacobiSvd(matrix: Columns): Svd {
  if (matrix.length > matrix[0].length) {
    const { u, s, v } = jacobiSvd(transposed(matrix));
    return { u: v, s, v: u };
  }
  const v = unitColumns(matrix.length, matrix.length);
  for (let sweep = 0; sweep < maxSweeps && rotateAll(matrix, v); sweep++);
  const lengths = matrix.map((column) => Math.sqrt(dot(column, column)));
  const order = lengths.map((_, i) => i).sort((i, j) => lengths[j] - lengths[i]);
  const s = order.map((i) => lengths[i]);
  const kept = s.filter((value) => value > vanishing * s[0]).length;
  const u = order.map((i, at) => matrix[i].map((value) => (at < kept ? value / lengths[i] : 0)));
  return { u: completed(u, kept), s, v: order.map((i) => v[i]) };
}

/** The first `kept` columns, orthonormal, and others orthogonal to them. */
function completed(u: Columns, kept: number): Columns {
  if (kept === u.length) return u;
  const basis = orthonormalBasis(u.map((column) => column.slice()));
  return u.map((column, at) => (at < kept ? column : basis[at]));
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

/**
 * The same with signs that are no chance: in each column of U the entry of largest size, the first of equals, is
 * positive.
 */
export function withFixedSigns({ u, s, v }: Svd): Svd {
  const signs = u.map((column) => {
    const peak = column.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    return peak < 0 ? -1 : 1;
  });
  const turn = (columns: Columns): Columns =>
    columns.map((column, k) => (signs[k] < 0 ? column.map((value) => -value) : column));
  return { u: turn(u), s, v: turn(v) };
}
