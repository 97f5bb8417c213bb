/**
 * All trained tensors of one learning-rate group live in one flat float32 vector, so that an optimizer step is ten
 * operations, a norm is one reduction and a checkpoint is three vectors, however many layers there are. Inside a
 * traced function one SplitV gives the named tensors back; its gradient is one concat.
 */
import { GraftError } from '../../contract/errors.ts';
import type { HostTensor, TrainedTensor } from '../adapters/adapterMethod.ts';
import { tf } from '../tf.ts';
import type { Tensor } from '../tf.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';

export interface PackedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly offset: number;
}

export interface PackedGroup {
  /** `default`, or a method's own such as `vectorBank`. */
  readonly name: string;
  readonly tensors: readonly PackedTensor[];
  /** Elements of the whole vector. */
  readonly size: number;
}

/** Groups in order of first appearance, tensors in the record's order: the same weights always pack alike. */
export function packGroups(trained: Readonly<Record<string, TrainedTensor>>): readonly PackedGroup[] {
  const members = Map.groupBy(Object.entries(trained), ([, tensor]) => tensor.group);
  return [...members].map(([name, entries]) => packGroup(name, entries));
}

/** The group's values in one vector. */
export function flattenGroup(group: PackedGroup, trained: Readonly<Record<string, HostTensor>>): Float32Array {
  const flat = new Float32Array(group.size);
  for (const { name, size, offset } of group.tensors) {
    const data = trained[name]?.data;
    if (data?.length !== size)
      throw new GraftError('internal', engineTrainingWords.tensorSize({ name, size, count: data?.length ?? 0 }), {
        field: name,
      });
    flat.set(data, offset);
  }
  return flat;
}

/** The vector's values by name, as views of `flat`. */
export function unflattenGroup(group: PackedGroup, flat: Float32Array): Record<string, TrainedTensor> {
  const entries = group.tensors.map(({ name, shape, size, offset }) => {
    return [name, { group: group.name, shape, data: flat.subarray(offset, offset + size) }] as const;
  });
  return Object.fromEntries(entries);
}

/** Traced: flat (size) → named tensors in their own shapes. */
export function unpackGroup(group: PackedGroup, flat: Tensor): Record<string, Tensor> {
  const sizes = group.tensors.map(({ size }) => size);
  const parts = sizes.length === 1 ? [flat] : tf.split(flat, sizes, 0);
  return Object.fromEntries(
    group.tensors.map(({ name, shape }, index) => [name, tf.reshape(parts[index], [...shape])]),
  );
}

function packGroup(name: string, entries: readonly (readonly [string, TrainedTensor])[]): PackedGroup {
  let offset = 0;
  const tensors = entries.map(([tensorName, { shape, data }]) => {
    const packed = { name: tensorName, shape, size: data.length, offset };
    offset += data.length;
    return packed;
  });
  return { name, tensors, size: offset };
}
