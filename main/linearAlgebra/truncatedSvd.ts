/**
 * The largest singular values of a large matrix by subspace iteration (Halko, Martinsson and Tropp 2011, arXiv
 * 0909.4061, algorithm 4.4): it is only ever multiplied with a few columns, so that the products can be done elsewhere,
 * in float32 on the device for one. Values that lie close together converge slowly.
 */
import type { Columns } from './columns.ts';
import { product } from './columns.ts';
import { jacobiSvd, type Svd } from './jacobiSvd.ts';
import { orthonormalBasis, thinQr } from './thinQr.ts';

/** W (rows, columns), known by its products alone. */
export interface MatrixProducts {
  readonly rows: number;
  readonly columns: number;
  /** W times columns of length `columns`. */
  readonly times: (right: Columns) => Promise<Columns>;
  /** Wᵀ times columns of length `rows`. */
  readonly transposedTimes: (left: Columns) => Promise<Columns>;
}

export interface TruncatedSvdRules {
  /** Enough where ‖Wᵀu − σv‖ ≤ tolerance · σ₁ for each. */
  readonly tolerance: number;
  /** Products with W Wᵀ at most. */
  readonly maxRounds: number;
}

/** Columns beyond the rank, which carry what lies next to the cut. */
const oversampling = 10;
/** Rounds between two looks at what has converged. */
const roundsPerLook = 5;

/** The `rank` largest, rank ≤ min(rows, columns). */
export async function truncatedSvd(matrix: MatrixProducts, rank: number, rules: TruncatedSvdRules): Promise<Svd> {
  if (matrix.rows > matrix.columns) {
    const { u, s, v } = await truncatedSvd(flipped(matrix), rank, rules);
    return { u: v, s, v: u };
  }
  // Of the shorter side, where a basis costs the least.
  let basis = orthonormalBasis(drawn(matrix.rows, Math.min(rank + oversampling, matrix.rows)));
  for (let round = 1; ; round++) {
    const right = await matrix.transposedTimes(basis);
    if (round % roundsPerLook === 0 || round >= rules.maxRounds) {
      const found = rayleighRitz(basis, right, rank);
      if (round >= rules.maxRounds || (await residual(matrix, found)) <= rules.tolerance * found.s[0]) return found;
    }
    basis = orthonormalBasis(await matrix.times(right));
  }
}

/** The best that lies in the basis Q: QᵀW = (WᵀQ)ᵀ decomposed exactly. `right` (columns, k) is used up. */
function rayleighRitz(basis: Columns, right: Columns, rank: number): Svd {
  const { r, apply } = thinQr(right.map((column) => column.slice()));
  const { u, s, v } = jacobiSvd(r.map((column) => column.slice()));
  return { u: product(basis, v).slice(0, rank), s: s.slice(0, rank), v: apply(u.slice(0, rank)) };
}

/** max ‖Wv − σu‖: Wᵀu = σv holds by construction. */
async function residual({ times }: MatrixProducts, { u, s, v }: Svd): Promise<number> {
  const images = await times(v);
  return images.reduce((most, image, k) => {
    const square = image.reduce((sum, value, i) => sum + (value - s[k] * u[k][i]) ** 2, 0);
    return Math.max(most, Math.sqrt(square));
  }, 0);
}

function flipped({ rows, columns, times, transposedTimes }: MatrixProducts): MatrixProducts {
  return { rows: columns, columns: rows, times: transposedTimes, transposedTimes: times };
}

/** Numbers in [-1, 1), the same at every call (Numerical Recipes' linear congruential generator). */
function drawn(length: number, count: number): Columns {
  let state = 42;
  const draw = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return Array.from({ length: count }, () => new Float64Array(length).map(draw));
}
