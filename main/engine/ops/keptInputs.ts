/**
 * What a backward pass needs of an op's input, kept as what the input was made of where that is kept anyway: the output
 * of a norm is its normalised rows times the gain, that of SwiGLU comes of gate and up. Making it again costs a few
 * passes over it. Backends that run eagerly copy what is kept, so there the input itself is kept.
 */
import type { Tensor } from '../tf.ts';
import { compact } from './kernels.ts';
import { executionOrder } from './order.ts';

interface Making {
  /** Tensors that usually live as long as what is made of them, in the order of `make`. */
  readonly of: readonly Tensor[];
  /** Of the kept ones, matrices as `compact` makes them. */
  readonly make: (kept: readonly Tensor[]) => Tensor;
}

export interface KeptInput {
  readonly keep: readonly Tensor[];
  /** `kept`: what became of `keep`. The input, perhaps compact. */
  readonly restore: (kept: readonly Tensor[]) => Tensor;
}

const makings = new WeakMap<Tensor, Making>();

/** Tells how `made` can be had again. Returns it. */
export function madeOf(made: Tensor, making: Making): Tensor {
  if (executionOrder().isRecorded) makings.set(made, making);
  return made;
}

/**
 * x (N, in), to be kept for a product in the backward pass. The output of a block that is computed again outlives what
 * it was made of: then x itself is kept.
 */
export function keptInput(x: Tensor): KeptInput {
  const making = makings.get(x);
  if (making === undefined || making.of.some(({ isDisposed }) => isDisposed))
    return { keep: [compact(x)], restore: ([kept]) => kept };
  return { keep: making.of.map((each) => (each.rank > 1 ? compact(each) : each)), restore: making.make };
}
