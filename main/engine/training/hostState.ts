/**
 * Where a run stands on the device, its copy on the host (checkpoints), and the adapter that is in it. Keys of the
 * copy: `<group>/<vector>` of the optimizer's state, `pairs/<module>/<vector>` of what it keeps of pairs on the host,
 * `taken/<group>` of how many steps each of its tensors took part in where some can be left out, `past/<tensor>` of
 * what earlier stages left, `callbacks/<id>/<name>` of what callbacks keep, `observed` of what the method measures.
 */
import type { ResolvedTraining } from '../../contract/training.ts';
import type { FactorPair } from '../../methods/factorPair.ts';
import type { CallbackState } from '../../training/stepCallback.ts';
import { pairShapes } from '../../training/pairs.ts';
import type { ChosenParts } from '../../training/registry.ts';
import { headGroup } from '../adapters/adapterHead.ts';
import type { AdapterMethod, AdapterWeights, HostTensor } from '../adapters/adapterMethod.ts';
import { inputsUnder, prefixed } from '../namedInputs.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import type { Checkpoint, HostState } from './checkpoint.ts';
import { flattenGroup, unflattenGroup } from './parameterPack.ts';
import type { PackedGroup } from './parameterPack.ts';
import { emptyWindows, meansOf, observedKey } from './observedWindows.ts';
import { pastKey, pastPrefix, stackPairs } from './pastStages.ts';
import type { RunProgress } from './progress.ts';
import { adapterPart, groupKey } from './trainFunctions.ts';
import type { DeviceState } from './trainStep.ts';

/** An adapter without its trained tensors: those live on the device. */
export type AdapterFrame = Omit<AdapterWeights, 'trained'>;

export interface LoopPosition extends DeviceState {
  readonly progress: RunProgress;
  /** By the id of the callback; each changes its own. */
  readonly kept: Readonly<Record<string, CallbackState>>;
}

/** What of a run is needed to tell its state apart. */
export interface StateParts {
  readonly groups: readonly PackedGroup[];
  readonly pairs: readonly FactorPair[];
  readonly frame: AdapterFrame;
  readonly method: AdapterMethod;
  readonly parts: ChosenParts;
}

const callbackPrefix = 'callbacks/';
const pairPrefix = 'pairs/';
const takenPrefix = 'taken/';

/** Of what the optimizer keeps of a pair on the host. */
export function pairKey(module: string, vector: string): string {
  return `${pairPrefix}${module}/${vector}`;
}

/** Of how many steps of the stage each tensor of a group took part in. */
export function takenKey({ name }: Pick<PackedGroup, 'name'>): string {
  return takenPrefix + name;
}

/** Parameters as given, all else zero. */
export function initialState(
  { groups, pairs, parts, method, frame }: StateParts,
  trained: Readonly<Record<string, HostTensor>>,
): HostState {
  const { part, options } = parts.optimizer;
  const vectors = groups.flatMap((group) => [
    [groupKey(group, 'parameters'), flattenGroup(group, trained)] as const,
    ...(group.updated ? [] : part.moments.map((moment) => zeros(groupKey(group, moment), group.size))),
    ...(method.leftOut ? [zeros(takenKey(group), group.tensors.length)] : []),
  ]);
  const observed = emptyWindows(method.observes?.(frame));
  const shapes = Object.entries(trained).map(([name, { shape }]) => ({ name, shape }));
  const ofPairs = pairShapes(pairs, shapes).flatMap((shape) =>
    Object.entries(part.stateOf?.(shape, options) ?? {}).map(([name, size]) =>
      zeros(pairKey(shape.module, name), size),
    ),
  );
  return { ...Object.fromEntries([...vectors, ...ofPairs]), ...observed };
}

function zeros(key: string, size: number): readonly [string, Float32Array] {
  return [key, new Float32Array(size)];
}

/** Vectors as they are, what earlier stages left as the matrices that it is; some stay on the host. */
export function uploadState(pairs: readonly FactorPair[], frame: AdapterFrame, state: HostState): DeviceState {
  const isOnHost = (key: string): boolean =>
    key === observedKey || key.startsWith(pairPrefix) || key.startsWith(takenPrefix);
  const vectors = Object.entries(state).filter(
    ([key]) => !isOnHost(key) && !key.startsWith(pastPrefix) && !key.startsWith(callbackPrefix),
  );
  const onHost = Object.fromEntries(Object.entries(state).filter(([key]) => isOnHost(key)));
  const past: NamedTensorMap = {};
  for (const { module, a, b } of pairs) {
    const [rowsOfA, columnsOfB] = [state[pastKey(a)], state[pastKey(b)]];
    if (!rowsOfA || !columnsOfB) continue;
    const { inFeatures, outFeatures } = frame.targets.find(({ name }) => name === module) ?? {};
    past[pastKey(a)] = tf.tensor2d(rowsOfA, [rowsOfA.length / Number(inFeatures), Number(inFeatures)]);
    past[pastKey(b)] = tf.tensor2d(columnsOfB, [Number(outFeatures), columnsOfB.length / Number(outFeatures)]);
  }
  return { state: Object.fromEntries(vectors.map(([key, vector]) => [key, tf.tensor1d(vector)])), past, onHost };
}

/**
 * Copies tensors to the host, all of them or what makes the adapter; on the device they stay as they are. What is on
 * the host is given as it is.
 */
export async function downloadState(
  groups: readonly PackedGroup[],
  { state, past, onHost }: DeviceState,
  what: 'all' | 'adapter' = 'all',
): Promise<HostState> {
  const all = { ...state, ...past };
  const tensors = Object.entries(what === 'all' ? all : adapterPart(groups, all));
  const entries = await Promise.all(
    tensors.map(async ([key, tensor]) => [key, (await tensor.data()) as Float32Array] as const),
  );
  const ofHost = Object.entries(onHost).filter(([key]) => what === 'all' || key === observedKey);
  return { ...Object.fromEntries(entries), ...Object.fromEntries(ofHost) };
}

/** What a checkpoint holds of a position. */
export async function toCheckpoint(groups: readonly PackedGroup[], position: LoopPosition): Promise<Checkpoint> {
  const { progress, kept } = position;
  const ofCallbacks = Object.entries(kept).map(([id, { tensors }]) => prefixed(keptPrefix(id), tensors));
  const callbacks = Object.fromEntries(Object.entries(kept).map(([id, { json }]) => [id, json]));
  const state = { ...(await downloadState(groups, position)), ...(Object.assign({}, ...ofCallbacks) as HostState) };
  return { state, progress, ...(Object.keys(callbacks).length > 0 && { callbacks }) };
}

export function fromCheckpoint(
  { pairs, frame }: Pick<StateParts, 'pairs' | 'frame'>,
  { state, progress, callbacks = {} }: Checkpoint,
): LoopPosition {
  const kept = Object.entries(callbacks).map(([id, json]): [string, CallbackState] => [
    id,
    { json, tensors: inputsUnder(state, keptPrefix(id)) },
  ]);
  return { ...uploadState(pairs, frame, state), progress, kept: Object.fromEntries(kept) };
}

/** The adapter of the state's stage. */
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

/** The adapter that does what all stages up to `step` together have learned. */
export function adapterOf(
  run: StateParts & { readonly training: ResolvedTraining },
  state: HostState,
  step: number,
): AdapterWeights {
  const { groups, pairs, frame, method } = run;
  const weights = withObserved(method, weightsOf(groups, state, frame), state);
  const rank = rankOfStep(run, step);
  if (rank === null && Object.keys(state).every((key) => !key.startsWith(pastPrefix))) return weights;
  if (!method.withStackedPairs) throw new Error(`${method.id} has pairs that cannot be stacked`);
  return method.withStackedPairs(weights, stackPairs(pairs, state, weights.trained, rank));
}

/** Of the stage that a step belongs to, and what is there before any; null: that of the adapter. */
export function rankOfStep(
  { parts: { procedure }, training }: Pick<StateParts, 'parts'> & { readonly training: ResolvedTraining },
  step: number,
): number | null {
  const { part, options } = procedure;
  return part.rankAt?.(part.stageAt(Math.max(1, step), training.steps, options).index, options) ?? null;
}

function withObserved(method: AdapterMethod, weights: AdapterWeights, state: HostState): AdapterWeights {
  const observed = method.observes?.(weights);
  return (observed && method.withObserved?.(weights, meansOf(observed, state))) ?? weights;
}

function keptPrefix(id: string): string {
  return `${callbackPrefix}${id}/`;
}

function isHead({ group }: PackedGroup): boolean {
  return group === headGroup;
}
