import { tf, type Tensor } from '../tf.ts';

/** Σ of those that are there, all of one shape; undefined where none is. */
export function sumOfPresent(parts: readonly (Tensor | undefined)[]): Tensor | undefined {
  const present = parts.filter((part) => part !== undefined);
  return present.length > 1 ? tf.addN(present) : present[0];
}
