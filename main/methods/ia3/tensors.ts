/** IA3 as tensors: factors of inputs and outputs, which a strength t brings to 1 + t (l − 1). */
import type { Merge } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawNormal } from '../../engine/adapters/draws.ts';
import type { MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { type Ia3Options, ia3Spec, scalesInput, vector } from './spec.ts';

export const tensors: MethodTensors<Ia3Options> = {
  id: 'ia3',

  fields: { refused: {}, ignored: [], written: {}, absent: ['bias', 'layers_pattern', 'layers_to_transform'] },

  init({ options, targets, random }) {
    const rows = ia3Spec.tensors(options, targets, null);
    const values = ({ shape }: (typeof rows)[number]) =>
      options.startAtOne ? constant(shape, 1) : drawNormal(random, shape, 1);
    return Object.fromEntries(rows.map((row) => [row.name, values(row)]));
  },

  bind({ options, targets }, given, { scale }) {
    const sides = new Map(
      targets.map((target) => [target.name, scalesInput(options, target) ? 'input' : 'output'] as const),
    );
    return {
      deltas: (_x, names) => names.map(() => undefined),
      factor(name, side) {
        if (sides.get(name) !== side) return undefined;
        const l = given[name + vector].flatten();
        return scale ? l.sub(1).mul(scale).add(1) : l;
      },
      tensorsUnder: (prefix) =>
        targets.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => given[name + vector]),
    };
  },

  merges({ options, targets, trained }) {
    const merges = new Map<string, Merge>();
    for (const target of targets) {
      const { data } = trained[target.name + vector];
      const merge = scalesInput(options, target) ? columnsTimes(data) : rowsTimes(data);
      merges.set(`${target.name}.weight`, merge);
      if (!scalesInput(options, target)) merges.set(`${target.name}.bias`, merge);
    }
    return merges;
  },
};

/** Of a bias each number is a row. */
function rowsTimes(factors: Float32Array): Merge {
  return (weight) => {
    const columns = weight.length / factors.length;
    for (let at = 0; at < weight.length; at++) weight[at] *= factors[Math.floor(at / columns)];
  };
}

function columnsTimes(factors: Float32Array): Merge {
  return (weight) => {
    for (let at = 0; at < weight.length; at++) weight[at] *= factors[at % factors.length];
  };
}
