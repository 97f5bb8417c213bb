/**
 * The part of an optimizer step that looks at A and B of a module together: on the host, in the optimizer's own
 * precision. Parameters and gradients come from the device and new parameters go back; what the optimizer keeps of the
 * pairs never leaves the host.
 */
import type { HostPair, PairGradients, PairState } from '../../training/optimizer.ts';
import type { Said } from '../../contract/words/words.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import type { HostState } from './checkpoint.ts';
import { pairKey, type StateParts } from './hostState.ts';
import type { PackedGroup } from './parameterPack.ts';
import { groupKey } from './trainFunctions.ts';

export interface PairUpdate {
  /** `<group>/parameters` on the device, before the update. */
  readonly state: NamedTensorMap;
  /** `<group>/gradients` on the device, clipped, of the groups that are updated by pairs. */
  readonly gradients: NamedTensorMap;
  /** What is kept of the pairs; written into. */
  readonly onHost: HostState;
  readonly weightDecay: number;
  readonly learningRateOf: (group: PackedGroup) => number;
  /** Steps with this one, by the name of a tensor. */
  readonly stepOf: (tensor: string) => number;
  /** Names of tensors without a gradient. */
  readonly leftOut: ReadonlySet<string>;
}

/** New `<group>/parameters` of the groups that are updated by pairs, the caller's; inputs stay as they are. */
export async function updatePairs(
  run: Pick<StateParts, 'groups' | 'pairs' | 'frame' | 'parts'>,
  update: PairUpdate,
): Promise<{ readonly parameters: NamedTensorMap; readonly said: Said | null }> {
  const { part, options } = run.parts.optimizer;
  const byPairs = run.groups.filter(({ updated }) => updated === 'pairs');
  if (!part.updateOnHost || byPairs.length === 0) return { parameters: {}, said: null };
  const places = await download(run.groups, update);
  const taking = run.pairs.filter(({ a, b }) => [a, b].some((name) => places.get(name)?.gradient));
  const pairs = taking.map(({ module, a, b, scale }): HostPair => {
    const [ofA, ofB] = [placeOf(places, a), placeOf(places, b)];
    const leading = ofB.gradient ? { place: ofB, name: b } : { place: ofA, name: a };
    return {
      ...{ module, scale, a: ofA.values, b: ofB.values },
      ...{ rank: ofA.shape[0], inFeatures: ofA.shape[1], outFeatures: ofB.shape[0] },
      learningRate: update.learningRateOf(leading.place.group),
      step: update.stepOf(leading.name),
    };
  });
  const gradients = taking.map(({ a, b }): PairGradients => {
    return { a: placeOf(places, a).gradient, b: placeOf(places, b).gradient };
  });
  const kept = pairs.map((pair): PairState => {
    const names = Object.keys(part.stateOf?.(pair, options) ?? {});
    return Object.fromEntries(names.map((name) => [name, update.onHost[pairKey(pair.module, name)]]));
  });
  const said = part.updateOnHost(pairs, gradients, kept, { options, weightDecay: update.weightDecay });
  const parameters = byPairs.map((group) => {
    const [first] = group.tensors;
    return [groupKey(group, 'parameters'), tf.tensor1d(placeOf(places, first.name).vector)] as const;
  });
  return { parameters: Object.fromEntries(parameters), said };
}

interface TensorPlace {
  readonly group: PackedGroup;
  readonly shape: readonly number[];
  /** Of the whole group, and this tensor's part of it. */
  readonly vector: Float32Array;
  readonly values: Float32Array;
  /** null where it has none. */
  readonly gradient: Float32Array | null;
}

/** Copies, since a backend may give its own memory. Groups on the device have no part in it. */
async function download(
  groups: readonly PackedGroup[],
  { state, gradients, leftOut }: PairUpdate,
): Promise<ReadonlyMap<string, TensorPlace>> {
  const wanted = groups.filter(({ updated }) => updated !== undefined);
  const places = await Promise.all(
    wanted.map(async (group) => {
      const vector = (await state[groupKey(group, 'parameters')].data()).slice() as Float32Array;
      const all = group.updated === 'pairs' ? await gradients[groupKey(group, 'gradients')].data() : null;
      return group.tensors.map(({ name, shape, offset, size }): [string, TensorPlace] => {
        const [from, to] = [offset, offset + size];
        const gradient = leftOut.has(name) ? null : ((all?.subarray(from, to) ?? null) as Float32Array | null);
        return [name, { group, shape, vector, values: vector.subarray(from, to), gradient }];
      });
    }),
  );
  return new Map(places.flat());
}

function placeOf(places: ReadonlyMap<string, TensorPlace>, name: string): TensorPlace {
  const place = places.get(name);
  if (!place) throw new Error(`${name} is of a pair and in no pack of pairs`);
  return place;
}
