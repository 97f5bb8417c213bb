/**
 * One training run from job to adapter: open, resume or start, loop, keep the best, compare with the base, answer a few
 * prompts. Stop (the signal) means stop and save: the result says `cancelled`, the adapter and a checkpoint are there.
 */
import { join } from 'node:path';
import type {
  EngineSettings,
  Evaluation,
  TestEvaluation,
  TrainEvent,
  TrainJob,
  TrainResult,
} from '../../contract/engine.ts';
import { logEvent } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { writePeftFolder } from '../../formats/peftFolder.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import { trainedTensors } from '../adapters/adapterHead.ts';
import { tf } from '../tf.ts';
import type { Batch } from './batches.ts';
import { checkpointDir, listCheckpoints, readCheckpoint } from './checkpoint.ts';
import type { HostState } from './checkpoint.ts';
import { evaluate } from './evaluate.ts';
import type { EvaluateRequest } from './evaluate.ts';
import { keptAtStart } from './betweenSteps.ts';
import { compressStages, type CompressedStages } from './compressStages.ts';
import { adapterOf, downloadState, fromCheckpoint, initialState, rankOfStep, uploadState } from './hostState.ts';
import type { LoopPosition } from './hostState.ts';
import { createMetricsReporter } from './metricsReporter.ts';
import { withinRank } from './pastStages.ts';
import { prepareRun } from './prepareRun.ts';
import type { PreparedRun } from './prepareRun.ts';
import { freshProgress, samplesAt } from './progress.ts';
import type { RunProgress } from './progress.ts';
import { inPairs, Sampler } from './sampleAnswers.ts';
import { tokensPerSecond } from './throughput.ts';
import { adapterPart } from './trainFunctions.ts';
import { checkpointConfiguration, trainLoop } from './trainLoop.ts';
import type { LoopContext } from './trainLoop.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';

export interface RunTrainingOptions {
  readonly onEvent: (event: TrainEvent) => void;
  readonly signal?: AbortSignal;
}

/** Throws GraftError; a `nonFinite` one carries the step and the last good checkpoint. */
export async function runTraining(
  settings: EngineSettings,
  job: TrainJob,
  { onEvent, signal }: RunTrainingOptions,
): Promise<TrainResult> {
  const metrics = createMetricsReporter((steps) => onEvent({ type: 'metrics', steps }));
  const emit = (event: TrainEvent): void => {
    metrics.flush();
    onEvent(event);
  };
  emit({ type: 'phase', phase: 'loading' });
  const initialising = { onDecompose: sayingDecomposed(emit), signal };
  const { run, initialWeights } = await prepareRun(settings, job, initialising);
  const sampler = new Sampler(run);
  try {
    describeData(run, emit);
    const context = { run, emit, metrics, sampler, signal };
    const start = await openPosition(context, initialWeights);
    const end = await trainLoop(context, start).catch(async (error: unknown) => {
      throw await withLastCheckpoint(error, job);
    });
    return await finish(context, end);
  } finally {
    metrics.flush();
    sampler.dispose();
    run.dispose();
  }
}

/** Says the phase with the first of many steps, and how far it is by whole percents, four times a second at most. */
function sayingDecomposed(emit: (event: TrainEvent) => void): (share: number) => void {
  let saidAtMs = -Infinity;
  return (share) => {
    const nowMs = performance.now();
    if (nowMs - saidAtMs < 250) return;
    saidAtMs = nowMs;
    emit({ type: 'phase', phase: 'decomposing', share: Math.floor(100 * share) / 100 });
  };
}

/** From the checkpoint or the start, on the device. What a resumed run had reported before is reported again. */
async function openPosition({ run, emit }: LoopContext, initialWeights: AdapterWeights): Promise<LoopPosition> {
  const { resumeFrom } = run.job;
  const { pairs, frame, parts } = run;
  if (resumeFrom === undefined) {
    const state = initialState(run, withinRank(pairs, trainedTensors(initialWeights), rankOfStep(run, 1)));
    return { ...uploadState(pairs, frame, state), progress: freshProgress(), kept: keptAtStart(parts) };
  }
  const position = fromCheckpoint(run, await readCheckpoint(resumeFrom, checkpointConfiguration(run)));
  const { progress } = position;
  emit({ type: 'metrics', steps: progress.steps });
  for (const evaluation of progress.evaluations) emit({ type: 'evaluation', evaluation });
  for (const { step, answers } of progress.samples ?? []) emit({ type: 'sample', step, answers });
  for (const mark of progress.marks ?? []) emit({ type: 'mark', mark });
  return position;
}

/** How long somebody who stopped a run waits for what the adapter changed. */
const stoppedComparisonMs = 15_000;

/**
 * Saves the adapter first: what comes after it can be done without. Of a run that was stopped, base and adapter are
 * compared where that takes no long time; compressing and the test dataset wait for its end, since it may be resumed.
 * A compressed adapter is measured itself: the evaluation of its step was of the sum of all stages.
 */
async function finish(context: LoopContext, position: LoopPosition): Promise<TrainResult> {
  const { progress } = position;
  const { run, emit, signal } = context;
  const { job, groups, training } = run;
  const stopped = signal?.aborted === true;
  emit({ type: 'phase', phase: 'saving' });
  const kept =
    training.keepBest && progress.best && progress.best.step < progress.step ? progress.best.step : progress.step;
  const lastState = await downloadState(groups, position, 'adapter');
  tf.dispose([position.state, position.past]);
  const bestState =
    kept === progress.step
      ? lastState
      : (await readCheckpoint(checkpointDir(job.runDir, kept), checkpointConfiguration(run))).state;
  const compressed = stopped ? null : compressStages(run, bestState, kept);
  if (compressed) tellOfCompression(context, compressed, progress.step);
  const endRank = run.parts.procedure.part.endRank?.(run.parts.procedure.options) ?? null;
  if (stopped && endRank !== null) emit(logEvent(engineTrainingWords.notCompressed({ rank: endRank })));
  const keptState = compressed?.state ?? bestState;
  const weights = compressed?.weights ?? adapterOf(run, bestState, kept);
  const folder = run.method.toPeft(weights, job.baseModel);
  const adapterDir = join(job.runDir, 'adapter');
  await writePeftFolder(adapterDir, folder);

  const patience = stopped ? { ...context, signal: AbortSignal.timeout(stoppedComparisonMs) } : context;
  const ofStep = compressed ? undefined : progress.evaluations.findLast(({ step }) => step === kept);
  const adapterEvaluation = ofStep ?? (await evaluateKept(patience, keptState, kept));
  const baseEvaluation = adapterEvaluation && (await evaluateBase(patience));
  if (stopped && baseEvaluation === undefined && run.data.split.evaluationPieces > 0) emit(logEvent(leftOut));
  const testEvaluation = stopped ? undefined : await evaluateTest(context, keptState, kept);
  const known = compressed ? undefined : samplesOfEvaluation(progress, kept);
  if (known === undefined) emit({ type: 'phase', phase: 'sampling' });
  const samples = known ?? (stopped ? [] : await context.sampler.answerBoth(weights, signal));
  return {
    state: stopped ? 'cancelled' : 'succeeded',
    adapterStep: kept,
    adapterDir,
    steps: progress.step,
    ...(baseEvaluation && { baseEvaluation }),
    ...(adapterEvaluation && { adapterEvaluation }),
    ...(testEvaluation && { testEvaluation }),
    samples,
    trainableParameters: run.trainableParameters,
    storedBytes: [...folder.tensors.values()].reduce((total, { data }) => total + data.byteLength, 0),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    tokensPerSecond: tokensPerSecond(progress.steps),
  };
}

/** In the run's history, beside where its stages began. */
function tellOfCompression({ run, emit }: LoopContext, result: CompressedStages, step: number): void {
  const { part } = run.parts.procedure;
  const said = part.compressed?.(result);
  if (!said) return;
  emit({ type: 'mark', mark: { step, part: part.id, said } });
  emit(logEvent(engineTrainingWords.afterStep({ step, what: said })));
}

/** What was answered at an evaluation with the very weights that are kept. */
function samplesOfEvaluation(progress: RunProgress, kept: number) {
  const [ofBase, ofAdapter] = [samplesAt(progress, 0), samplesAt(progress, kept)];
  return ofBase && ofAdapter && inPairs(ofBase, ofAdapter);
}

const leftOut = engineTrainingWords.comparisonLeftOut({ seconds: stoppedComparisonMs / 1000 });

/** Where no evaluation met the step: a run that is stopped, or one that ends between two evaluations. */
async function evaluateKept(context: LoopContext, state: HostState, step: number): Promise<Evaluation | undefined> {
  const { run, signal } = context;
  const { data } = run;
  if (data.split.evaluationPieces === 0) return undefined;
  context.emit({ type: 'phase', phase: 'evaluating' });
  return measureAdapter(run, state, { batches: data.evaluation(), step, signal });
}

export async function measureAdapter(
  { groups, pairs, frame, functions, objective }: PreparedRun,
  adapter: HostState,
  asked: Pick<EvaluateRequest, 'batches' | 'step' | 'signal'>,
): Promise<Evaluation | undefined> {
  const { state, past } = uploadState(pairs, frame, adapterPart(groups, adapter));
  const parameters = { ...state, ...past };
  const measured = await evaluate({
    ...asked,
    forward: functions.evaluate,
    scores: objective.startScores(),
    parameters,
  });
  tf.dispose(parameters);
  return measured;
}

async function evaluateBase(context: LoopContext): Promise<Evaluation | undefined> {
  const { data } = context.run;
  if (data.split.evaluationPieces === 0) return undefined;
  context.emit({ type: 'phase', phase: 'evaluating' });
  return measureBase(context, data.evaluation());
}

export async function measureBase(
  { run, signal }: Pick<LoopContext, 'run' | 'signal'>,
  batches: Iterable<Batch>,
): Promise<Evaluation | undefined> {
  return evaluate({
    forward: run.functions.evaluateBase,
    scores: run.objective.startScores(),
    parameters: {},
    batches,
    step: 0,
    signal,
  });
}

/** Once, when nothing is chosen any more: of the weights that are kept, and of the base. */
async function evaluateTest(context: LoopContext, state: HostState, step: number): Promise<TestEvaluation | undefined> {
  const { run, emit, signal } = context;
  const { test } = run.data;
  if (!test) return undefined;
  emit({ type: 'phase', phase: 'evaluating' });
  const ofAdapter = await measureAdapter(run, state, { batches: test.batches(), step, signal });
  const base = await measureBase(context, test.batches());
  return ofAdapter && base && { ...ofAdapter, base };
}

function describeData({ data }: PreparedRun, emit: (event: TrainEvent) => void): void {
  const { trainingRows, evaluationRows, trainingPieces } = data.split;
  const counts = {
    trainingRows,
    trainingPieces,
    evaluationRows,
    testRows: data.test?.rows ?? null,
    skippedRows: data.skippedRows,
  };
  emit(logEvent(engineTrainingWords.rowsOfRun(counts)));
  for (const note of data.notes) emit(logEvent(note));
}

/** Says where to go on from. */
async function withLastCheckpoint(error: unknown, { runDir }: TrainJob): Promise<unknown> {
  if (!(error instanceof GraftError)) return error;
  const last = (await listCheckpoints(runDir)).at(-1);
  if (last === undefined) return error;
  const json = error.toJSON();
  return GraftError.fromJson({ ...json, data: { ...json.data, checkpoint: checkpointDir(runDir, last) } }, error.cause);
}
