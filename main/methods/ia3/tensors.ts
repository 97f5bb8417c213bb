/** IA3 as tensors: factors of inputs and outputs, which a strength t brings to 1 + t (l − 1). */
import type { Multiplied } from '../../engine/adapters/adapterMethod.ts';
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

  multiplies({ options, targets, trained }) {
    const multiplied = new Map<string, Multiplied>();
    for (const target of targets) {
      const { data: by } = trained[target.name + vector];
      const ofInput = scalesInput(options, target);
      multiplied.set(`${target.name}.weight`, { along: ofInput ? 'columns' : 'rows', by });
      if (!ofInput) multiplied.set(`${target.name}.bias`, { along: 'rows', by });
    }
    return multiplied;
  },
};
