/**
 * The trained tensors that the optimizer packs together live in one flat float32 vector, so that an optimizer step is
 * ten operations, a norm is one reduction and a checkpoint is three vectors, however many layers there are. Inside a
 * traced function one SplitV gives the named tensors back; its gradient is one concat.
 */
import { GraftError } from '../../contract/errors.ts';
import type { Pack } from '../../training/optimizer.ts';
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

export interface PackedGroup extends Omit<Pack, 'tensors'> {
  readonly tensors: readonly PackedTensor[];
  /** Elements of the whole vector. */
  readonly size: number;
}

/** The optimizer's packs with the places of their tensors. */
export function packGroups(
  packs: readonly Pack[],
  trained: Readonly<Record<string, TrainedTensor>>,
): readonly PackedGroup[] {
  return packs.map((pack) => {
    let size = 0;
    const tensors = pack.tensors.map((name) => {
      const { shape, data } = trained[name];
      const packed = { name, shape, size: data.length, offset: size };
      size += data.length;
      return packed;
    });
    return { ...pack, tensors, size };
  });
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
    return [name, { group: group.group, shape, data: flat.subarray(offset, offset + size) }] as const;
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

/** A vector of the group in which every element of a tensor has the tensor's value. */
export function spreadOverGroup(group: PackedGroup, valueOf: (tensor: PackedTensor) => number): Float32Array {
  const flat = new Float32Array(group.size);
  for (const tensor of group.tensors) flat.fill(valueOf(tensor), tensor.offset, tensor.offset + tensor.size);
  return flat;
}
