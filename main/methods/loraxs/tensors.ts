/**
 * LoRA-XS (arXiv 2405.17604): y += s · B (R (A · dropout(x))), A = Σ Vᵀ (r, in) and B = U (out, r) of the base's own
 * weight, frozen; R (r, r) starts normal with a deviation of 1e-5, which is nearly but not quite nothing.
 */
import { constant, drawNormal } from '../../engine/adapters/draws.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import type { AdapterWeights, HostTensor, TopSingular } from '../../engine/adapters/adapterMethod.ts';
import { bindChains } from '../../engine/adapters/lowRankDelta.ts';
import { loraFromFactors } from '../lora/tensors.ts';
import { coreR, factorA, factorB, type LoraxsOptions } from './spec.ts';

export const tensors: MethodTensors<LoraxsOptions> = {
  id: 'loraxs',

  fields: ownFields({ save_factors: true }),

  async init({ options: { rank, initStd }, targets, random, base }) {
    const values: Record<string, HostTensor> = {};
    for (const { name } of targets) {
      const top = await base.topSingular(name, rank);
      values[name + coreR] = drawNormal(random, [rank, rank], initStd);
      values[name + factorA] = weightedRows(top);
      values[name + factorB] = top.u;
    }
    return values;
  },

  bind({ options, targets }, bound, context) {
    const chains = targets.map(({ name }) => {
      return [
        name,
        { first: bound[name + factorA], inner: [bound[name + coreR]], last: bound[name + factorB] },
      ] as const;
    });
    const scale = options.alpha / options.rank;
    return bindChains(new Map(chains), scale, { ...context, dropoutRate: options.dropout });
  },

  toLora,
  forInference: (weights) => toLora(weights),
};

/** lora_A = R A and lora_B = B: rank and alpha stay. */
function toLora(weights: AdapterWeights<LoraxsOptions>, layers = weights.targets): AdapterWeights {
  const { options, trained, frozen } = weights;
  return loraFromFactors(weights, layers, options, (name) => ({
    a: product(trained[name + coreR], frozen[name + factorA]),
    b: frozen[name + factorB],
  }));
}

/** Σ Vᵀ (r, in). */
function weightedRows({ s, v: { shape, data } }: TopSingular): HostTensor {
  const [length, rank] = shape;
  const result = constant([rank, length], 0);
  for (let k = 0; k < rank; k++)
    for (let i = 0; i < length; i++) result.data[k * length + i] = s[k] * data[i * rank + k];
  return result;
}

/** (m, k) (k, n), summed in float64. */
export function product(left: HostTensor, right: HostTensor): HostTensor {
  const [rows, inner] = left.shape;
  const columns = right.shape[1];
  const result = constant([rows, columns], 0);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let k = 0; k < inner; k++) {
      const factor = left.data[row * inner + k];
      for (let i = 0; i < columns; i++) sums[i] += factor * right.data[k * columns + i];
    }
    result.data.set(sums, row * columns);
  }
  return result;
}
