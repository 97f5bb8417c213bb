/**
 * What happens to a run between two optimizer steps beside evaluating and saving: a stage ends and the next begins, and
 * callbacks act. Both follow from the step's number alone, so that a resumed run does the same.
 */
import type { RunMark } from '../../contract/engine.ts';
import type { FactorPair } from '../../methods/factorPair.ts';
import type { CallbackState, TrainingView } from '../../training/stepCallback.ts';
import { trainedTensors } from '../adapters/adapterHead.ts';
import { tf } from '../tf.ts';
import type { HostState } from './checkpoint.ts';
import { downloadState, initialState, rankOfStep, uploadState, weightsOf } from './hostState.ts';
import type { LoopPosition } from './hostState.ts';
import type { PackedGroup } from './parameterPack.ts';
import { pastKey, stackPairs, withinRank } from './pastStages.ts';
import type { PreparedRun } from './prepareRun.ts';
import { groupKey } from './trainFunctions.ts';
import { stageOf } from './trainStep.ts';

/** A position and what there is to tell of it. */
export interface Changed {
  readonly position: LoopPosition;
  readonly marks: readonly RunMark[];
}

/**
 * Where the next step is the first of another stage: what is trained goes to the past, the pairs start afresh, and so
 * does the optimizer. Takes over the position.
 */
export async function enterStage(run: PreparedRun, position: LoopPosition): Promise<Changed> {
  const { step } = position.progress;
  const stage = stageOf(run, step + 1);
  if (step === 0 || stage.firstStep !== step + 1) return { position, marks: [] };
  const { groups, pairs, frame, parts } = run;
  const ended = await downloadState(groups, position);
  const trained = trainedTensors(weightsOf(groups, ended, frame));
  const stacked = Object.entries(stackPairs(pairs, ended, trained, rankOfStep(run, step)));
  const past = Object.fromEntries(stacked.map(([name, { data }]) => [pastKey(name), data]));
  const fresh = await run.freshWeights(stage.index);
  const ofPairs = pairs.flatMap(({ a, b }) => [a, b]).map((name) => [name, fresh.trained[name]] as const);
  const next = withinRank(pairs, { ...trained, ...Object.fromEntries(ofPairs) }, rankOfStep(run, step + 1));
  const state = initialState(run, next);
  tf.dispose([position.state, position.past]);
  const { part, options } = parts.procedure;
  const said = part.begun?.(stage, options);
  return {
    position: { ...position, ...uploadState(pairs, frame, { ...state, ...past }) },
    marks: said ? [{ step, part: part.id, said }] : [],
  };
}

/** Lets the callbacks act that are due after the position's step. Takes over the position. */
export async function applyCallbacks(run: PreparedRun, position: LoopPosition): Promise<Changed> {
  const { step } = position.progress;
  const { steps } = run.training;
  const due = run.parts.callbacks.filter(({ part, options }) => part.dueAt(step, steps, options));
  if (due.length === 0) return { position, marks: [] };
  const { groups, pairs, frame, parts } = run;
  const host = await downloadState(groups, position);
  const { moments } = parts.optimizer.part;
  const marks = due.flatMap(({ part, options }): RunMark[] => {
    const view = viewOf(groups, host, { step, steps, pairs, moments, kept: position.kept[part.id] });
    const said = part.apply(view, options);
    return said ? [{ step, part: part.id, said }] : [];
  });
  tf.dispose([position.state, position.past]);
  return { position: { ...position, ...uploadState(pairs, frame, host) }, marks };
}

/** What each callback of a run keeps before it has acted. */
export function keptAtStart({ callbacks }: PreparedRun['parts']): Readonly<Record<string, CallbackState>> {
  return Object.fromEntries(callbacks.map(({ part }) => [part.id, { json: null, tensors: {} }]));
}

/** Values are views of the vectors in `host`, so that what is written there is what goes back. */
function viewOf(
  groups: readonly PackedGroup[],
  host: HostState,
  rest: Omit<TrainingView, 'values'> & { readonly pairs: readonly FactorPair[] },
): TrainingView {
  return {
    ...rest,
    values(name, vector = 'parameters') {
      for (const group of groups) {
        const tensor = group.tensors.find((each) => each.name === name);
        if (tensor) return host[groupKey(group, vector)].subarray(tensor.offset, tensor.offset + tensor.size);
      }
      throw new Error(`no trained tensor ${name}`);
    },
  };
}
