/**
 * Mixture weights over the k largest logits of each row, for VB-LoRA: w = softmax over those k, 0 elsewhere. Which
 * logits are chosen is not differentiable; through the rest ∂σ = w ⊙ (∂w − Σ ∂w ⊙ w), which is 0 where w is
 * (Li et al. 2024, arXiv 2405.15179).
 */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { topKMaskKernel } from './kernels.ts';

const excludedLogit = 1e9;

/**
 * Logits (N, h) to weights (N, h) that are positive in k places of each row and sum to 1; of equal logits the lower
 * index wins.
 */
export function topKSoftmax(logits: Tensor, k: number): Tensor {
  return differentiable([logits], () => {
    const excluded = tf.mul(tf.sub(topKMaskKernel(logits, k), 1), excludedLogit);
    const weights: Tensor = tf.softmax(tf.add(logits, excluded));
    return { value: weights, keep: [weights], gradient: (dy, [kept]) => [softmaxGradient(dy, kept)] };
  });
}

/**
 * The weights of topKSoftmax with the gradient of the softmax over all h in the place of their own (straight-through),
 * so that logits which were not chosen learn too.
 */
export function straightThroughTopK(logits: Tensor, k: number): Tensor {
  return differentiable([logits], () => {
    const all: Tensor = tf.softmax(logits);
    const chosen = tf.mul(all, topKMaskKernel(logits, k));
    const value = tf.div<Tensor>(chosen, tf.sum(chosen, 1, true));
    return { value, keep: [all], gradient: (dy, [kept]) => [softmaxGradient(dy, kept)] };
  });
}

function softmaxGradient(dy: Tensor, weights: Tensor): Tensor {
  const weighted = tf.mul(dy, weights);
  return tf.sub(weighted, tf.mul(weights, tf.sum(weighted, 1, true)));
}
