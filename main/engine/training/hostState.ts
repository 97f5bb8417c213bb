/** Between the device's training state, its copy on the host (checkpoints) and the adapter that is in it. */
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import { tf } from '../tf.ts';
import type { HostState } from './checkpoint.ts';
import { flattenGroup, unflattenGroup } from './parameterPack.ts';
import type { PackedGroup } from './parameterPack.ts';
import { groupKey, stateVectors } from './trainFunctions.ts';
import type { TrainState } from './trainStep.ts';

/** Parameters as given, moments zero. */
export function initialState(groups: readonly PackedGroup[], weights: AdapterWeights): HostState {
  const vectors = groups.flatMap((group) => [
    [groupKey(group, 'parameters'), flattenGroup(group, weights.trained)] as const,
    [groupKey(group, 'firstMoment'), new Float32Array(group.size)] as const,
    [groupKey(group, 'secondMoment'), new Float32Array(group.size)] as const,
  ]);
  return Object.fromEntries(vectors);
}

export function uploadState(state: HostState): TrainState {
  return Object.fromEntries(Object.entries(state).map(([key, vector]) => [key, tf.tensor1d(vector)]));
}

/** Copies the state to the host; the tensors stay as they are. */
export async function downloadState(groups: readonly PackedGroup[], state: TrainState): Promise<HostState> {
  const keys = groups.flatMap((group) => stateVectors.map((name) => groupKey(group, name)));
  const entries = await Promise.all(keys.map(async (key) => [key, Float32Array.from(await state[key].data())] as const));
  return Object.fromEntries(entries);
}

/** The adapter that the state's parameters are. */
export function weightsOf(groups: readonly PackedGroup[], state: HostState, frame: AdapterWeights): AdapterWeights {
  const trained = Object.assign(
    {},
    ...groups.map((group) => unflattenGroup(group, state[groupKey(group, 'parameters')])),
  ) as AdapterWeights['trained'];
  return { ...frame, trained };
}
