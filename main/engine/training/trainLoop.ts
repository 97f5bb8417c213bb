/**
 * The loop of a run: evaluate and answer sample prompts when due, save when due, step, until steps run out, evaluations
 * stop improving or someone asks to stop. What happens at a step depends on `progress` alone, never on time or on
 * earlier iterations, so that a resumed run takes the same path; only where checkpoints fall may differ.
 */
import packageJson from '../../../package.json' with { type: 'json' };
import type { StepMetrics, TrainEvent } from '../../contract/engine.ts';
import { logEvent } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { writePeftFolder } from '../../formats/peftFolder.ts';
import { writeCheckpoint } from './checkpoint.ts';
import { evaluate } from './evaluate.ts';
import { applyCallbacks, enterStage } from './betweenSteps.ts';
import type { Changed } from './betweenSteps.ts';
import { adapterOf, downloadState, toCheckpoint } from './hostState.ts';
import type { LoopPosition } from './hostState.ts';
import type { MetricsReporter } from './metricsReporter.ts';
import type { PreparedRun } from './prepareRun.ts';
import { isBest, samplesAt, withEvaluation, withMark, withSamples, withStep } from './progress.ts';
import type { RunProgress } from './progress.ts';
import type { Sampler } from './sampleAnswers.ts';
import { adapterPart } from './trainFunctions.ts';
import { groupLearningRate, leftOutAt, trainStep } from './trainStep.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';

export interface LoopContext {
  readonly run: PreparedRun;
  /** Metrics that wait are sent before any other event. */
  readonly emit: (event: TrainEvent) => void;
  readonly metrics: MetricsReporter;
  readonly sampler: Sampler;
  readonly signal: AbortSignal | undefined;
}

/** About once a minute, but never more than a twentieth of the time for saving (full fine-tuning saves gigabytes). */
const checkpointIntervalMs = 60_000;
const savingShare = 1 / 20;

/** Takes over what `from` has on the device; what is returned is the caller's. The last position has its checkpoint. */
export async function trainLoop(context: LoopContext, from: LoopPosition): Promise<LoopPosition> {
  const { run, emit } = context;
  const { training } = run;
  let position = from;
  let savedStep = from.progress.step;
  let nextSaveMs = performance.now() + checkpointIntervalMs;
  const save = async (): Promise<void> => {
    const startMs = performance.now();
    await saveCheckpoint(context, position);
    savedStep = position.progress.step;
    const endMs = performance.now();
    nextSaveMs = endMs + Math.max(checkpointIntervalMs, (endMs - startMs) / savingShare);
  };
  const goOn = (progress: RunProgress): void => void (position = { ...position, progress });
  if (samplesAt(position.progress, 0) === undefined) goOn(await sampleBase(context, position.progress));
  emit({ type: 'phase', phase: 'compiling' });
  for (;;) {
    const isDueForEvaluation = isEvaluationDue(run, position.progress);
    if (isDueForEvaluation) goOn(await evaluatePosition(context, position));
    if (isSampleDue(context, position.progress)) goOn(await samplePosition(context, position));
    if (isAtEnd(context, position)) position = tellLeftOut(context, position, true);
    const { progress } = position;
    if (isDueForEvaluation && training.keepBest && isEvaluated(progress) && isBest(progress)) await save();
    const isDue =
      training.checkpointEvery > 0 ? progress.step % training.checkpointEvery === 0 : performance.now() > nextSaveMs;
    if (isDue && progress.step > savedStep) await save();
    if (isAtEnd(context, position)) break;
    position = await takeStep(context, told(context, await enterStage(run, position)));
    position = tellLeftOut(context, told(context, await applyCallbacks(run, position)));
    if (position.progress.step === from.progress.step + 1) emit({ type: 'phase', phase: 'training' });
    await new Promise(setImmediate);
  }
  position = tellLeftOut(context, position, true);
  if (position.progress.step > savedStep) await save();
  return position;
}

/** Tells what was done between two steps, and keeps it for a run that is resumed. */
function told({ emit }: LoopContext, { position, marks }: Changed): LoopPosition {
  for (const mark of marks) {
    emit({ type: 'mark', mark });
    emit(logEvent(engineTrainingWords.afterStep({ step: mark.step, what: mark.said })));
  }
  return { ...position, progress: marks.reduce(withMark, position.progress) };
}

/** Steps that one mark tells of: at most twenty marks of this kind stand in a run's chart. */
const stretchOf = (steps: number): number => Math.max(50, Math.ceil(steps / 20));

/** What the steps since the last of such marks went without: a matter of their seeds alone, told for many at once. */
function tellLeftOut(context: LoopContext, position: LoopPosition, isLast = false): LoopPosition {
  const { method, frame, training } = context.run;
  const { step, marks = [] } = position.progress;
  const from = (marks.findLast(({ part }) => part === method.id)?.step ?? 0) + 1;
  const isDue = step >= from && (isLast || step % stretchOf(training.steps) === 0);
  if (!isDue || method.leftOut === undefined || method.saysLeftOut === undefined) return position;
  const steps = Array.from({ length: step - from + 1 }, (_, index) => leftOutAt(context.run, from + index));
  const said = method.saysLeftOut(frame, { from, steps });
  return told(context, { position, marks: [{ step, part: method.id, said }] });
}

/** The device's time includes filling the batch and reading the loss back. */
async function takeStep(context: LoopContext, position: LoopPosition): Promise<LoopPosition> {
  const { run, metrics } = context;
  const { progress } = position;
  const step = progress.step + 1;
  const startMs = performance.now();
  const result = await trainStep(run, position, run.data.step(step), step);
  const { loss, gradNorm, tokens, trainedTokens, said } = result;
  const learningRate = groupLearningRate(run, 'default', step);
  const stepMetrics: StepMetrics = {
    step,
    loss,
    gradNorm,
    learningRate,
    tokens,
    trainedTokens,
    stepMs: performance.now() - startMs,
  };
  if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) throw nonFiniteError(progress, stepMetrics);
  metrics.add(stepMetrics);
  const next = { ...position, state: result.state, progress: withStep(progress, stepMetrics, run.data.stepsPerEpoch) };
  const part = run.parts.optimizer.part.id;
  const isNew = said && progress.marks?.every((mark) => mark.part !== part || mark.said.code !== said.code) !== false;
  return isNew ? told(context, { position: next, marks: [{ step, part, said }] }) : next;
}

/** The last position is always evaluated; one that was evaluated before a stop is not evaluated again. */
function isEvaluationDue({ training, data }: PreparedRun, progress: RunProgress): boolean {
  if (data.split.evaluationPieces === 0 || progress.step === 0 || isEvaluated(progress)) return false;
  return isEvaluationStep(training, progress);
}

function isEvaluationStep({ steps, evaluateEvery }: PreparedRun['training'], { step }: RunProgress): boolean {
  return step >= steps || (evaluateEvery > 0 && step % evaluateEvery === 0);
}

function isAtEnd({ run, signal }: LoopContext, { progress }: LoopPosition): boolean {
  return signal?.aborted === true || progress.step >= run.training.steps || shouldStopEarly(run, progress);
}

/** Where evaluations are, even if there are no rows to evaluate on. */
function isSampleDue({ run, sampler }: LoopContext, progress: RunProgress): boolean {
  const isDue = progress.step > 0 && isEvaluationStep(run.training, progress);
  return isDue && sampler.isWanted && samplesAt(progress, progress.step) === undefined;
}

function isEvaluated(progress: RunProgress): boolean {
  return progress.evaluations.at(-1)?.step === progress.step;
}

async function evaluatePosition(
  { run, emit, signal }: LoopContext,
  { state, past, progress }: LoopPosition,
): Promise<RunProgress> {
  emit({ type: 'phase', phase: 'evaluating' });
  const evaluation = await evaluate({
    forward: run.functions.evaluate,
    scores: run.objective.startScores(),
    parameters: adapterPart(run.groups, { ...state, ...past }),
    batches: run.data.evaluation(),
    step: progress.step,
    signal,
  });
  emit({ type: 'phase', phase: 'training' });
  if (!evaluation) return progress;
  emit({ type: 'evaluation', evaluation });
  return withEvaluation(progress, evaluation, run.training.bestBy);
}

async function sampleBase({ sampler, emit, signal }: LoopContext, progress: RunProgress): Promise<RunProgress> {
  if (!sampler.isWanted) return progress;
  emit({ type: 'phase', phase: 'sampling' });
  const answers = await sampler.answerBase(signal);
  if (answers === undefined) return progress;
  emit({ type: 'sample', step: 0, answers });
  return withSamples(progress, { step: 0, answers });
}

async function samplePosition(context: LoopContext, position: LoopPosition): Promise<RunProgress> {
  const { run, sampler, emit, signal } = context;
  const { progress } = position;
  const { step } = progress;
  emit({ type: 'phase', phase: 'sampling' });
  const hostState = await downloadState(run.groups, position, 'adapter');
  const answers = await sampler.answerAdapter(adapterOf(run, hostState, step), signal);
  emit({ type: 'phase', phase: 'training' });
  if (answers === undefined) return progress;
  emit({ type: 'sample', step, answers });
  return withSamples(progress, { step, answers });
}

/** So many evaluations in a row brought no better one; patience 0 never stops. */
function shouldStopEarly({ training }: Pick<PreparedRun, 'training'>, progress: RunProgress): boolean {
  const { earlyStopPatience } = training;
  return earlyStopPatience > 0 && progress.evaluationsWithoutImprovement >= earlyStopPatience;
}

async function saveCheckpoint({ run, emit }: LoopContext, position: LoopPosition): Promise<void> {
  const checkpoint = await toCheckpoint(run.groups, position);
  const { progress } = checkpoint;
  const adapter = run.method.toPeft(adapterOf(run, checkpoint.state, progress.step), run.job.baseModel);
  const dir = await writeCheckpoint({
    ...checkpoint,
    runDir: run.job.runDir,
    configuration: checkpointConfiguration(run),
    codeVersion: packageJson.version,
    writeAdapter: async (adapterDir) => writePeftFolder(adapterDir, adapter),
  });
  emit({ type: 'checkpoint', step: progress.step, dir, best: progress.best?.step === progress.step });
}

/** All that decides the losses, apart from backend and threads. */
export function checkpointConfiguration({ job, frame, data }: PreparedRun): Readonly<Record<string, unknown>> {
  const { methodId, options, targets } = frame;
  return {
    baseModel: job.baseModel,
    method: methodId,
    options,
    targets: targets.map(({ name }) => name),
    training: job.training,
    dataSha256: data.sha256,
    ...(job.labelTask && { labelTask: job.labelTask }),
  };
}

function nonFiniteError(progress: RunProgress, { step, loss, gradNorm }: StepMetrics): GraftError {
  const what = Number.isFinite(loss)
    ? engineTrainingWords.gradientNormIs({ gradNorm })
    : engineTrainingWords.lossIs({ loss });
  return new GraftError('nonFinite', engineTrainingWords.brokeDown({ step, what }), {
    step,
    lastStep: progress.step,
    remedy: engineTrainingWords.lowerRate(),
  });
}
