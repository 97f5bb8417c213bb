/** Matrices as their columns in float64, which is what all routines here walk along. */
export type Columns = readonly Float64Array[];

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** (length, count) of zeros, in one piece of memory: thousands of small ones would be the collector's work. */
export function zeroColumns(length: number, count: number): Columns {
  const all = new Float64Array(length * count);
  return Array.from({ length: count }, (_, at) => all.subarray(at * length, (at + 1) * length));
}

/** (rows, n) as (n, rows). */
export function transposed(matrix: Columns): Columns {
  const result = zeroColumns(matrix.length, matrix[0].length);
  for (let j = 0; j < matrix.length; j++) {
    const column = matrix[j];
    for (let i = 0; i < column.length; i++) result[i][j] = column[i];
  }
  return result;
}

/**
 * Left (m, r) · right (r, n). Four columns of the left side at a time: each entry of the result is then read and
 * written a quarter as often. Sums run in the order of the columns, whatever the grouping.
 */
export function product(left: Columns, right: Columns): Columns {
  const result = zeroColumns(left[0].length, right.length);
  const whole = left.length - (left.length % 4);
  for (let j = 0; j < right.length; j++) {
    for (let k = 0; k < whole; k += 4) addFour(result[j], left, right[j], k);
    for (let k = whole; k < left.length; k++) addScaled(result[j], left[k], right[j][k]);
  }
  return result;
}

function addFour(target: Float64Array, columns: Columns, weights: Float64Array, from: number): void {
  const [x, y, z, w] = [columns[from], columns[from + 1], columns[from + 2], columns[from + 3]];
  const [ofX, ofY, ofZ, ofW] = [weights[from], weights[from + 1], weights[from + 2], weights[from + 3]];
  for (let i = 0; i < target.length; i++) target[i] = target[i] + x[i] * ofX + y[i] * ofY + z[i] * ofZ + w[i] * ofW;
}

/** target += factor · column, in place. */
export function addScaled(target: Float64Array, column: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += column[i] * factor;
}

/** XᵀX (n, n) of X (m, n). */
export function gram(matrix: Columns): Columns {
  const result = zeroColumns(matrix.length, matrix.length);
  for (let j = 0; j < matrix.length; j++) {
    dots(matrix, matrix[j], j + 1, result[j]);
    for (let i = 0; i < j; i++) result[i][j] = result[j][i];
  }
  return result;
}

/** XᵀY (n, k) of X (m, n) and Y (m, k). */
export function transposedProduct(left: Columns, right: Columns): Columns {
  const result = zeroColumns(left.length, right.length);
  for (let j = 0; j < right.length; j++) dots(left, right[j], left.length, result[j]);
  return result;
}

/** Dot products of the first `count` columns with `y`, four at a time: four sums wait for each other no longer. */
function dots(columns: Columns, y: Float64Array, count: number, result: Float64Array): void {
  const whole = count - (count % 4);
  for (let k = 0; k < whole; k += 4) {
    const [first, second, third, fourth] = [columns[k], columns[k + 1], columns[k + 2], columns[k + 3]];
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < y.length; i++) {
      const value = y[i];
      a += first[i] * value;
      b += second[i] * value;
      c += third[i] * value;
      d += fourth[i] * value;
    }
    result[k] = a;
    result[k + 1] = b;
    result[k + 2] = c;
    result[k + 3] = d;
  }
  for (let k = whole; k < count; k++) result[k] = dot(columns[k], y);
}

/** Sum of the squares of all entries. */
export function squaredNorm(matrix: Columns): number {
  return matrix.reduce((sum, column) => sum + dot(column, column), 0);
}

/** factor · X */
export function scaled(matrix: Columns, factor: number): Columns {
  const result = zeroColumns(matrix[0].length, matrix.length);
  for (let j = 0; j < matrix.length; j++) {
    const [from, to] = [matrix[j], result[j]];
    for (let i = 0; i < to.length; i++) to[i] = factor * from[i];
  }
  return result;
}

/** X += factor · Y, in place. */
export function addMatrix(target: Columns, matrix: Columns, factor: number): void {
  for (let j = 0; j < target.length; j++) addScaled(target[j], matrix[j], factor);
}

/** Row-major (m, n) as its columns. */
export function columnsOf(data: ArrayLike<number>, count: number): Columns {
  const result = zeroColumns(data.length / count, count);
  for (let at = 0; at < count; at++) {
    const column = result[at];
    for (let row = 0; row < column.length; row++) column[row] = data[row * count + at];
  }
  return result;
}

/** Row-major (n, m) as the columns of its transpose (m, n). */
export function columnsOfTransposed(data: Float32Array, count: number): Columns {
  const length = data.length / count;
  const all = new Float64Array(data);
  return Array.from({ length: count }, (_, at) => all.subarray(at * length, (at + 1) * length));
}

/** Writes columns where a row-major matrix lies. */
export function writeColumns(target: Float32Array, columns: Columns): void {
  const count = columns.length;
  for (let at = 0; at < count; at++) {
    const column = columns[at];
    for (let row = 0; row < column.length; row++) target[row * count + at] = column[row];
  }
}

/** Writes columns as the rows of a row-major matrix. */
export function writeTransposed(target: Float32Array, columns: Columns): void {
  columns.forEach((column, at) => target.set(column, at * column.length));
}

/** Unit vectors of this length, the first `count`. */
export function unitColumns(length: number, count: number): Columns {
  const result = zeroColumns(length, count);
  for (let at = 0; at < count; at++) result[at][at] = 1;
  return result;
}
