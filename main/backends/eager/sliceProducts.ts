/** Products with a matrix of which a few rows at a time are there as float32: each slice is gone before the next. */
import { tf } from '../../engine/tf.ts';
import type { Tensor } from '../../engine/tf.ts';

export interface Slice {
  readonly from: number;
  /** (count, columns), disposed by whoever takes it. */
  readonly rows: Tensor;
}

/** x (N, columns) → x wᵀ (N, rows); `multiply` is the backend's own product with a transposed matrix. */
export function timesTransposedSlices(
  x: Tensor,
  slices: Iterable<Slice>,
  multiply: (x: Tensor, w: Tensor) => Tensor,
): Tensor {
  return tf.tidy(() => {
    const parts = Array.from(slices, ({ rows }) => {
      const part = multiply(x, rows);
      rows.dispose();
      return part;
    });
    return parts.length === 1 ? parts[0] : tf.concat(parts, 1);
  });
}

/** dy (N, rows) → dy w (N, columns). */
export function timesSlices(dy: Tensor, slices: Iterable<Slice>): Tensor {
  return tf.tidy(() => {
    const parts = Array.from(slices, ({ from, rows }) => {
      const part: Tensor = tf.matMul(tf.slice(dy, [0, from], [-1, rows.shape[0]]), rows);
      rows.dispose();
      return part;
    });
    return tf.addN(parts);
  });
}
