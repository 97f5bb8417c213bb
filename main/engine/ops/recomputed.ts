/**
 * Gradient recomputation (Chen et al. 2016, arXiv 1604.06174): keeps a block's input alone and runs the block again in
 * the backward pass. Costs one more forward pass of the block; saves all its intermediates.
 */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';

/** tfjs forgets the outer tape when a gradient is taken inside a gradient; put it back afterwards. */
function nestedGradients(y: () => Tensor, xs: readonly Tensor[], dy: Tensor): Tensor[] {
  const { state } = tf.engine();
  const outer = state.activeTape;
  try {
    return tf.engine().gradients(y, [...xs], dy).grads;
  } finally {
    state.activeTape = outer;
  }
}

/**
 * block(x), recomputed for its gradient. `trained` are exactly the tensors besides x that the block reads and that
 * need a gradient; whatever else it reads is constant.
 */
export function recomputed(x: Tensor, block: (x: Tensor) => Tensor, trained: readonly Tensor[]): Tensor {
  return differentiable([x, ...trained], () => ({
    value: block(x),
    keep: [x, ...trained],
    gradient: (dy, [kept]) => nestedGradients(() => block(kept), [kept, ...trained], dy),
  }));
}
