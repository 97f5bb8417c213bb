/**
 * The best approximation of B A of a lower rank (Eckart–Young), without ever forming the (out, in) matrix: B = Q₁ R₁
 * and Aᵀ = Q₂ R₂ by Householder, R₁ R₂ᵀ = U S Vᵀ by one-sided Jacobi, then B' = Q₁ U √S and A' = √S Vᵀ Q₂ᵀ. All in
 * float64.
 */
import { transposedFloats } from '../../formats/transposed.ts';
import { type Columns, product, transposed } from '../../linearAlgebra/columns.ts';
import { jacobiSvd } from '../../linearAlgebra/jacobiSvd.ts';
import { thinQr } from '../../linearAlgebra/thinQr.ts';
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

/** `a` (r, in), `b` (out, r); `rank` ≤ r. */
export function truncateProduct(
  { a, b }: { readonly a: HostTensor; readonly b: HostTensor },
  rank: number,
): TruncatedProduct {
  const [inner, inFeatures] = a.shape;
  const [outFeatures] = b.shape;
  const left = thinQr(columnsOf(b));
  const right = thinQr(
    Array.from({ length: inner }, (_, row) =>
      Float64Array.from(a.data.subarray(row * inFeatures, (row + 1) * inFeatures)),
    ),
  );
  const { u, s, v } = jacobiSvd(product(left.r, transposed(right.r)));
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

function weighted(columns: Columns, weights: readonly number[]): Columns {
  return weights.map((weight, i) => columns[i].map((value) => value * weight));
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
