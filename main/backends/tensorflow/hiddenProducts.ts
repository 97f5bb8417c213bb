/**
 * Products with matrices that TensorFlow has no product for: a few rows are brought to the type of products at a time
 * (int8 integers are exact there; packed blocks are unpacked). Scales of whole rows go to the side where they are
 * cheap: y = (x W8ᵀ) ⊙ s, dx = (dy ⊙ s) W8. What is expanded stays near the processor: one token reads half the memory
 * of bf16 weights, or a quarter. Each slice waits for an earlier one, or a recorded graph would expand the whole model
 * at its start and hold it.
 */
import { DataType, boolAttr, intAttr, typeAttr } from './attributes.ts';
import type { Binding } from './binding.ts';
import { gatherRows, type HiddenMatrix, leading, type RowRange, slice } from './matrices/hiddenMatrix.ts';

/** Of a slice: 4 MB in bf16. A large matrix has larger ones, or the graph of a large model would be one of slices. */
const sliceElements = 2 ** 21;
const mostSlices = 8;
/** From here on, and from so many rows of the other side on, a matrix that is what it seems is cut into slices. */
const [largeElements, manyRows] = [2 ** 24, 16];
/** TensorFlow cuts rows off without copying where they start at such a multiple of bytes. */
const alignment = 64;

/** `b` (rows, columns) in slices where the copy of it that a product with `count` rows makes would be large. */
export function findLarge(b: number, [rows, columns]: readonly number[], count: number): HiddenMatrix | undefined {
  if (rows * columns < largeElements || count < manyRows) return undefined;
  const expand: HiddenMatrix['expand'] = (binding, range, to) =>
    binding.convert(leading(binding, b, range, [rows, columns]), to);
  return { rows, columns, companions: [], expand, gather: (binding, ids) => gatherRows(binding, b, ids) };
}

/** x (N, columns), float32 or `products` → x wᵀ (N, rows), float32. */
export function timesTransposedHidden(binding: Binding, x: number, w: HiddenMatrix, products: number): number {
  const input = binding.cast(x, products);
  const parts: number[] = [];
  for (const range of slicesOf(w)) {
    const product = binding.runAfter([parts.at(-2) ?? input], () =>
      matMul(binding, input, w.expand(binding, range, products), products, true),
    );
    parts.push(product);
  }
  const joined = binding.toFloat(parts.length === 1 ? parts[0] : concatColumns(binding, parts, products));
  return w.rowScales === undefined ? joined : binding.multiply(joined, w.rowScales);
}

/** dy (N, rows), float32 → dy w (N, columns), float32. `count` is N. */
export function timesHidden(binding: Binding, dy: number, w: HiddenMatrix, products: number, count: number): number {
  const meant = w.rowScales === undefined ? dy : binding.multiply(binding.toFloat(dy), w.rowScales);
  const scaled = binding.cast(meant, products);
  const slices = slicesOf(w);
  const parts: number[] = [];
  for (const range of slices) {
    const columns = slices.length === 1 ? scaled : slice(binding, scaled, [0, range.from], [count, range.count]);
    const product = binding.runAfter([parts.at(-2) ?? scaled], () =>
      matMul(binding, columns, w.expand(binding, range, products), products, false),
    );
    parts.push(binding.toFloat(product));
  }
  if (parts.length === 1) return parts[0];
  return binding.execute('AddN', [typeAttr('T', DataType.float), intAttr('N', parts.length)], parts, 1)[0].id;
}

function slicesOf({ rows, columns }: HiddenMatrix): RowRange[] {
  const elements = Math.max(sliceElements, (rows * columns) / mostSlices);
  const step = Math.max(1, Math.floor(elements / columns / alignment)) * alignment;
  return Array.from({ length: Math.ceil(rows / step) }, (_, index) => ({
    from: index * step,
    count: Math.min(step, rows - index * step),
  }));
}

function matMul(binding: Binding, a: number, b: number, type: number, transposeB: boolean): number {
  const attributes = [typeAttr('T', type), boolAttr('transpose_a', false), boolAttr('transpose_b', transposeB)];
  return binding.execute('MatMul', attributes, [a, b], 1)[0].id;
}

function concatColumns(binding: Binding, parts: readonly number[], type: number): number {
  const axis = binding.constant([], DataType.int32, Int32Array.of(1));
  const attributes = [typeAttr('T', type), typeAttr('Tidx', DataType.int32), intAttr('N', parts.length)];
  return binding.execute('ConcatV2', attributes, [...parts, axis], 1)[0].id;
}
