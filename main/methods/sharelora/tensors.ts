/**
 * ShareLoRA (arXiv 2406.10785): y += s · B (A · dropout(x)) with A, B or both shared by the layers of a group. A starts
 * uniform in ±1/√in, B at zero. The gradient of what is shared is the sum over its uses.
 */
import type { HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawUniform } from '../../engine/adapters/draws.ts';
import { bindLowRank } from '../../engine/adapters/lowRankDelta.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { loraFromFactors } from '../lora/tensors.ts';
import { factorNames, type ShareloraOptions } from './spec.ts';

export const tensors: MethodTensors<ShareloraOptions> = {
  id: 'sharelora',

  fields: ownFields({}),

  init({ options, targets, random }) {
    const values: Record<string, HostTensor> = {};
    for (const { name, inFeatures, outFeatures } of targets) {
      const { A, B } = factorNames(options, name);
      values[A] ??= drawUniform(random, [options.rank, inFeatures], 1 / Math.sqrt(inFeatures));
      values[B] ??= constant([outFeatures, options.rank], 0);
    }
    return values;
  },

  bind({ options, targets }, tensors, context) {
    const scale = options.alpha / options.rank;
    const factors = new Map(
      targets.map(({ name }) => {
        const { A, B } = factorNames(options, name);
        return [name, { a: tensors[A], b: tensors[B], scale }];
      }),
    );
    return bindLowRank(factors, { ...context, dropoutRate: options.dropout });
  },

  /** The factors written out for every layer, with rank and alpha as they are: as large as plain LoRA. */
  toLora(weights, layers = weights.targets) {
    const { options, trained } = weights;
    return loraFromFactors(weights, layers, options, (name) => {
      const { A, B } = factorNames(options, name);
      return { a: trained[A], b: trained[B] };
    });
  },
};
