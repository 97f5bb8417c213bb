/** BitFit (arXiv 2106.10199): the base's biases as trained float32 tensors, which the model asks for by `weight`. */
import { GraftError } from '../../contract/errors.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { bindWeights } from '../full/tensors.ts';
import { type Bias, biasesOf, type BitfitOptions, isOf, noneOf } from './spec.ts';

export const tensors: MethodTensors<BitfitOptions> = {
  id: 'bitfit',

  fields: ownFields({}),

  init({ options: { biasTerms }, base }) {
    const isThere = ({ name, optional }: Bias): boolean => !optional || base.has(name);
    const found = biasesOf(base.shape, biasTerms).filter(isThere);
    const names = found.map(({ name }) => name);
    const unmet = biasTerms.find((term) => !names.some((name) => isOf(term, name)));
    if (unmet !== undefined) throw new GraftError('unsupported', noneOf(unmet), { field: 'biasTerms' });
    return Object.fromEntries(names.map((name) => [name, base.read(name)]));
  },

  bind: (_weights, bound) => bindWeights(bound),
};
