/**
 * AdamW (Loshchilov, Hutter 2019, arXiv 1711.05101) exactly as torch.optim.AdamW computes it, on one flat vector for
 * each learning-rate group:
 *   p ← p·(1 − lr·wd);  m ← m + (1−β₁)(g − m);  v ← β₂v + (1−β₂)g²
 *   p ← p − lr/(1−β₁ᵗ) · m / (√v / √(1−β₂ᵗ) + ε)
 */
import { z } from 'zod';
import { described } from '../../contract/fieldWords.ts';
import type { Optimizer } from '../optimizer.ts';

export const adamFields = {
  beta1: described(z.number().min(0).lt(1).default(0.9), {
    title: { en: 'Adam beta 1', ja: 'Adam ベータ 1' },
    description: { en: 'Decay of the first moment', ja: '1次モーメントの減衰' },
    advanced: true,
  }),
  beta2: described(z.number().min(0).lt(1).default(0.999), {
    title: { en: 'Adam beta 2', ja: 'Adam ベータ 2' },
    description: { en: 'Decay of the second moment', ja: '2次モーメントの減衰' },
    advanced: true,
  }),
  epsilon: described(z.number().positive().default(1e-8), {
    title: { en: 'Adam epsilon', ja: 'Adam イプシロン' },
    description: { en: 'Added to the root of the second moment', ja: '2次モーメントの平方根に足す値' },
    advanced: true,
  }),
};

const options = z.object(adamFields);
export type AdamOptions = z.infer<typeof options>;

export const adamw: Optimizer<AdamOptions> = {
  id: 'adamw',
  title: { en: 'AdamW', ja: 'AdamW' },
  summary: {
    en: 'The usual choice: a step of its own for every parameter, from the course of its gradients.',
    ja: '標準の選択肢です。勾配の推移から、パラメーターごとに歩幅を決めます。',
  },
  paper: 'https://arxiv.org/abs/1711.05101',
  options,
  ownsClipping: false,
  moments: ['firstMoment', 'secondMoment'],

  packs(trained) {
    const members = Map.groupBy(trained, ({ group }) => group);
    return [...members].map(([group, tensors]) => ({
      name: group,
      group,
      rateFactor: 1,
      tensors: tensors.map(({ name }) => name),
    }));
  },

  scalars({ options: { beta1, beta2 }, weightDecay, learningRate, step }) {
    return {
      decay: 1 - learningRate * weightDecay,
      stepSize: learningRate / (1 - beta1 ** step),
      rootCorrection: Math.sqrt(1 - beta2 ** step),
    };
  },

  update(vectors, gradient, { decay, stepSize, rootCorrection }, { beta1, beta2, epsilon }) {
    const firstMoment = vectors.firstMoment.add(gradient.sub(vectors.firstMoment).mul(1 - beta1));
    const secondMoment = vectors.secondMoment.mul(beta2).add(gradient.square().mul(1 - beta2));
    const denominator = secondMoment.sqrt().div(rootCorrection).add(epsilon);
    const parameters = vectors.parameters.mul(decay).sub(firstMoment.div(denominator).mul(stepSize));
    return { parameters, firstMoment, secondMoment };
  },
};
