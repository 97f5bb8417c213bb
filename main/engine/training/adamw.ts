/**
 * AdamW (Loshchilov, Hutter 2019) exactly as torch.optim.AdamW computes it, on one flat vector:
 *   p ← p·(1 − lr·wd);  m ← m + (1−β₁)(g − m);  v ← β₂v + (1−β₂)g²
 *   p ← p − lr/(1−β₁ᵗ) · m / (√v / √(1−β₂ᵗ) + ε)
 * What changes from step to step comes in as scalars computed in float64 on the host, so nothing is retraced.
 */
import type { ResolvedTraining } from '../../contract/training.ts';
import type { Tensor } from '../tf.ts';

export interface AdamVectors {
  readonly parameters: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
}

/**
 * Scalars of one step and one learning rate; `Value` is a number on the host, a scalar tensor in the traced function.
 */
export interface AdamScalars<Value> {
  /** 1 − lr·wd */
  readonly decay: Value;
  /** lr / (1 − β₁ᵗ) */
  readonly stepSize: Value;
  /** √(1 − β₂ᵗ) */
  readonly rootCorrection: Value;
}

export type AdamConfig = Pick<ResolvedTraining, 'beta1' | 'beta2' | 'epsilon'>;

/** `step` counts from 1. */
export function adamScalars(
  { beta1, beta2, weightDecay }: AdamConfig & Pick<ResolvedTraining, 'weightDecay'>,
  learningRate: number,
  step: number,
): AdamScalars<number> {
  return {
    decay: 1 - learningRate * weightDecay,
    stepSize: learningRate / (1 - beta1 ** step),
    rootCorrection: Math.sqrt(1 - beta2 ** step),
  };
}

/** Traced: one update; all vectors have one length. */
export function adamwUpdate(
  state: AdamVectors,
  gradient: Tensor,
  scalars: AdamScalars<Tensor>,
  { beta1, beta2, epsilon }: AdamConfig,
): AdamVectors {
  const firstMoment = state.firstMoment.add(gradient.sub(state.firstMoment).mul(1 - beta1));
  const secondMoment = state.secondMoment.mul(beta2).add(gradient.square().mul(1 - beta2));
  const denominator = secondMoment.sqrt().div(scalars.rootCorrection).add(epsilon);
  const parameters = state.parameters.mul(scalars.decay).sub(firstMoment.div(denominator).mul(scalars.stepSize));
  return { parameters, firstMoment, secondMoment };
}
