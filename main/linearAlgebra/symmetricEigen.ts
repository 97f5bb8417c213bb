/**
 * Eigenvalues of a symmetric matrix by cyclic Jacobi (Golub and Van Loan, Matrix Computations, 8.5), and functions of
 * it that follow: inverses, roots. For sides up to about a hundred, as the rank of an adapter is.
 */
import { type Columns, unitColumns } from './columns.ts';

/** M (n, n) = E diag(λ) Eᵀ. */
export interface SymmetricEigen {
  /** Smallest first. */
  readonly values: Float64Array;
  /** (n, n), orthonormal. */
  readonly vectors: Columns;
}

const maxSweeps = 60;
const diagonal = 1e-14; // off-diagonal norm, of the whole norm

/** Of (M + Mᵀ)/2, so that rounding errors of a product do no harm. `matrix` stays as it is. */
export function symmetricEigen(matrix: Columns): SymmetricEigen {
  const size = matrix.length;
  const m = matrix.map((column, j) => column.map((value, i) => (value + matrix[i][j]) / 2));
  const vectors = unitColumns(size, size);
  for (let sweep = 0; sweep < maxSweeps && !isDiagonal(m); sweep++) {
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) annihilate(m, vectors, p, q);
  }
  const order = m.map((_, i) => i).sort((i, j) => m[i][i] - m[j][j]);
  return { values: Float64Array.from(order, (i) => m[i][i]), vectors: order.map((i) => vectors[i]) };
}

/** E diag(f(λ)) Eᵀ (n, n): an inverse with f = 1/λ, a root with √λ. */
export function spectralFunction({ values, vectors }: SymmetricEigen, f: (value: number) => number): Columns {
  const result = vectors.map((column) => new Float64Array(column.length));
  vectors.forEach((vector, k) => {
    const factor = f(values[k]);
    vector.forEach((entry, j) => {
      for (let i = 0; i < vector.length; i++) result[j][i] += factor * entry * vector[i];
    });
  });
  return result;
}

function isDiagonal(m: Columns): boolean {
  let [off, all] = [0, 0];
  for (let j = 0; j < m.length; j++) {
    for (let i = 0; i < m.length; i++) {
      const square = m[j][i] ** 2;
      all += square;
      if (i !== j) off += square;
    }
  }
  return off <= diagonal ** 2 * all;
}

/** One rotation, after which M[p][q] is zero. */
function annihilate(m: Columns, vectors: Columns, p: number, q: number): void {
  if (m[q][p] === 0) return;
  const theta = (m[q][q] - m[p][p]) / (2 * m[q][p]);
  const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (const columns of [m, vectors]) {
    const [x, y] = [columns[p], columns[q]];
    for (let i = 0; i < x.length; i++) {
      const value = x[i];
      x[i] = cosine * value - sine * y[i];
      y[i] = sine * value + cosine * y[i];
    }
  }
  for (const column of m) {
    const value = column[p];
    column[p] = cosine * value - sine * column[q];
    column[q] = sine * value + cosine * column[q];
  }
}
