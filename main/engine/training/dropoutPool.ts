/**
 * Dropout and noise inside traced functions, which cannot draw random numbers themselves: one pool of uniform numbers
 * per micro-batch comes in as a tensor, and each layer reads it at an offset of its own that is fixed when tracing. The
 * layer is named, so that a block recomputed in the backward pass drops the same elements again.
 */
import { createRandom, hashLabels } from '../random.ts';
import { tf } from '../tf.ts';
import type { Tensor } from '../tf.ts';

/** Zeroes elements of x with probability `rate` and scales the rest by 1/(1−rate); `layer` picks the mask. */
export type Dropout = (x: Tensor, rate: number, layer: string) => Tensor;

const offsets = 2 ** 18;

/** Uniform numbers in [0, 1) of this shape; `name` picks them. */
export type Noise = (shape: readonly number[], name: string) => Tensor;

/** Numbers needed for inputs of at most `largestInput` elements. */
export function dropoutPoolSize(largestInput: number): number {
  return largestInput + offsets;
}

/** The pool of one micro-batch: a pure function of seed, step and micro-batch. */
export function fillDropoutPool(size: number, labels: readonly number[]): Float32Array {
  const random = createRandom(...labels, 'dropout');
  const pool = new Float32Array(size);
  for (let index = 0; index < size; index++) pool[index] = random();
  return pool;
}

/** Traced: dropout that reads its randomness from `pool`. */
export function dropoutFromPool(pool: Tensor): Dropout {
  return (x, rate, layer) => {
    if (rate === 0) return x;
    const numbers = noiseFromPool(pool)(x.shape, layer);
    const kept = numbers.greaterEqual(rate).cast('float32');
    return x.mul(kept.mul(1 / (1 - rate)));
  };
}

/** Traced: the numbers themselves. */
export function noiseFromPool(pool: Tensor): Noise {
  return (shape, name) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return tf.slice(pool, [hashLabels([name]) % offsets], [size]).reshape([...shape]);
  };
}
