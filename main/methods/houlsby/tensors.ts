/** Houlsby's bottleneck adapters as tensors: weights N(0, 0.02²), biases zero. */
import type { HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawNormal } from '../../engine/adapters/draws.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { linear } from '../../engine/ops/frozenLinear.ts';
import { gelu } from '../../engine/ops/gelu.ts';
import { tanhGelu } from '../../engine/ops/tanhGelu.ts';
import type { Tensor } from '../../engine/tf.ts';
import { blocksOf, parts, places, type HoulsbyOptions } from './spec.ts';

const own = ownFields({ kind: 'H', train_layer_norm: false });
const deviation = 0.02;

const nonLinearities: Readonly<Record<HoulsbyOptions['nonLinearity'], (x: Tensor) => Tensor>> = {
  swish: (x) => x.mul(x.sigmoid()),
  relu: (x) => x.relu(),
  gelu,
  gelu_tanh: tanhGelu,
};

export const tensors: MethodTensors<HoulsbyOptions> = {
  id: 'houlsby',

  fields: {
    ...own,
    refused: {
      ...own.refused,
      kind: { what: 'Adapter-P / -L', harmless: ['H'] },
      train_layer_norm: { what: 'train_layer_norm' },
      drop_mode: { what: 'AdapterDrop' },
    },
  },

  init({ options: { bottleneck, zeroUp }, targets, random }) {
    const values: Record<string, HostTensor> = {};
    for (const { path, width } of blocksOf(targets)) {
      for (const place of Object.values(places).map((each) => path + each)) {
        values[place + parts.down] = drawNormal(random, [bottleneck, width], deviation);
        values[place + parts.downBias] = constant([bottleneck], 0);
        const up = [width, bottleneck];
        values[place + parts.up] = zeroUp ? constant(up, 0) : drawNormal(random, up, deviation);
        values[place + parts.upBias] = constant([width], 0);
      }
    }
    return values;
  },

  bind({ options, targets }, given, { scale }) {
    const blocks = blocksOf(targets);
    return {
      deltas: (_x, names) => names.map(() => undefined),
      after(sublayer, h, { block }) {
        if (sublayer === 'block') return undefined;
        const place = blocks[block].path + places[sublayer];
        const inner = linear(h, given[place + parts.down]).add(given[place + parts.downBias]);
        const wide = linear(nonLinearities[options.nonLinearity](inner), given[place + parts.up]);
        const added = wide.add(given[place + parts.upBias]);
        return scale ? added.mul(scale) : added;
      },
      tensorsUnder: (prefix) =>
        blocks
          .filter(({ path }) => `${path}.`.startsWith(prefix))
          .flatMap(({ path }) =>
            Object.values(places).flatMap((place) => Object.values(parts).map((part) => given[path + place + part])),
          ),
    };
  },
};
