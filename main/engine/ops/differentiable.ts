/**
 * Ops with a gradient of our own, in one typed shape over tf.customGrad. What a gradient recomputes or expands waits
 * for dy; without that a recorded graph would do it in the forward pass already and hold the result until needed.
 */
import { tf, type Tensor } from '../tf.ts';
import { runAfter } from './order.ts';

interface Differentiated {
  readonly value: Tensor;
  /** All tensors that the gradient needs, those from outside too: tfjs frees what was made in the forward pass. */
  readonly keep?: readonly Tensor[];
  /** d loss / d inputs, in the order of the inputs; `kept` are the tensors of `keep`. */
  readonly gradient: (dy: Tensor, kept: readonly Tensor[]) => readonly Tensor[];
}

/** Runs `forward` on `inputs`; ops inside leave no trace on the tape. */
export function differentiable(inputs: readonly Tensor[], forward: () => Differentiated): Tensor {
  const op = tf.customGrad((...args: unknown[]) => {
    const save = args.at(-1) as (tensors: readonly Tensor[]) => void;
    const { value, keep = [], gradient } = forward();
    save(keep);
    return { value, gradFunc: (dy: Tensor, kept: Tensor[]) => runAfter([dy], () => [...gradient(dy, kept)]) };
  });
  return op(...inputs);
}
