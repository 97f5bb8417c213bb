/** Eigenvalues of symmetric matrices: what they are made of again, close and vanishing ones too. */
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { columnsOf, gram, product, transposed } from '../../main/linearAlgebra/columns.ts';
import { spectralFunction, symmetricEigen } from '../../main/linearAlgebra/symmetricEigen.ts';

const squares = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size * size, maxLength: size * size }),
  )
  .map((values) => columnsOf(values, Math.sqrt(values.length)));

function largest(one: readonly Float64Array[], other: readonly Float64Array[]): number {
  return Math.max(...one.flatMap((column, j) => Array.from(column, (value, i) => Math.abs(value - other[j][i]))));
}

describe('symmetricEigen', () => {
  it('gives values in order and orthonormal vectors that make the matrix again', () => {
    fc.assert(
      fc.property(squares, (square) => {
        const matrix = gram(square);
        const eigen = symmetricEigen(matrix);
        expect([...eigen.values]).toEqual([...eigen.values].sort((x, y) => x - y));
        expect(
          largest(
            spectralFunction(eigen, (value) => value),
            matrix,
          ),
        ).toBeLessThan(1e-12 * 12);
        const unit = gram(eigen.vectors).map((column, j) => column.map((value, i) => value - (i === j ? 1 : 0)));
        expect(Math.max(...unit.flatMap((column) => Array.from(column, Math.abs)))).toBeLessThan(1e-13 * 12);
      }),
      { numRuns: 60 },
    );
  });

  it('finds known values, equal and vanishing ones', () => {
    // Of the second difference: 2 − 2 cos(kπ / (n + 1)).
    const tridiagonal = columnsOf([2, -1, 0, 0, -1, 2, -1, 0, 0, -1, 2, -1, 0, 0, -1, 2], 4);
    const { values } = symmetricEigen(tridiagonal);
    values.forEach((value, k) => expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / 5), 14));
    expect([...symmetricEigen(columnsOf([0, 0, 0, 0], 2)).values]).toEqual([0, 0]);
    expect([...symmetricEigen(columnsOf([1, 1, 1, 1], 2)).values].map((value) => value.toFixed(14))).toEqual([
      '0.00000000000000',
      '2.00000000000000',
    ]);
  });

  it('takes the symmetric part, and gives inverse and root', () => {
    const matrix = columnsOf([4, 1, 3, 5], 2);
    const inverse = spectralFunction(symmetricEigen(matrix), (value) => 1 / value);
    const root = spectralFunction(symmetricEigen(matrix), Math.sqrt);
    const symmetric = columnsOf([4, 2, 2, 5], 2);
    expect(largest(product(inverse, symmetric), columnsOf([1, 0, 0, 1], 2))).toBeLessThan(1e-15 * 10);
    expect(largest(product(root, transposed(root)), symmetric)).toBeLessThan(1e-14);
  });
});
