/**
 * MiSS as tensors: y += S(x) D with S(x) the sum of x over every r-th input, x being filled up with zeros where r does
 * not divide it. `bat` makes its change of the base's weight, which the layer hands in.
 */
import type { AdapterWeights, BindContext, HostTensor, Merge } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawUniform } from '../../engine/adapters/draws.ts';
import { droppedOut } from '../../engine/adapters/lowRankDelta.ts';
import type { MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { blockwiseLinear } from '../../engine/ops/blockwiseLinear.ts';
import { differentiable } from '../../engine/ops/differentiable.ts';
import { linear } from '../../engine/ops/frozenLinear.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { loraFromFactors } from '../lora/tensors.ts';
import { block, type MissOptions, missSpec } from './spec.ts';

export const tensors: MethodTensors<MissOptions> = {
  id: 'miss',

  fields: { refused: {}, ignored: [], written: {}, absent: ['fan_in_fan_out'] },

  init({ options, targets, random }) {
    const rows = missSpec.tensors(options, targets, null);
    return Object.fromEntries(
      rows.map(({ name, shape, initial }) => [
        name,
        initial === null ? drawUniform(random, shape, 1 / Math.sqrt(shape[1])) : constant(shape, initial),
      ]),
    );
  },

  bind({ options, targets }, given, context) {
    const layers = new Map(targets.map((target) => [target.name, target]));
    const scaled = (y: Tensor): Tensor => (context.scale ? y.mul(context.scale) : y);
    const isBat = options.missForm === 'bat';
    return {
      deltas(x, names) {
        const first = names.find((name) => layers.has(name));
        if (first === undefined || isBat) return names.map(() => undefined);
        const sums = folded(x, options, context, first);
        return names.map((name) => {
          const layer = layers.get(name);
          return layer && scaled(linear(sums, asFactor(given[name + block], options, layer.outFeatures)));
        });
      },
      ...(isBat && {
        ofWeight: (name: string, x: Tensor, weight: () => Tensor) =>
          layers.has(name) ? scaled(blockwiseLinear(x, given[name + block], weight())) : undefined,
      }),
      tensorsUnder: (prefix) =>
        targets.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => given[name + block]),
    };
  },

  merges: batMerges,

  toLora,
};

/** x (N, in) → S(x) (N, r), once for layers of one input. */
function folded(x: Tensor, { rank, dropout }: MissOptions, context: BindContext, layer: string): Tensor {
  const dropped = droppedOut(x, { ...context, dropoutRate: dropout }, layer);
  const [rows, width] = x.shape as [number, number];
  const missing = (rank - (width % rank)) % rank;
  const filled = missing === 0 ? dropped : tf.concat([dropped, tf.zeros([rows, missing])], 1);
  const parts = (width + missing) / rank;
  // tfjs' own gradient multiplies by ones of the size of x, which a recorded step keeps for every layer.
  return differentiable([filled], () => ({
    value: filled.reshape([rows, parts, rank]).sum(1),
    gradient: (dy) => [tf.tile(dy, [1, parts])],
  }));
}

/** D as the second factor of LoRA, (out, r): of `mini` as often as it goes. */
function asFactor(d: Tensor, { missForm, miniRank }: MissOptions, outFeatures: number): Tensor {
  const whole = missForm === 'mini' ? tf.tile(d, [1, outFeatures / miniRank]) : d;
  return whole.transpose();
}

/** Exact: A has a one where i mod r = j, B is Dᵀ. */
function toLora(weights: AdapterWeights<MissOptions>, layers = weights.targets): AdapterWeights {
  const { options, trained, targets } = weights;
  const { rank } = options;
  return loraFromFactors(weights, layers, { rank }, (name) => {
    const layer = targets.find((each) => each.name === name);
    const [inFeatures, outFeatures] = [layer?.inFeatures ?? 0, layer?.outFeatures ?? 0];
    const a = constant([rank, inFeatures], 0);
    for (let i = 0; i < inFeatures; i++) a.data[(i % rank) * inFeatures + i] = 1;
    return { a, b: repeatedTranspose(trained[name + block], outFeatures) };
  });
}

/** (r, width) → (out, r), row o being column o mod width. */
function repeatedTranspose({ data, shape: [rank, width] }: HostTensor, outFeatures: number): HostTensor {
  const result = constant([outFeatures, rank], 0);
  for (let o = 0; o < outFeatures; o++)
    for (let j = 0; j < rank; j++) result.data[o * rank + j] = data[j * width + (o % width)];
  return result;
}

function batMerges({
  options: { missForm },
  targets,
  trained,
}: Pick<AdapterWeights<MissOptions>, 'options' | 'targets' | 'trained'>): ReadonlyMap<string, Merge> {
  if (missForm !== 'bat') return new Map<never, never>();
  return new Map(targets.map(({ name }) => [`${name}.weight`, batMerge(trained[name + block])]));
}

/** W_pq + W_pq D_p + D_p: row by row, of which each r numbers are those of one block. */
function batMerge({ data, shape: [rowsOfBlocks, rank] }: HostTensor): Merge {
  return (weight) => {
    const columns = weight.length / (rowsOfBlocks * rank);
    const before = new Float32Array(rank);
    for (let start = 0; start < weight.length; start += rank) {
      const row = Math.floor(start / columns);
      const ofBlock = Math.floor(row / rank) * rank * rank;
      before.set(weight.subarray(start, start + rank));
      for (let j = 0; j < rank; j++) {
        let sum = before[j] + data[ofBlock + (row % rank) * rank + j];
        for (let k = 0; k < rank; k++) sum += before[k] * data[ofBlock + k * rank + j];
        weight[start + j] = sum;
      }
    }
  };
}
