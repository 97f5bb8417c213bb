/** BitFit (arXiv 2106.10199): the base's biases as trained float32 tensors, which the model asks for by `weight`. */
import { getFamily } from '../../contract/families/registry.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { bindWeights } from '../full/tensors.ts';
import type { BitfitOptions } from './spec.ts';

export const tensors: MethodTensors<BitfitOptions> = {
  id: 'bitfit',

  fields: ownFields({ bias_terms: ['all'] }),

  init({ base }) {
    const names = [...getFamily(base.shape.family).weightShapes(base.shape).keys()];
    return Object.fromEntries(names.filter((name) => name.endsWith('.bias')).map((name) => [name, base.read(name)]));
  },

  bind: (_weights, bound) => bindWeights(bound),
};
