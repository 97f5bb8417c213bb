/**
 * Bottleneck adapters as tensors: weights N(0, 0.02²), biases zero, the norm of kind L as nothing happened; layer norms
 * of the base that are trained begin as they are there, and the model asks for them by `weight`
 * (engine/adapters/replacedWeights.ts).
 */
import type { HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawNormal } from '../../engine/adapters/draws.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { linear } from '../../engine/ops/frozenLinear.ts';
import { gelu } from '../../engine/ops/gelu.ts';
import { trainedLayerNorm } from '../../engine/ops/layerNorm.ts';
import { tanhGelu } from '../../engine/ops/tanhGelu.ts';
import type { Tensor } from '../../engine/tf.ts';
import { type AdapterOptions, adapterSpec, adapterWords, bottlenecks, layerNormsOf, parts } from './spec.ts';

const deviation = 0.02;

const nonLinearities: Readonly<Record<AdapterOptions['nonLinearity'], (x: Tensor) => Tensor>> = {
  swish: (x) => x.mul(x.sigmoid()),
  relu: (x) => x.relu(),
  gelu,
  gelu_tanh: tanhGelu,
};

export const tensors: MethodTensors<AdapterOptions> = {
  id: 'adapter',

  fields: ownFields({}),

  init({ options, targets, random, base }) {
    const { bottleneck, zeroUp, adapterKind, trainLayerNorm } = options;
    const values: Record<string, HostTensor> = {};
    for (const { path, width } of bottlenecks(options, targets)) {
      const up = [width, bottleneck];
      values[path + parts.down] = drawNormal(random, [bottleneck, width], deviation);
      values[path + parts.downBias] = constant([bottleneck], 0);
      values[path + parts.up] = zeroUp ? constant(up, 0) : drawNormal(random, up, deviation);
      values[path + parts.upBias] = constant([width], 0);
      if (adapterKind !== 'L') continue;
      values[path + parts.norm] = constant([width], 1);
      values[path + parts.normBias] = constant([width], 0);
    }
    for (const { name } of trainLayerNorm ? layerNormsOf(base.shape) : []) values[name] = base.read(name);
    return values;
  },

  leavesOut: ({ dropMode }) => dropMode === 'random',

  /** As many blocks, from the first on, as are drawn, all numbers up to the most alike. */
  leftOut({ options, targets }, random) {
    const all = bottlenecks(options, targets);
    const most = options.dropMax ?? Math.max(...all.map(({ block }) => block));
    const dropped = Math.floor(random() * (most + 1));
    const paths = all.filter(({ block }) => block < dropped).map(({ path }) => path);
    return adapterSpec
      .tensors(options, targets, null)
      .flatMap(({ name, module }) => (module !== null && paths.includes(module) ? [name] : []));
  },

  saysLeftOut({ options, targets }, { from, steps }) {
    const all = bottlenecks(options, targets);
    const blocksOf = (names: readonly string[]): number =>
      new Set(all.filter(({ path }) => names.includes(path + parts.down)).map(({ block }) => block)).size;
    return adapterWords.dropped({ from, to: from + steps.length - 1, blocks: steps.map(blocksOf) });
  },

  bind({ options, targets }, given, { scale }) {
    const { adapterKind, normEpsilon } = options;
    const all = bottlenecks(options, targets);
    const inputOf = (h: Tensor, path: string, summed: () => Tensor): Tensor => {
      if (adapterKind === 'H') return h;
      if (adapterKind === 'P') return summed();
      return trainedLayerNorm(h, given[path + parts.norm], given[path + parts.normBias], normEpsilon);
    };
    return {
      deltas: (_x, names) => names.map(() => undefined),
      after(sublayer, h, { block }, summed) {
        const path = all.find((each) => each.block === block && each.place === sublayer)?.path;
        if (path === undefined) return undefined;
        const narrow = linear(inputOf(h, path, summed), given[path + parts.down]).add(given[path + parts.downBias]);
        const wide = linear(nonLinearities[options.nonLinearity](narrow), given[path + parts.up]);
        const added = wide.add(given[path + parts.upBias]);
        return scale ? added.mul(scale) : added;
      },
      tensorsUnder: (prefix) =>
        all
          .filter(({ path }) => path.startsWith(prefix))
          .flatMap(({ path }) => Object.values(parts).flatMap((part) => given[path + part] ?? [])),
    };
  },
};
