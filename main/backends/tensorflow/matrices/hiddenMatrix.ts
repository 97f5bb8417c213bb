/**
 * A frozen matrix whose tensor is not what tfjs takes it for: integers, or packed blocks, behind a float32 face of
 * (rows, columns). Whatever else belongs to it lies beside the tensor and is freed with it. Products see a few of its
 * rows at a time (hiddenProducts.ts).
 */
import { DataType, intAttr, typeAttr } from '../attributes.ts';
import type { Binding } from '../binding.ts';

export interface RowRange {
  readonly from: number;
  readonly count: number;
}

export interface HiddenMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Tensors beside the one that has the face. */
  readonly companions: readonly number[];
  /** (rows), float32: what a row is still to be multiplied by. undefined: rows come as they are meant. */
  readonly rowScales?: number;
  /** (count, columns) in the type `to`. */
  expand(binding: Binding, rows: RowRange, to: number): number;
  /** Rows `ids` (N, int32) → (N, columns), float32, as they are meant. */
  gather(binding: Binding, ids: number, count: number): number;
}

/** `count` along the first axis from `from` on; the tensor itself where that is all of it. */
export function leading(binding: Binding, id: number, { from, count }: RowRange, shape: readonly number[]): number {
  if (from === 0 && count === shape[0]) return id;
  return slice(
    binding,
    id,
    shape.map((_, axis) => (axis === 0 ? from : 0)),
    shape.map((size, axis) => (axis === 0 ? count : size)),
  );
}

export function slice(binding: Binding, id: number, begin: readonly number[], size: readonly number[]): number {
  const ints = (values: readonly number[]): number =>
    binding.constant([values.length], DataType.int32, Int32Array.from(values));
  const attributes = [typeAttr('T', binding.dtype(id)), typeAttr('Index', DataType.int32)];
  return binding.execute('Slice', attributes, [id, ints(begin), ints(size)], 1)[0].id;
}

export function reshape(binding: Binding, id: number, shape: readonly number[]): number {
  const sizes = binding.constant([shape.length], DataType.int32, Int32Array.from(shape));
  const attributes = [typeAttr('T', binding.dtype(id)), typeAttr('Tshape', DataType.int32)];
  return binding.execute('Reshape', attributes, [id, sizes], 1)[0].id;
}

/** Entries `ids` (int32, any shape) of a table along its first axis. */
export function gatherRows(binding: Binding, table: number, ids: number): number {
  const attributes = [
    typeAttr('Tparams', binding.dtype(table)),
    typeAttr('Tindices', DataType.int32),
    typeAttr('Taxis', DataType.int32),
    intAttr('batch_dims', 0),
  ];
  const axis = binding.constant([], DataType.int32, Int32Array.of(0));
  return binding.execute('GatherV2', attributes, [table, ids, axis], 1)[0].id;
}

/** Of two float32 tensors, element by element. */
export function arithmetic(binding: Binding, op: 'AddV2' | 'Sub', a: number, b: number): number {
  return binding.execute(op, [typeAttr('T', DataType.float)], [a, b], 1)[0].id;
}
