/**
 * LoRA-FA (Zhang et al. 2023, arXiv 2308.03303; PEFT's create_lorafa_optimizer): A stays as it was drawn, and the
 * gradient of B becomes that of ΔW within what A reaches, ĝ = g (A Aᵀ + δ)⁻¹ / s². Then Adam, but with ε added to the
 * root before its bias is corrected and with decay last:
 *   m ← β₁m + (1−β₁)ĝ;  v ← β₂v + (1−β₂)ĝ²;  B ← B − lr √(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε);  B ← B − lr·wd·B
 * What is in no pair takes the same steps by its own gradient.
 */
import { z } from 'zod';
import { described } from '../../contract/fieldWords.ts';
import { type Columns, columnsOf, columnsOfTransposed, gram, product } from '../../linearAlgebra/columns.ts';
import { spectralFunction, symmetricEigen } from '../../linearAlgebra/symmetricEigen.ts';
import type { HostPair, Optimizer, PairState } from '../optimizer.ts';
import { packPairs } from '../pairs.ts';
import { adamFields, adamw } from './adamw.ts';

const options = z.object({
  beta1: adamFields.beta1,
  beta2: adamFields.beta2,
  loraFaEpsilon: described(z.number().positive().default(1e-6), {
    title: { en: 'Epsilon of LoRA-FA', ja: 'LoRA-FA のイプシロン' },
    description: {
      en: 'Added to the root of the second moment before its bias is corrected',
      ja: 'バイアス補正前の 2次モーメントの平方根に足す値',
    },
    advanced: true,
  }),
  loraFaDelta: described(z.number().positive().default(1e-8), {
    title: { en: 'Delta of LoRA-FA', ja: 'LoRA-FA のデルタ' },
    description: {
      en: 'Added to the diagonal of A Aᵀ before it is inverted',
      ja: 'A Aᵀ の逆行列を求める前に対角に足す値',
    },
    advanced: true,
  }),
});

type LoraFaOptions = z.infer<typeof options>;

export const loraFa: Optimizer<LoraFaOptions> = {
  id: 'lora-fa',
  title: { en: 'LoRA-FA', ja: 'LoRA-FA' },
  summary: {
    en: 'Trains B alone and leaves A as it was drawn: half the state, for a little quality.',
    ja: 'A を初期値のまま固定し、B だけを学習します。状態は半分ですが、質はやや下がります。',
  },
  paper: 'https://arxiv.org/abs/2308.03303',
  needs: 'plain',
  options,
  ownsClipping: false,
  moments: adamw.moments,

  packs: (trained, pairs) => packPairs(trained, pairs, { updatedA: 'never' }),

  scalars: ({ options: given, weightDecay, learningRate, step }) => ({
    stepSize: stepSize(given, learningRate, step),
    decay: 1 - learningRate * weightDecay,
  }),

  update(vectors, gradient, { stepSize: size, decay }, { beta1, beta2, loraFaEpsilon }) {
    const firstMoment = vectors.firstMoment.mul(beta1).add(gradient.mul(1 - beta1));
    const secondMoment = vectors.secondMoment.mul(beta2).add(gradient.square().mul(1 - beta2));
    const change = firstMoment.div(secondMoment.sqrt().add(loraFaEpsilon)).mul(size);
    return { parameters: vectors.parameters.sub(change).mul(decay), firstMoment, secondMoment };
  },

  stateOf: ({ outFeatures, rank }) => ({ firstMoment: outFeatures * rank, secondMoment: outFeatures * rank }),

  updateOnHost(pairs, gradients, state, { options: given, weightDecay }) {
    pairs.forEach((pair, index) => {
      const { b } = gradients[index];
      if (b) stepOfB(pair, withinA(pair, b, given.loraFaDelta), state[index], { ...given, weightDecay });
    });
    return null;
  },
};

function stepSize({ beta1, beta2 }: LoraFaOptions, learningRate: number, step: number): number {
  return (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
}

/** g (A Aᵀ + δ)⁻¹ / s² as its columns (out, r). */
function withinA({ a, rank, scale }: HostPair, gradient: Float32Array, delta: number): Columns {
  const inverse = spectralFunction(symmetricEigen(gram(columnsOfTransposed(a, rank))), (value) => {
    return 1 / ((value + delta) * scale ** 2);
  });
  return product(columnsOf(gradient, rank), inverse);
}

function stepOfB(
  { b, rank, learningRate, step }: HostPair,
  gradient: Columns,
  { firstMoment, secondMoment }: PairState,
  given: LoraFaOptions & { readonly weightDecay: number },
): void {
  const { beta1, beta2, loraFaEpsilon, weightDecay } = given;
  const [size, decay] = [stepSize(given, learningRate, step), 1 - learningRate * weightDecay];
  gradient.forEach((column, slot) => {
    column.forEach((value, row) => {
      const at = row * rank + slot;
      const first = beta1 * firstMoment[at] + (1 - beta1) * value;
      const second = beta2 * secondMoment[at] + (1 - beta2) * value ** 2;
      b[at] = (b[at] - (size * first) / (Math.sqrt(second) + loraFaEpsilon)) * decay;
      [firstMoment[at], secondMoment[at]] = [first, second];
    });
  });
}
