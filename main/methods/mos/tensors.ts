/**
 * MoS as tensors: A (rank, in) is the shards of its list of indices one after the other; B (out, rank) the same of its
 * own pool, turned. A starts uniform in ±1/√in, B at zero. The gradient of a shard is the sum over its uses.
 */
import type { LinearShape } from '../../contract/families/family.ts';
import type { AdapterWeights, HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawUniform } from '../../engine/adapters/draws.ts';
import { bindLowRank } from '../../engine/adapters/lowRankDelta.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { Mt19937 } from '../../engine/adapters/mt19937.ts';
import { gatherTrainedRows } from '../../engine/ops/gatherRows.ts';
import type { Tensor } from '../../engine/tf.ts';
import { loraFromFactors } from '../lora/tensors.ts';
import { blockOf } from '../moduleGroups.ts';
import { modulePrefix } from '../tensorSpec.ts';
import { type Factor, indicesSuffix, type MosOptions, poolName, poolsOf } from './spec.ts';

export const tensors: MethodTensors<MosOptions> = {
  id: 'mos',

  fields: ownFields({}),

  init({ options, targets, random }) {
    const values: Record<string, HostTensor> = {};
    for (const { group, members, shards } of poolsOf(options, targets)) {
      const [{ inFeatures, outFeatures }] = members;
      const shape = [shards, inFeatures / options.shardsPerVector];
      values[poolName('A', group)] = drawUniform(random, shape, 1 / Math.sqrt(inFeatures));
      values[poolName('B', group)] = constant([shards, outFeatures / options.shardsPerVector], 0);
    }
    return { ...values, ...drawIndices(options, targets) };
  },

  restore(reader, { options, targets }) {
    const lists = poolsOf(options, targets).flatMap(({ members, shards }) =>
      members.flatMap(({ name }) =>
        (['A', 'B'] as const).map((factor) => {
          const list = name + indicesSuffix(factor);
          const shape = [options.rank * options.shardsPerVector];
          return [list, reader.readIndices(modulePrefix + list, shape, shards)] as const;
        }),
      ),
    );
    return { frozen: Object.fromEntries(lists) };
  },

  *store({ frozen }) {
    for (const [name, { shape, data }] of Object.entries(frozen))
      yield [modulePrefix + name, { dtype: 'I32', shape, data: new Uint8Array(Int32Array.from(data).buffer) }];
  },

  bind({ options, targets }, given, context) {
    const { rank, alpha } = options;
    const layers = new Map(targets.map((target) => [target.name, target]));
    const gathered = (factor: Factor, name: string, length: number): Tensor => {
      const pool = given[poolName(factor, blockOf(name).group)];
      return gatherTrainedRows(pool, given[name + indicesSuffix(factor)].toInt()).reshape([rank, length]);
    };
    return {
      deltas(x, names, at) {
        const present = names.flatMap((name) => layers.get(name) ?? []);
        const factors = present.map(({ name, inFeatures, outFeatures }) => {
          const a = gathered('A', name, inFeatures);
          return [name, { a, b: gathered('B', name, outFeatures).transpose(), scale: alpha / rank }] as const;
        });
        const low = { ...context, dropoutRate: options.dropout };
        return bindLowRank(new Map(factors), low).deltas(x, names, at);
      },
      tensorsUnder: (prefix) => {
        const groups = targets.flatMap(({ name }) => (name.startsWith(prefix) ? [blockOf(name).group] : []));
        return [...new Set(groups)].flatMap((group) => [given[poolName('A', group)], given[poolName('B', group)]]);
      },
    };
  },

  toLora,
  forInference: (weights) => toLora(weights),
};

/** The factors written out for every layer, with rank and alpha as they are: as large as plain LoRA. */
function toLora(weights: AdapterWeights<MosOptions>, layers = weights.targets): AdapterWeights {
  const { options, trained, frozen } = weights;
  const rows = (factor: Factor, name: string): HostTensor =>
    assembled(trained[poolName(factor, blockOf(name).group)], frozen[name + indicesSuffix(factor)], options.rank);
  return loraFromFactors(weights, layers, options, (name) => ({ a: rows('A', name), b: turned(rows('B', name)) }));
}

/**
 * For each module of each group, for A and then for B: distinct common shards for all but the private rows, then its
 * own in ascending order.
 */
function drawIndices(options: MosOptions, targets: readonly LinearShape[]): Readonly<Record<string, HostTensor>> {
  const { rank, privateRank, shardsPerVector, indexSeed } = options;
  const generator = new Mt19937(indexSeed);
  const own = privateRank * shardsPerVector;
  const values: Record<string, HostTensor> = {};
  for (const { members, common } of poolsOf(options, targets)) {
    for (const [position, { name }] of members.entries()) {
      for (const factor of ['A', 'B'] as const) {
        const shared = sample(generator, common, (rank - privateRank) * shardsPerVector);
        const mine = Array.from({ length: own }, (_, at) => common + position * own + at);
        const data = Float32Array.from([...shared, ...mine]);
        values[name + indicesSuffix(factor)] = { shape: [data.length], data };
      }
    }
  }
  return values;
}

/** `count` different numbers below `size`: the first of a shuffle that goes no further. */
export function sample(generator: Mt19937, size: number, count: number): readonly number[] {
  const all = Array.from({ length: size }, (_, at) => at);
  for (let at = 0; at < count; at++) {
    const other = at + (generator.next() % (size - at));
    [all[at], all[other]] = [all[other], all[at]];
  }
  return all.slice(0, count);
}

/** (rank, side): shards by their indices, one after the other. */
function assembled(pool: HostTensor, indices: HostTensor, rank: number): HostTensor {
  const [, width] = pool.shape;
  const data = new Float32Array(indices.data.length * width);
  indices.data.forEach((index, at) => data.set(pool.data.subarray(index * width, (index + 1) * width), at * width));
  return { shape: [rank, data.length / rank], data };
}

function turned({ shape: [rows, columns], data }: HostTensor): HostTensor {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column];
  return { shape: [columns, rows], data: result };
}
