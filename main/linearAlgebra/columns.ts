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

/** XᵀX (n, n) of X (m, n). */
export function gram(matrix: Columns): Columns {
  const result = matrix.map(() => new Float64Array(matrix.length));
  for (let j = 0; j < matrix.length; j++)
    for (let i = 0; i <= j; i++) result[i][j] = result[j][i] = dot(matrix[i], matrix[j]);
  return result;
}

/** XᵀY (n, k) of X (m, n) and Y (m, k). */
export function transposedProduct(left: Columns, right: Columns): Columns {
  return right.map((column) => Float64Array.from(left, (each) => dot(each, column)));
}

/** Sum of the squares of all entries. */
export function squaredNorm(matrix: Columns): number {
  return matrix.reduce((sum, column) => sum + dot(column, column), 0);
}

/** Row-major (m, n) as its columns. */
export function columnsOf(data: ArrayLike<number>, count: number): Columns {
  const length = data.length / count;
  return Array.from({ length: count }, (_, at) => {
    const column = new Float64Array(length);
    for (let row = 0; row < length; row++) column[row] = data[row * count + at];
    return column;
  });
}

/** Row-major (n, m) as the columns of its transpose (m, n). */
export function columnsOfTransposed(data: Float32Array, count: number): Columns {
  const length = data.length / count;
  return Array.from({ length: count }, (_, at) => Float64Array.from(data.subarray(at * length, (at + 1) * length)));
}

/** Writes columns where a row-major matrix lies. */
export function writeColumns(target: Float32Array, columns: Columns): void {
  const count = columns.length;
  columns.forEach((column, at) => column.forEach((value, row) => (target[row * count + at] = value)));
}

/** Writes columns as the rows of a row-major matrix. */
export function writeTransposed(target: Float32Array, columns: Columns): void {
  columns.forEach((column, at) => target.set(column, at * column.length));
}

/** Unit vectors of this length, the first `count`. */
export function unitColumns(length: number, count: number): Columns {
  return Array.from({ length: count }, (_, at) => {
    const column = new Float64Array(length);
    column[at] = 1;
    return column;
  });
}
