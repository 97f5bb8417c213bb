/**
 * Losses of whole rows against a few outputs, float32. Classification: −Σ t log softmax(z), gradient softmax(z) − t (t
 * sums to 1). Regression: (z − t)², gradient 2 (z − t).
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';

/** outputs and targets (B, L), weights (B) → scalar Σ weight · loss. Gradient to outputs only. */
export function softmaxLossSum(outputs: Tensor, targets: Tensor, weights: Tensor): Tensor {
  return differentiable([outputs], () => {
    const shifted = outputs.sub(outputs.max(1, true));
    const exponentials = shifted.exp();
    const sums = exponentials.sum(1, true);
    const losses = sums.log().squeeze([1]).sub(shifted.mul(targets).sum(1));
    return {
      value: losses.mul(weights).sum(),
      keep: [exponentials.div(sums).sub(targets).mul(weights.expandDims(1))],
      gradient: (dy, [slope]) => [slope.mul(dy)],
    };
  });
}

/** As softmaxLossSum. */
export function squaredLossSum(outputs: Tensor, targets: Tensor, weights: Tensor): Tensor {
  return differentiable([outputs], () => {
    const errors = outputs.sub(targets);
    const rowWeights = weights.expandDims(1);
    return {
      value: errors.square().mul(rowWeights).sum(),
      keep: [errors.mul(rowWeights).mul(2)],
      gradient: (dy, [slope]) => [slope.mul(dy)],
    };
  });
}
