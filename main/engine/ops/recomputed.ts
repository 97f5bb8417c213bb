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
 * block(inputs) → its outputs, recomputed for its gradient. `inputs` and outputs are (N, width) each; `trained` are
 * exactly the tensors besides the inputs that the block reads and that need a gradient, whatever else it reads is
 * constant. Several outputs leave side by side in one tensor, since an op with a gradient of its own has one.
 */
export function recomputed(
  inputs: readonly Tensor[],
  block: (inputs: readonly Tensor[]) => readonly Tensor[],
  trained: readonly Tensor[],
): readonly Tensor[] {
  const widths: number[] = [];
  const joined = (given: readonly Tensor[]): Tensor => {
    const outputs = block(given);
    widths.splice(0, widths.length, ...outputs.map((output) => output.shape[1] as number));
    return outputs.length === 1 ? outputs[0] : tf.concat([...outputs], 1);
  };
  const value = differentiable([...inputs, ...trained], () => ({
    value: joined(inputs),
    keep: [...inputs, ...trained],
    gradient: (dy, keptTensors) => {
      const kept = keptTensors.slice(0, inputs.length);
      return nestedGradients(() => joined(kept), [...kept, ...trained], dy);
    },
  }));
  return widths.length === 1 ? [value] : tf.split(value, [...widths], 1);
}
