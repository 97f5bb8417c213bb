/**
 * Products with int8 matrices: TensorFlow multiplies none, so the integers (exact in bf16 and in float32) are cast a
 * few rows at a time and the scales go to the side where they are cheap: y = (x W8ᵀ) ⊙ s, dx = (dy ⊙ s) W8. What is
 * cast stays in the processor's cache: one token reads half the memory of bf16 weights and takes about as long. Each
 * slice waits for an earlier one, or a recorded graph would cast the whole model at its start and hold it.
 */
import { DataType, boolAttr, intAttr, typeAttr } from './attributes.ts';
import type { Binding } from './binding.ts';

/** Of a slice: 4 MB in bf16. */
const sliceElements = 2 ** 21;
/** TensorFlow cuts rows off without copying where they start at such a multiple of bytes. */
const alignment = 64;

interface Int8Matrix {
  readonly id: number;
  /** (rows), float32. */
  readonly scales: number;
  readonly rows: number;
  readonly columns: number;
}

/** x (N, columns), float32 or `products` → x wᵀ (N, rows), float32. */
export function timesTransposedInt8(binding: Binding, x: number, w: Int8Matrix, products: number): number {
  const input = binding.cast(x, products);
  const parts: number[] = [];
  for (const slice of slicesOf(w)) {
    const product = binding.runAfter([parts.at(-2) ?? input], () =>
      matMul(binding, input, expandSlice(binding, w, slice, products), products, true),
    );
    parts.push(product);
  }
  const joined = parts.length === 1 ? parts[0] : concatColumns(binding, parts, products);
  return binding.multiply(binding.toFloat(joined), w.scales);
}

/** dy (N, rows), float32 → dy w (N, columns), float32. */
export function timesInt8(binding: Binding, dy: number, w: Int8Matrix, products: number): number {
  const scaled = binding.cast(binding.multiply(binding.toFloat(dy), w.scales), products);
  const slices = slicesOf(w);
  const parts: number[] = [];
  for (const slice of slices) {
    const columns = slices.length === 1 ? scaled : sliced(binding, scaled, 1, slice);
    const product = binding.runAfter([parts.at(-2) ?? scaled], () =>
      matMul(binding, columns, expandSlice(binding, w, slice, products), products, false),
    );
    parts.push(binding.toFloat(product));
  }
  if (parts.length === 1) return parts[0];
  return binding.execute('AddN', [typeAttr('T', DataType.float), intAttr('N', parts.length)], parts, 1)[0].id;
}

/** Rows `ids` (N, int32) of w → (N, columns), float32. */
export function gatherInt8(binding: Binding, { id, scales }: Int8Matrix, ids: number): number {
  const attributes = (type: number) => [
    typeAttr('Tparams', type),
    typeAttr('Tindices', DataType.int32),
    typeAttr('Taxis', DataType.int32),
    intAttr('batch_dims', 0),
  ];
  const axis = binding.createTensor([], DataType.int32, Int32Array.of(0));
  const rows = binding.execute('GatherV2', attributes(DataType.int8), [id, ids, axis], 1)[0].id;
  const factors = binding.execute('GatherV2', attributes(DataType.float), [scales, ids, axis], 1)[0].id;
  return binding.multiply(binding.convert(rows, DataType.float), binding.asColumn(factors));
}

interface Slice {
  readonly from: number;
  readonly count: number;
}

function slicesOf({ rows, columns }: Int8Matrix): Slice[] {
  const step = Math.max(1, Math.floor(sliceElements / columns / alignment)) * alignment;
  return Array.from({ length: Math.ceil(rows / step) }, (_, index) => ({
    from: index * step,
    count: Math.min(step, rows - index * step),
  }));
}

function expandSlice(binding: Binding, { id, rows }: Int8Matrix, slice: Slice, products: number): number {
  return binding.convert(slice.count === rows ? id : sliced(binding, id, 0, slice), products);
}

/** Rows or columns of a matrix. */
function sliced(binding: Binding, id: number, axis: 0 | 1, { from, count }: Slice): number {
  const begin = binding.createTensor([2], DataType.int32, axis === 0 ? Int32Array.of(from, 0) : Int32Array.of(0, from));
  const size = binding.createTensor(
    [2],
    DataType.int32,
    axis === 0 ? Int32Array.of(count, -1) : Int32Array.of(-1, count),
  );
  return binding.execute(
    'Slice',
    [typeAttr('T', binding.dtype(id)), typeAttr('Index', DataType.int32)],
    [id, begin, size],
    1,
  )[0].id;
}

function matMul(binding: Binding, a: number, b: number, type: number, transposeB: boolean): number {
  const attributes = [typeAttr('T', type), boolAttr('transpose_a', false), boolAttr('transpose_b', transposeB)];
  return binding.execute('MatMul', attributes, [a, b], 1)[0].id;
}

function concatColumns(binding: Binding, parts: readonly number[], type: number): number {
  const axis = binding.createTensor([], DataType.int32, Int32Array.of(1));
  const attributes = [typeAttr('T', type), typeAttr('Tidx', DataType.int32), intAttr('N', parts.length)];
  return binding.execute('ConcatV2', attributes, [...parts, axis], 1)[0].id;
}
