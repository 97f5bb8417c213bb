/**
 * The tensors of an adapter as plain data: what a method has for these options on these layers. Counts, estimates,
 * learning-rate groups, reading, writing and the library's look into a folder follow from one table of them.
 */
import type { LinearShape } from '../contract/families/family.ts';

/** Before a tensor that belongs to a module, in the files of PEFT and in Graft's own. */
export const modulePrefix = 'base_model.model.';
/** Before a tensor that several layers share. */
export const sharedPrefix = 'base_model.';

/** One tensor of adapter_model.safetensors. */
export interface StoredTensor {
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: 'F32' | 'U8' | 'I16' | 'I32';
}

export interface TensorSpec {
  /** In memory: the key without its prefix; of a weight of the base its Hugging Face name. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Trained, or fixed when the adapter is made. */
  readonly role: 'trained' | 'frozen';
  /** Its learning rate's: `default`, or a method's own such as `vectorBank`. */
  readonly group: string;
  /** Of one module, shared by several, or in the place of a weight of the base. */
  readonly scope: 'layer' | 'shared' | 'base';
  /** Path of the module; null for what is shared. */
  readonly module: string | null;
  /** In the file, as PEFT or Graft writes it. */
  readonly key: string;
  /**
   * `whole`: float32 of this shape under its key. `drawn`: left out, since a reader makes it again; one that is there
   * is taken. Else the tensors that stand for it, which the method writes and reads (`store`, `restore`).
   */
  readonly stored: 'whole' | 'drawn' | readonly StoredTensor[];
  /** What all its values are before training, where a reader may take that for a tensor that a file lacks. */
  readonly initial: number | null;
  /** Not every base of the shape has it (BERT's pooler): where this one has not, neither has the adapter. */
  readonly optional?: true;
}

type Rest = Partial<Pick<TensorSpec, 'role' | 'group' | 'stored' | 'initial' | 'optional'>>;

const usual = { role: 'trained', group: 'default', stored: 'whole', initial: null } as const;

/** Of one module: `suffix` follows its path, e.g. `.lora_A.weight`. */
export function layerTensor(
  { name }: Pick<LinearShape, 'name'>,
  suffix: string,
  shape: readonly number[],
  rest: Rest = {},
): TensorSpec {
  const full = name + suffix;
  return { ...usual, name: full, shape, scope: 'layer', module: name, key: modulePrefix + full, ...rest };
}

export function sharedTensor(name: string, shape: readonly number[], rest: Rest = {}): TensorSpec {
  return { ...usual, name, shape, scope: 'shared', module: null, key: sharedPrefix + name, ...rest };
}

/** In the place of the base's own of this name. */
export function baseTensor(name: string, shape: readonly number[], rest: Rest = {}): TensorSpec {
  const module = name.slice(0, name.lastIndexOf('.'));
  return { ...usual, name, shape, scope: 'base', module, key: modulePrefix + name, ...rest };
}

/** What a file written now holds of the tensor. */
export function storedTensors({ key, shape, stored }: TensorSpec): readonly StoredTensor[] {
  if (stored === 'drawn') return [];
  return stored === 'whole' ? [{ key, shape, dtype: 'F32' }] : stored;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function countTrained(tensors: readonly TensorSpec[]): number {
  return sum(tensors.map(({ role, shape }) => (role === 'trained' ? elementCount(shape) : 0)));
}

const widths = { F32: 4, U8: 1, I16: 2, I32: 4 } as const;

/** Bytes of tensor data in the file. */
export function countStoredBytes(tensors: readonly TensorSpec[]): number {
  return sum(tensors.flatMap(storedTensors).map(({ shape, dtype }) => elementCount(shape) * widths[dtype]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
