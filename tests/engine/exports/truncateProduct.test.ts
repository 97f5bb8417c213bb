/** Truncation against the dense singular values: the smallest error there is, and said rightly. */
import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { truncateProduct } from '../../../main/engine/exports/truncateProduct.ts';

interface Case {
  readonly out: number;
  readonly inner: number;
  readonly into: number;
  readonly rank: number;
  readonly seed: number;
  /** Of exact copies among the columns of B: a product of a lower rank than its factors. */
  readonly copies: number;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    out: size(),
    inner: size(),
    into: size(),
    seed: fc.integer({ min: 1, max: 999 }),
    copies: fc.integer({ min: 0, max: 3 }),
  })
  .chain((given) => fc.integer({ min: 1, max: given.inner }).map((rank) => ({ ...given, rank })));

function size(): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: 9 });
}

function factorsOf({ out, inner, into, seed, copies }: Case) {
  const noise = (at: number): number => Math.sin(seed * 12.9898 + at * 78.233) * 3;
  const b = Float32Array.from({ length: out * inner }, (_, at) => {
    const column = at % inner;
    return noise(column < copies ? at - column : at);
  });
  const a = Float32Array.from({ length: inner * into }, (_, at) => noise(at + 1000));
  return { a: { shape: [inner, into], data: a }, b: { shape: [out, inner], data: b } };
}

function product({ a, b }: ReturnType<typeof factorsOf>): Float64Array {
  const [inner, into] = a.shape;
  const [out] = b.shape;
  const result = new Float64Array(out * into);
  for (let row = 0; row < out; row++)
    for (let k = 0; k < inner; k++)
      for (let column = 0; column < into; column++)
        result[row * into + column] += b.data[row * inner + k] * a.data[k * into + column];
  return result;
}

function square(values: Iterable<number>): number {
  return [...values].reduce((sum, value) => sum + value * value, 0);
}

/** Σ σᵢ^2 of all but the `rank` largest, by eigenvalues of M Mᵀ with Jacobi rotations: another way than the code's. */
function smallestError(dense: Float64Array, { out, into, rank }: Case): number {
  const gram = Array.from({ length: out }, (_, i) =>
    Array.from({ length: out }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < into; k++) sum += dense[i * into + k] * dense[j * into + k];
      return sum;
    }),
  );
  for (let sweep = 0; sweep < 50; sweep++)
    for (let p = 0; p < out; p++)
      for (let q = p + 1; q < out; q++) {
        const angle = 0.5 * Math.atan2(2 * gram[p][q], gram[q][q] - gram[p][p]);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (let k = 0; k < out; k++)
          [gram[p][k], gram[q][k]] = [c * gram[p][k] - s * gram[q][k], s * gram[p][k] + c * gram[q][k]];
        for (let k = 0; k < out; k++)
          [gram[k][p], gram[k][q]] = [c * gram[k][p] - s * gram[k][q], s * gram[k][p] + c * gram[k][q]];
      }
  const values = gram.map((row, at) => row[at]).sort((x, y) => y - x);
  return values.slice(rank).reduce((sum, value) => sum + value, 0);
}

describe('a truncated product', () => {
  it('has the smallest error that its rank allows, and says it (layers that answer worse than they need to)', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const factors = factorsOf(given);
        const dense = product(factors);
        const { a, b, lost, whole } = truncateProduct(factors, given.rank);
        expect([a.shape, b.shape]).toEqual([
          [given.rank, given.into],
          [given.out, given.rank],
        ]);
        const short = product({ a: { ...a, shape: [...a.shape] }, b: { ...b, shape: [...b.shape] } } as ReturnType<
          typeof factorsOf
        >);
        const scale = square(dense) + 1e-30;
        expect(Math.abs(whole - square(dense)) / scale).toBeLessThan(1e-9);
        expect(Math.abs(lost - smallestError(dense, given)) / scale).toBeLessThan(1e-9);
        expect(Math.abs(square(dense.map((value, at) => value - short[at])) - lost) / scale).toBeLessThan(1e-6);
      }),
      { numRuns: 200 },
    );
  });

  it('is nothing for an adapter that changes nothing (NaN out of a zero norm)', () => {
    const zero = { a: { shape: [2, 3], data: new Float32Array(6) }, b: { shape: [4, 2], data: new Float32Array(8) } };
    const { a, b, lost, whole } = truncateProduct(zero, 1);
    expect([lost, whole, ...a.data, ...b.data].every((value) => value === 0)).toBe(true);
  });
});
