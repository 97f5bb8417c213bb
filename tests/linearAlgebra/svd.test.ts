/**
 * Both decompositions against nine matrices decomposed elsewhere in float64: separated and tied values, tall, wide,
 * rank-deficient and zero ones. Catches factors that are not orthogonal, swapped sides, a basis that lacks a direction.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Columns, dot, product, transposed } from '../../main/linearAlgebra/columns.ts';
import { jacobiSvd, type Svd, withFixedSigns } from '../../main/linearAlgebra/jacobiSvd.ts';
import { type MatrixProducts, truncatedSvd } from '../../main/linearAlgebra/truncatedSvd.ts';
import { fixturePath } from '../support/fixtures.ts';

interface Matrix {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}

interface SvdCase {
  readonly name: string;
  readonly r: number;
  readonly W: Matrix;
  readonly singular_values: readonly number[];
  readonly relative_gaps: readonly number[];
  readonly truncation_error_fro: number;
  readonly U?: Matrix;
  readonly Vt?: Matrix;
  readonly projector_left?: Matrix | null;
}

const { cases } = JSON.parse(readFileSync(fixturePath('methods/loraxs/svd_cases.json'), 'utf8')) as {
  readonly cases: readonly SvdCase[];
};

const solvers: readonly [string, (matrix: Columns, rank: number) => Promise<Svd>, number][] = [
  ['one-sided Jacobi', async (matrix, rank) => leading(jacobiSvd(matrix.map((column) => column.slice())), rank), 1e-12],
  [
    'subspace iteration',
    async (matrix, rank) => truncatedSvd(productsOf(matrix), rank, { tolerance: 1e-11, maxRounds: 3000 }),
    1e-9,
  ],
];

describe.each(solvers)('%s', (_name, decompose, exactness) => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_case, given) => {
    const matrix = columnsOf({ ...given.W, data: given.W.data.map(Math.fround) });
    const { u, s, v } = withFixedSigns(await decompose(matrix, given.r));
    const largest = given.singular_values[0] || 1;
    s.forEach((value, k) => expect(Math.abs(value - given.singular_values[k])).toBeLessThan(exactness * largest));
    expect(unlikeOrthonormal(u)).toBeLessThan(1e-12);
    expect(unlikeOrthonormal(v)).toBeLessThan(1e-12);
    const kept = product(
      u.map((column, k) => column.map((value) => value * s[k])),
      transposed(v),
    );
    expect(Math.abs(distance(matrix, kept) - given.truncation_error_fro)).toBeLessThan(1e-9 * largest);
    if (given.U) expect(distance(u, columnsOf(given.U))).toBeLessThan(1e-6);
    if (given.Vt) expect(distance(transposed(v), columnsOf(given.Vt))).toBeLessThan(1e-6);
    if (given.projector_left)
      expect(distance(product(u, transposed(u)), columnsOf(given.projector_left))).toBeLessThan(1e-6);
  });
});

test('a flat spectrum stops after the rounds that it is given, with what is there', async () => {
  const matrix = Array.from({ length: 80 }, (_, column) =>
    Float64Array.from({ length: 80 }, (_each, row) => Math.sin(row * 12.9898 + column * 78.233) * 3),
  );
  let products = 0;
  const counted = productsOf(matrix);
  const times: MatrixProducts['times'] = async (right) => {
    products += 1;
    return counted.times(right);
  };
  const { u, s } = await truncatedSvd({ ...counted, times }, 4, { tolerance: 0, maxRounds: 7 });
  expect(products).toBe(7); // six rounds' and one to see whether five were enough
  expect(unlikeOrthonormal(u)).toBeLessThan(1e-12);
  const exact = jacobiSvd(matrix.map((column) => column.slice()));
  expect(Math.abs(s[0] / exact.s[0] - 1)).toBeLessThan(0.05);
});

function productsOf(matrix: Columns): MatrixProducts {
  const rows = transposed(matrix);
  return {
    rows: matrix[0].length,
    columns: matrix.length,
    times: async (right) => product(matrix, right),
    transposedTimes: async (left) => product(rows, left),
  };
}

function leading({ u, s, v }: Svd, rank: number): Svd {
  return { u: u.slice(0, rank), s: s.slice(0, rank), v: v.slice(0, rank) };
}

/** W is printed with nine digits, which stand for float32; U and V are float64. */
function columnsOf({ shape: [rows, columns], data }: Matrix): Columns {
  return Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_each, row) => data[row * columns + column]),
  );
}

function unlikeOrthonormal(columns: Columns): number {
  const errors = columns.flatMap((x, i) => columns.map((y, j) => Math.abs(dot(x, y) - (i === j ? 1 : 0))));
  return Math.max(...errors);
}

/** Frobenius. */
function distance(left: Columns, right: Columns): number {
  expect(left.length).toBe(right.length);
  const squares = left.map((column, at) => column.reduce((sum, value, row) => sum + (value - right[at][row]) ** 2, 0));
  return Math.sqrt(squares.reduce((sum, each) => sum + each, 0));
}
