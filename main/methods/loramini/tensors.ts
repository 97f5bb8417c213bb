/**
 * LoRA-Mini style as tensors: y += s · B_outer (B_inner (A_inner (A_outer · dropout(x)))). The outer pairs come from
 * one generator, layer by layer, A before B, as PyTorch draws them.
 */
import type { LinearShape } from '../../contract/families/family.ts';
import type { AdapterWeights, HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawUniform } from '../../engine/adapters/draws.ts';
import { bindChains } from '../../engine/adapters/lowRankDelta.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { drawFloats, Mt19937 } from '../../engine/adapters/mt19937.ts';
import { loraFromFactors } from '../lora/tensors.ts';
import { product } from '../loraxs/tensors.ts';
import { innerA, innerB, outerA, outerB, loraminiSpec, type LoraminiOptions } from './spec.ts';

export const tensors: MethodTensors<LoraminiOptions> = {
  id: 'loramini',

  fields: ownFields({}),

  init({ options, targets, random }) {
    const { rank, innerIn, innerOut } = options;
    const values: Record<string, HostTensor> = {};
    for (const { name } of targets) {
      values[name + innerA] = drawUniform(random, [rank, innerIn], 1 / Math.sqrt(innerIn));
      values[name + innerB] = constant([innerOut, rank], 0);
    }
    return { ...values, ...drawOuter(options, targets) };
  },

  draw: drawOuter,

  restore(reader, { options, targets }) {
    const rows = loraminiSpec.tensors(options, targets, null).filter(({ role }) => role === 'frozen');
    if (!options.saveFrozen && !rows.some(({ key }) => reader.has(key))) return {};
    return { frozen: Object.fromEntries(rows.map(({ name, key, shape }) => [name, reader.readFloats(key, shape)])) };
  },

  bind({ options, targets }, given, context) {
    const chains = targets.map(({ name }) => {
      const inner = [given[name + innerA], given[name + innerB]];
      return [name, { first: given[name + outerA], inner, last: given[name + outerB] }] as const;
    });
    const scale = options.alpha / options.rank;
    return bindChains(new Map(chains), scale, { ...context, dropoutRate: options.dropout });
  },

  toLora,
  forInference: (weights) => toLora(weights),
};

/** lora_A = A_inner A_outer and lora_B = B_outer B_inner: rank and alpha stay. */
function toLora(weights: AdapterWeights<LoraminiOptions>, layers = weights.targets): AdapterWeights {
  const { options, trained, frozen } = weights;
  return loraFromFactors(weights, layers, options, (name) => ({
    a: product(trained[name + innerA], frozen[name + outerA]),
    b: product(frozen[name + outerB], trained[name + innerB]),
  }));
}

function drawOuter(
  { innerIn, innerOut, frozenSeed }: LoraminiOptions,
  targets: readonly LinearShape[],
): Readonly<Record<string, HostTensor>> {
  const generator = new Mt19937(frozenSeed);
  const values: Record<string, HostTensor> = {};
  for (const { name, inFeatures, outFeatures } of targets) {
    values[name + outerA] = drawFloats(generator, [innerIn, inFeatures], kaimingBound(inFeatures));
    values[name + outerB] = drawFloats(generator, [outFeatures, innerOut], kaimingBound(innerOut));
  }
  return values;
}

/** PyTorch's kaiming_uniform_ with a = √5, in its order of operations: 1 / √fan up to rounding. */
function kaimingBound(fan: number): number {
  return Math.sqrt(3) * (Math.sqrt(2 / (1 + Math.sqrt(5) ** 2)) / Math.sqrt(fan));
}
