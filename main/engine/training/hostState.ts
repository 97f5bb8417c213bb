/** Between the device's training state, its copy on the host (checkpoints) and the adapter that is in it. */
import { headGroup, trainedTensors } from '../adapters/adapterHead.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import type { Optimizer } from '../../training/optimizer.ts';
import { tf } from '../tf.ts';
import type { HostState } from './checkpoint.ts';
import { flattenGroup, unflattenGroup } from './parameterPack.ts';
import type { PackedGroup } from './parameterPack.ts';
import { groupKey } from './trainFunctions.ts';
import type { TrainState } from './trainStep.ts';

/** An adapter without its trained tensors: those live on the device. */
export type AdapterFrame = Omit<AdapterWeights, 'trained'>;

/** Parameters as given, moments zero. */
export function initialState(
  groups: readonly PackedGroup[],
  weights: AdapterWeights,
  { moments }: Pick<Optimizer, 'moments'>,
): HostState {
  const vectors = groups.flatMap((group) => [
    [groupKey(group, 'parameters'), flattenGroup(group, trainedTensors(weights))] as const,
    ...moments.map((moment) => [groupKey(group, moment), new Float32Array(group.size)] as const),
  ]);
  return Object.fromEntries(vectors);
}

export function uploadState(state: HostState): TrainState {
  return Object.fromEntries(Object.entries(state).map(([key, vector]) => [key, tf.tensor1d(vector)]));
}

/** Copies vectors to the host, all of them or the parameters alone; the tensors stay as they are. */
export async function downloadState(
  groups: readonly PackedGroup[],
  state: TrainState,
  what: 'all' | 'parameters' = 'all',
): Promise<HostState> {
  const keys = what === 'all' ? Object.keys(state) : groups.map((group) => groupKey(group, 'parameters'));
  const entries = await Promise.all(keys.map(async (key) => [key, (await state[key].data()) as Float32Array] as const));
  return Object.fromEntries(entries);
}

/** The adapter that the state's parameters are. */
export function weightsOf(groups: readonly PackedGroup[], state: HostState, frame: AdapterFrame): AdapterWeights {
  const tensorsOf = (wanted: readonly PackedGroup[]): AdapterWeights['trained'] =>
    Object.assign(
      {},
      ...wanted.map((group) => unflattenGroup(group, state[groupKey(group, 'parameters')])),
    ) as AdapterWeights['trained'];
  const { head } = frame;
  if (!head) return { ...frame, trained: tensorsOf(groups) };
  const [ofHead, ofAdapter] = [groups.filter(isHead), groups.filter((group) => !isHead(group))];
  return { ...frame, trained: tensorsOf(ofAdapter), head: { ...head, tensors: tensorsOf(ofHead) } };
}

function isHead({ group }: PackedGroup): boolean {
  return group === headGroup;
}
