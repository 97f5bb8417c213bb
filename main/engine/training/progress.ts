/**
 * Where a run stands, as plain data: everything beside the tensors that resuming needs. Position in the data, shuffling
 * and dropout are functions of seed and step, so the step number stands for all of them.
 */
import type { BestBy } from '../../contract/metrics.ts';
import type { Evaluation, RunMark, SampleAnswer, StepMetrics } from '../../contract/engine.ts';

/** Answers with the weights after `step`; of the base alone at step 0. */
export interface StepSamples {
  readonly step: number;
  readonly answers: readonly SampleAnswer[];
}

export interface RunProgress {
  /** Optimizer steps done. */
  readonly step: number;
  readonly epoch: number;
  /** Every step since the start, so that a resumed run can return them all. */
  readonly steps: StepMetrics[];
  readonly evaluations: readonly Evaluation[];
  /** The best evaluation so far; of equal ones the earliest. */
  readonly best: Evaluation | null;
  readonly evaluationsWithoutImprovement: number;
  /** Absent in checkpoints of earlier versions. */
  readonly samples?: readonly StepSamples[];
  /** What parts of training did between steps; absent where there is nothing. */
  readonly marks?: readonly RunMark[];
}

export function freshProgress(): RunProgress {
  return { step: 0, epoch: 0, steps: [], evaluations: [], best: null, evaluationsWithoutImprovement: 0 };
}

/** `progress.steps` is appended to, not copied: a long run has too many of them. */
export function withStep(progress: RunProgress, metrics: StepMetrics, stepsPerEpoch: number): RunProgress {
  progress.steps.push(metrics);
  return { ...progress, step: metrics.step, epoch: Math.floor(metrics.step / stepsPerEpoch) };
}

/** `bestBy`: a metric, of which more is better, or the loss. */
export function withEvaluation(progress: RunProgress, evaluation: Evaluation, bestBy: BestBy = 'loss'): RunProgress {
  const improved = progress.best === null || qualityOf(evaluation, bestBy) > qualityOf(progress.best, bestBy);
  return {
    ...progress,
    evaluations: [...progress.evaluations, evaluation],
    best: improved ? evaluation : progress.best,
    evaluationsWithoutImprovement: improved ? 0 : progress.evaluationsWithoutImprovement + 1,
  };
}

function qualityOf({ loss, metrics }: Evaluation, bestBy: BestBy): number {
  return bestBy === 'loss' ? -loss : (metrics?.[bestBy] ?? -Infinity);
}

export function withSamples(progress: RunProgress, samples: StepSamples): RunProgress {
  return { ...progress, samples: [...(progress.samples ?? []), samples] };
}

export function withMark(progress: RunProgress, mark: RunMark): RunProgress {
  return { ...progress, marks: [...(progress.marks ?? []), mark] };
}

export function samplesAt(progress: RunProgress, step: number): readonly SampleAnswer[] | undefined {
  return progress.samples?.find((samples) => samples.step === step)?.answers;
}

/** Whether the last evaluation is the best one. */
export function isBest(progress: RunProgress): boolean {
  return progress.best !== null && progress.best.step === progress.evaluations.at(-1)?.step;
}
