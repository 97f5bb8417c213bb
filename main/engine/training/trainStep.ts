/**
 * One optimizer step on the device: every micro-batch through `accumulate`, then `update`. The state is replaced, never
 * changed in place; the old one is disposed here. Reading loss and norm back is the only wait for the device.
 */
import type { ResolvedTraining } from '../../contract/training.ts';
import type { Stage } from '../../training/procedure.ts';
import type { ChosenParts } from '../../training/registry.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import type { Batch } from './batches.ts';
import type { PackedGroup } from './parameterPack.ts';
import { learningRateFactor } from './schedules.ts';
import { adapterPart, groupKey } from './trainFunctions.ts';
import type { TrainFunctions } from './trainFunctions.ts';

/** `<group>/{parameters, moments of the optimizer}`: flat float32 vectors on the device. */
export type TrainState = NamedTensorMap;

export interface DeviceState {
  readonly state: TrainState;
  /** `past/<tensor>`: what earlier stages left; no step changes it. */
  readonly past: NamedTensorMap;
}

export interface TrainStepContext {
  readonly functions: TrainFunctions;
  readonly groups: readonly PackedGroup[];
  readonly training: ResolvedTraining;
  readonly parts: ChosenParts;
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
}

/** Runs step `step` (from 1) and disposes `state`, not `past`; the new state is the caller's. */
export async function trainStep(
  context: TrainStepContext,
  { state, past }: DeviceState,
  batches: readonly Batch[],
  step: number,
): Promise<TrainStepResult> {
  const trainedTokens = sum(batches.map((batch) => batch.trainedTokens));
  const scalars = stepScalars(context, step, trainedTokens);
  const [only] = batches;
  const outputs =
    batches.length === 1
      ? wholeStep(context, { ...state, ...past, ...scalars }, only, step)
      : accumulatedStep(context, { state: { ...state, ...scalars }, past }, batches, step);
  const { lossSum, gradNorm, ...next } = outputs;
  const [loss, norm] = await readScalars([lossSum, gradNorm]);
  tf.dispose([state, scalars, lossSum, gradNorm]);
  return { state: next, loss, gradNorm: norm, tokens: sum(batches.map((batch) => batch.tokens)), trainedTokens };
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
  { state, past }: DeviceState,
  batches: readonly Batch[],
  step: number,
): NamedTensorMap {
  const { functions, groups } = context;
  const constant = { ...adapterPart(groups, { ...state, ...past }), divisor: state.divisor };
  let totals = zeroTotals(groups);
  for (const [index, batch] of batches.entries()) {
    const batchInputs = { ...batch.upload(), ...dropoutTensor(context, batch, [step, index]) };
    const next = functions.accumulate({ ...constant, ...totals, ...batchInputs });
    tf.dispose([totals, batchInputs]);
    totals = next;
  }
  const { lossSum, ...gradients } = totals;
  const outputs = functions.update({ ...state, ...gradients });
  tf.dispose(gradients);
  return { lossSum, ...outputs };
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

function stepScalars(context: TrainStepContext, step: number, trainedTokens: number): NamedTensorMap {
  const { groups, training } = context;
  const { part, options } = context.parts.optimizer;
  const isClipped = training.maxGradNorm > 0 && !part.ownsClipping;
  const maxNorm = isClipped ? training.maxGradNorm : Infinity;
  const scalars: NamedTensorMap = { maxNorm: tf.scalar(maxNorm), divisor: tf.scalar(Math.max(1, trainedTokens)) };
  for (const group of groups) {
    const values = part.scalars({
      options,
      weightDecay: training.weightDecay,
      learningRate: group.rateFactor * groupLearningRate(context, group.group, step),
      step: step - stageOf(context, step).firstStep + 1,
    });
    for (const [name, value] of Object.entries(values)) scalars[groupKey(group, name)] = tf.scalar(value);
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
