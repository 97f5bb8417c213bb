/**
 * One optimizer step: every micro-batch through `accumulate`, then `update`, then what the optimizer does by pairs. The
 * state on the device is replaced, never changed in place; the old one is disposed here. Reading loss and norm back is
 * the only wait for the device, beside those of an optimizer by pairs.
 */
import type { ResolvedTraining } from '../../contract/training.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import type { Stage } from '../../training/procedure.ts';
import type { Said } from '../../contract/words/words.ts';
import { createRandom } from '../random.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import type { Batch } from './batches.ts';
import type { HostState } from './checkpoint.ts';
import { takenKey, type StateParts } from './hostState.ts';
import { rememberObserved } from './observedWindows.ts';
import { updatePairs } from './pairUpdate.ts';
import { spreadOverGroup, type PackedGroup } from './parameterPack.ts';
import { learningRateFactor } from './schedules.ts';
import { adapterPart, groupKey } from './trainFunctions.ts';
import type { TrainFunctions } from './trainFunctions.ts';

/** `<group>/{parameters, moments of the optimizer}`: flat float32 vectors on the device. */
export type TrainState = NamedTensorMap;

export interface DeviceState {
  readonly state: TrainState;
  /** `past/<tensor>`: what earlier stages left; no step changes it. */
  readonly past: NamedTensorMap;
  /** `pairs/<module>/<vector>`, `taken/<group>`, `observed`: steps write into them. */
  readonly onHost: HostState;
}

export interface TrainStepContext extends StateParts {
  readonly functions: TrainFunctions;
  readonly training: ResolvedTraining;
  /** Uniform numbers for the dropout of one micro-batch; absent without dropout. */
  readonly dropoutPool?: ((step: number, microBatch: number, batch: Batch) => Float32Array) | undefined;
}

export interface TrainStepResult {
  readonly state: TrainState;
  /** Before the update. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradNorm: number;
  readonly tokens: number;
  readonly trainedTokens: number;
  /** What the optimizer tells of it. */
  readonly said: Said | null;
}

/**
 * Runs step `step` (from 1), writes into `onHost`, disposes `state`, not `past`; the new state is the caller's. Pairs
 * stay as they were where loss or norm is no number.
 */
export async function trainStep(
  context: TrainStepContext,
  { state, past, onHost }: DeviceState,
  batches: readonly Batch[],
  step: number,
): Promise<TrainStepResult> {
  const trainedTokens = sum(batches.map((batch) => batch.trainedTokens));
  const count = countSteps(context, onHost, step);
  const masks = takesPart(context, count);
  const scalars = { ...stepScalars(context, step, trainedTokens, count), ...masks };
  const [only] = batches;
  const outputs =
    batches.length === 1
      ? wholeStep(context, { ...state, ...past, ...scalars }, only, step)
      : accumulatedStep(context, { state: { ...state, ...scalars }, past, masks }, batches, step);
  const { lossSum, gradNorm, observed, ...updated } = outputs as NamedTensorMap & { readonly observed?: Tensor };
  const [loss, norm] = await readScalars([lossSum, gradNorm]);
  const seen = await observed?.data<'float32'>();
  tf.dispose([scalars, lossSum, gradNorm, ...(observed ? [observed] : [])]);
  const isFinite = Number.isFinite(loss) && Number.isFinite(norm);
  const after = await afterUpdate(context, { state, updated, onHost, count, step, isFinite });
  if (isFinite) rememberCounts(context, onHost, count);
  const observes = context.method.observes?.(context.frame);
  if (isFinite && observes && seen) rememberObserved(observes, onHost, seen);
  const tokens = sum(batches.map((batch) => batch.tokens));
  return { ...after, loss, gradNorm: norm, tokens, trainedTokens };
}

interface Updated {
  readonly state: TrainState;
  readonly updated: NamedTensorMap;
  readonly onHost: HostState;
  readonly count: StepCount;
  readonly step: number;
  readonly isFinite: boolean;
}

/** The whole new state: of the device's own update, of the pairs, and what is never updated. */
async function afterUpdate(
  context: TrainStepContext,
  { state, updated, onHost, count, step, isFinite }: Updated,
): Promise<Pick<TrainStepResult, 'state' | 'said'>> {
  const { groups, training } = context;
  const isGradient = (key: string): boolean => groups.some((group) => key === groupKey(group, 'gradients'));
  const gradients = Object.fromEntries(Object.entries(updated).filter(([key]) => isGradient(key)));
  const own = Object.fromEntries(Object.entries(updated).filter(([key]) => !isGradient(key)));
  const { parameters, said } = isFinite
    ? await updatePairs(context, {
        ...{ state, gradients, onHost, ...count, weightDecay: training.weightDecay },
        learningRateOf: (group) => group.rateFactor * groupLearningRate(context, group.group, step),
      })
    : { parameters: {}, said: null };
  const next: NamedTensorMap = { ...own, ...parameters };
  const kept = Object.entries(state).filter(([key]) => !(key in next));
  tf.dispose([gradients, ...Object.entries(state).flatMap(([key, tensor]) => (key in next ? [tensor] : []))]);
  return { state: { ...next, ...Object.fromEntries(kept) }, said };
}

interface StepCount {
  /** Steps of the stage with this one, by the name of a tensor. */
  readonly stepOf: (tensor: string) => number;
  readonly leftOut: ReadonlySet<string>;
}

/** Names of the tensors that take no part in a step: a matter of seed and step alone. */
export function leftOutAt(
  { method, frame, training }: Pick<TrainStepContext, 'method' | 'frame' | 'training'>,
  step: number,
): readonly string[] {
  return method.leftOut?.(frame, createRandom(training.seed, 'leftOut', step)) ?? [];
}

/** All tensors alike, unless the method leaves some out. */
function countSteps(context: TrainStepContext, onHost: HostState, step: number) {
  const { method, training, parts, groups } = context;
  const leftOut = new Set(leftOutAt(context, step));
  const inStage = step - stageOf({ training, parts }, step).firstStep + 1;
  if (!method.leftOut) return { stepOf: () => inStage, leftOut };
  const counts = new Map(
    groups.flatMap((group) =>
      group.tensors.map(({ name }, index) => [name, onHost[takenKey(group)][index] + (leftOut.has(name) ? 0 : 1)]),
    ),
  );
  return { stepOf: (name: string) => counts.get(name) ?? inStage, leftOut };
}

function rememberCounts({ method, groups }: TrainStepContext, onHost: HostState, { stepOf }: StepCount): void {
  if (!method.leftOut) return;
  for (const group of groups) onHost[takenKey(group)].set(group.tensors.map(({ name }) => stepOf(name)));
}

function takesPart({ method, groups }: TrainStepContext, { leftOut }: StepCount): NamedTensorMap {
  if (!method.leftOut) return {};
  const vectors = groups.map((group) => {
    const flat = spreadOverGroup(group, ({ name }) => (leftOut.has(name) ? 0 : 1));
    return [groupKey(group, 'takesPart'), tf.tensor1d(flat)] as const;
  });
  return Object.fromEntries(vectors);
}

/** The usual case, one batch: one call of the device, and gradients never leave it. */
function wholeStep(context: TrainStepContext, inputs: NamedTensorMap, batch: Batch, step: number): NamedTensorMap {
  const batchInputs = { ...batch.upload(), ...dropoutTensor(context, batch, [step, 0]) };
  const outputs = context.functions.step({ ...inputs, ...batchInputs });
  tf.dispose(batchInputs);
  return outputs;
}

function accumulatedStep(
  context: TrainStepContext,
  { state, past, masks }: Readonly<Record<'state' | 'past' | 'masks', NamedTensorMap>>,
  batches: readonly Batch[],
  step: number,
): NamedTensorMap {
  const { functions, groups } = context;
  const constant = { ...adapterPart(groups, { ...state, ...past }), ...masks, divisor: state.divisor };
  let totals = zeroTotals(groups.filter(({ updated }) => updated !== 'never'));
  const seen: Tensor[] = [];
  for (const [index, batch] of batches.entries()) {
    const batchInputs = { ...batch.upload(), ...dropoutTensor(context, batch, [step, index]) };
    const { observed, ...next } = functions.accumulate({ ...constant, ...totals, ...batchInputs });
    tf.dispose([totals, batchInputs]);
    if (observed) seen.push(observed);
    totals = next;
  }
  const observed: NamedTensorMap = seen.length === 0 ? {} : { observed: tf.concat(seen, 0) };
  tf.dispose(seen);
  const { lossSum, ...gradients } = totals;
  const outputs = functions.update({ ...state, ...gradients });
  tf.dispose(gradients);
  return { lossSum, ...observed, ...outputs };
}

type Timing = Pick<TrainStepContext, 'training' | 'parts'>;

export function stageOf({ training, parts: { procedure } }: Timing, step: number): Stage {
  return procedure.part.stageAt(step, training.steps, procedure.options);
}

/** Rate of one group at a step: its own peak, else the default group's, times the schedule of the step's stage. */
export function groupLearningRate(context: Timing, group: string, step: number): number {
  const { learningRates, schedule, warmupSteps } = context.training;
  const { firstStep, steps } = stageOf(context, step);
  const factor = learningRateFactor({ schedule, warmupSteps, steps }, step - firstStep + 1);
  return (learningRates[group] ?? learningRates.default) * factor;
}

function zeroTotals(groups: readonly PackedGroup[]): NamedTensorMap {
  const totals: NamedTensorMap = { lossSum: tf.scalar(0) };
  for (const group of groups) totals[groupKey(group, 'gradients')] = tf.fill([group.size], 0);
  return totals;
}

function dropoutTensor(
  { dropoutPool }: TrainStepContext,
  batch: Batch,
  [step, microBatch]: readonly [number, number],
): NamedTensorMap {
  return dropoutPool ? { dropoutPool: tf.tensor1d(dropoutPool(step, microBatch, batch)) } : {};
}

/** Numbers of a pack; vectors of them where its tensors have taken different numbers of steps. */
function stepScalars(
  context: TrainStepContext,
  step: number,
  trainedTokens: number,
  { stepOf }: StepCount,
): NamedTensorMap {
  const { groups, training, method } = context;
  const { part, options } = context.parts.optimizer;
  const { undecayed = [] } = getMethodSpec(method.id);
  const isClipped = training.maxGradNorm > 0 && !part.ownsClipping;
  const maxNorm = isClipped ? training.maxGradNorm : Infinity;
  const scalars: NamedTensorMap = { maxNorm: tf.scalar(maxNorm), divisor: tf.scalar(Math.max(1, trainedTokens)) };
  for (const group of groups.filter(({ updated }) => !updated)) {
    const learningRate = group.rateFactor * groupLearningRate(context, group.group, step);
    const weightDecay = undecayed.includes(group.group) ? 0 : training.weightDecay;
    const scalarsAt = (taken: number): Readonly<Record<string, number>> =>
      part.scalars({ options, weightDecay, learningRate, step: Math.max(1, taken) });
    const ofTensors = group.tensors.map(({ name }) => scalarsAt(stepOf(name)));
    for (const [name, value] of Object.entries(ofTensors[0])) {
      const place = (index: number): number => ofTensors[index][name];
      scalars[groupKey(group, name)] = method.leftOut
        ? tf.tensor1d(spreadOverGroup(group, (tensor) => place(group.tensors.indexOf(tensor))))
        : tf.scalar(value);
    }
  }
  return scalars;
}

async function readScalars(scalars: readonly Tensor[]): Promise<number[]> {
  const values = await Promise.all(scalars.map(async (scalar) => scalar.data()));
  return values.map((value) => value[0]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
