/** Matrices as their columns in float64, which is what all routines here walk along. */
export type Columns = readonly Float64Array[];

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** (rows, n) as (n, rows). */
export function transposed(matrix: Columns): Columns {
  return Array.from(matrix[0], (_, row) => Float64Array.from(matrix, (column) => column[row]));
}

/** Left (m, r) · right (r, n). */
export function product(left: Columns, right: Columns): Columns {
  return right.map((weights) => {
    const result = new Float64Array(left[0].length);
    left.forEach((column, k) => addScaled(result, column, weights[k]));
    return result;
  });
}

function addScaled(target: Float64Array, column: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += column[i] * factor;
}

/** Unit vectors of this length, the first `count`. */
export function unitColumns(length: number, count: number): Columns {
  return Array.from({ length: count }, (_, at) => {
    const column = new Float64Array(length);
    column[at] = 1;
    return column;
  });
}
