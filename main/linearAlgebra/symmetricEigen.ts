/**
 * Eigenvalues of a symmetric matrix by cyclic Jacobi (Golub and Van Loan, Matrix Computations, 8.5), and functions of
 * it that follow: inverses, roots. For sides up to about a hundred, as the rank of an adapter is.
 */
import { addScaled, type Columns, unitColumns, zeroColumns } from './columns.ts';

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
  const m = zeroColumns(size, size);
  for (let j = 0; j < size; j++) for (let i = 0; i < size; i++) m[j][i] = (matrix[j][i] + matrix[i][j]) / 2;
  const vectors = unitColumns(size, size);
  for (let sweep = 0; sweep < maxSweeps && !isDiagonal(m); sweep++) {
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) annihilate(m, vectors, p, q);
  }
  const order = m.map((_, i) => i).sort((i, j) => m[i][i] - m[j][j]);
  return { values: Float64Array.from(order, (i) => m[i][i]), vectors: order.map((i) => vectors[i]) };
}

/** E diag(f(λ)) Eᵀ (n, n): an inverse with f = 1/λ, a root with √λ. */
export function spectralFunction({ values, vectors }: SymmetricEigen, f: (value: number) => number): Columns {
  const result = zeroColumns(vectors[0].length, vectors[0].length);
  for (let k = 0; k < vectors.length; k++) {
    const [vector, factor] = [vectors[k], f(values[k])];
    for (let j = 0; j < vector.length; j++) addScaled(result[j], vector, factor * vector[j]);
  }
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

/** One rotation, after which M[p][q] is zero. M stays symmetric, so that its rows follow from its columns. */
function annihilate(m: Columns, vectors: Columns, p: number, q: number): void {
  const [ofP, ofQ] = [m[p], m[q]];
  const between = ofQ[p];
  if (between === 0) return;
  const theta = (ofQ[q] - ofP[p]) / (2 * between);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  const [diagonalP, diagonalQ] = [ofP[p] - tangent * between, ofQ[q] + tangent * between];
  rotate(ofP, ofQ, cosine, sine);
  rotate(vectors[p], vectors[q], cosine, sine);
  for (let i = 0; i < m.length; i++) {
    m[i][p] = ofP[i];
    m[i][q] = ofQ[i];
  }
  [ofP[p], ofQ[q], ofP[q], ofQ[p]] = [diagonalP, diagonalQ, 0, 0];
}

function rotate(x: Float64Array, y: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    x[i] = cosine * value - sine * y[i];
    y[i] = sine * value + cosine * y[i];
  }
}
