/**
 * Full fine-tuning as a method: every base weight is a trained float32 tensor under its Hugging Face name, and the
 * model asks for it by `weight` instead of adding a delta. Stored like a PEFT folder, of a type that only Graft knows.
 * A weight of the base is in the file or the folder is not whole; one that the base has not makes it another base's.
 */
import { type FullOptions, weightsOf } from './spec.ts';
import type { BoundAdapter } from '../../engine/adapters/adapterMethod.ts';
import type { MethodTensors } from '../../engine/adapters/methodTensors.ts';
import type { Tensor } from '../../engine/tf.ts';

export const tensors: MethodTensors<FullOptions> = {
  id: 'full',

  init({ base }) {
    const found = weightsOf(base.shape).filter(({ name, optional }) => !optional || base.has(name));
    return Object.fromEntries(found.map(({ name }) => [name, base.read(name)]));
  },

  bind: (_weights, bound) => bindWeights(bound),
};

/** An adapter that adds nothing and stands in for the base's weights, by their names. */
export function bindWeights(tensors: Readonly<Record<string, Tensor>>): BoundAdapter {
  return {
    deltas: (_x, names) => names.map(() => undefined),
    tensorsUnder: (prefix) =>
      Object.keys(tensors)
        .filter((name) => name.startsWith(prefix))
        .map((name) => tensors[name]),
    weight: (name) => (Object.hasOwn(tensors, name) ? tensors[name] : undefined),
  };
}
