/** Runs as lists and charts need them: without the steps, which the database thins out to the width of a chart. */
import type { Evaluation, StepMetrics, LogEvent, WeightPrecision } from './engine.ts';
import type { Estimate, Run, RunState, StoredMark } from './entities.ts';
import type { LabelTask } from './labels.ts';
import type { Metrics } from './metrics.ts';
import type { ChatMessage } from './conversations.ts';
import type { SplitSummary } from './splitSummary.ts';
import type { Said } from './words/words.ts';

/** One row of the list of runs. */
export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly modelId: string;
  readonly modelName: string;
  readonly datasetId: string;
  readonly datasetName: string;
  readonly method: string;
  readonly state: RunState;
  readonly stopping: boolean;
  readonly step: number;
  readonly steps: number;
  /** Of the training loss, at most 40 means of equal stretches of steps; null where it was not finite. */
  readonly sparkline: readonly (number | null)[];
  readonly loss: number | null;
  readonly bestEvaluation: number | null;
  readonly adapterId: string | null;
  readonly queuedAt: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export interface RunQuery {
  readonly offset: number;
  readonly limit: number;
  readonly projectId?: string | undefined;
  readonly states?: readonly RunState[] | undefined;
  /** Every word must be in the name of the run, its model or its dataset, or in its method. */
  readonly search?: string | undefined;
  readonly trashed: boolean;
}

/** A run with what its screen shows beside the curves. */
export interface RunDetails extends Run {
  readonly modelName: string;
  readonly datasetName: string;
  readonly stopping: boolean;
  readonly phase: string | null;
  /** Of the phase, what is done, between 0 and 1; null where it has no measure. */
  readonly phaseShare: number | null;
  readonly step: number;
  /**
   * Seconds of computing over all its starts, and what is left at the present pace; null where nothing is known yet.
   */
  readonly elapsedSeconds: number | null;
  readonly remainingSeconds: number | null;
  readonly lastTokensPerSecond: number | null;
  /** Runs before it, the running one included; null where it is not in the queue. */
  readonly queuePosition: number | null;
  /** Whether it was stopped without being compared with its base, and still can be. */
  readonly comparable: boolean;
  /** Whether `resume` is allowed and loses nothing: not where its checkpoints were cleared away, nor in the trash. */
  readonly resumable: boolean;
  readonly trashedAt: number | null;
}

export const curveMetrics = ['loss', 'gradNorm', 'learningRate', 'tokensPerSecond'] as const;
export type CurveMetric = (typeof curveMetrics)[number];

export interface CurveQuery {
  readonly metrics: readonly CurveMetric[];
  /** Steps, both included; default: all. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly points: number;
  /** 0: none; near 1: strong. */
  readonly smoothing: number;
}

/**
 * Columns for a chart. Each bucket of steps gives the point of its lowest and of its highest value, so that no spike is
 * lost; with fewer steps than `points` every step is there. NaN and infinities are null.
 */
export interface Curve {
  readonly metric: CurveMetric;
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
  /** Exponential moving average over every step before thinning out, debiased, with the asked smoothing. */
  readonly smoothed: readonly (number | null)[];
}

export interface RunCurves {
  readonly runId: string;
  /** Steps recorded so far. */
  readonly lastStep: number;
  readonly curves: readonly Curve[];
  readonly evaluations: readonly { readonly step: number; readonly loss: number | null; readonly metrics?: Metrics }[];
  /** What was done to the run once a step was finished, in order. */
  readonly marks: readonly StoredMark[];
}

/** What a run's screen hears; `position` goes back into `watch` after a lost connection. */
export type RunNews =
  | { readonly type: 'run'; readonly run: RunDetails }
  /** New steps exist up to here: read the curves again when it suits you. */
  | {
      readonly type: 'steps';
      readonly lastStep: number;
      readonly loss: number | null;
      readonly tokensPerSecond: number | null;
    }
  | { readonly type: 'log'; readonly line: RunLogLine };

export interface RunLogLine {
  /** Grows with every line of the data folder; ask for what came after it. */
  readonly sequence: number;
  readonly at: number;
  readonly message: string;
  /** What `message` is the English of; absent in lines that were kept before there were words. */
  readonly reason?: Said;
}

/** What base and adapter answered to a sample prompt at an evaluation; at step 0 the base alone. */
export interface RunSample {
  readonly step: number;
  readonly prompt: string;
  readonly base: string | null;
  readonly adapter: string | null;
}

/** Everything that Start would check and decide, without starting. */
export interface TrainingPlan {
  readonly estimate: Estimate;
  readonly split: SplitSummary;
  readonly backend: string;
  readonly device: string | Said;
  readonly why: string | Said;
  /** Decided values, for the placeholders of fields left open. */
  readonly training: Readonly<Record<string, unknown>>;
  readonly methodOptions: Readonly<Record<string, unknown>>;
  readonly targets: readonly string[];
  readonly freeMemoryBytes: number;
  /** Where it needs more than is free: what would fit; null where nothing does. */
  readonly nearest?: NearestFit | null;
  readonly trainableParameters: number;
  /** Of an encoder: what it would learn. */
  readonly labelTask?: LabelTask;
}

/** The smallest change of a run that makes it fit into memory. */
export interface NearestFit {
  readonly changes: {
    readonly recompute?: true;
    readonly batchSize?: number;
    readonly precision?: WeightPrecision;
    readonly maxLength?: number;
  };
  readonly memoryBytes: number;
}

/** A request as text that the command line takes: `train --config FILE`. */
export interface ConfigurationFile {
  readonly fileName: string;
  readonly text: string;
}

/** What the guide trains, and says that it does before anybody presses its button. */
export const firstRunMethod = 'lora';

export interface FirstRun {
  readonly projectId: string;
  readonly modelId: string;
  readonly datasetId: string;
  /** To be given to `runs.start`: small enough to end within a minute on the backend that is here. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly backend: string;
  readonly tensorflow: 'installed' | 'installable' | 'unavailable';
  readonly question: ChatMessage;
}

/** What a run tells its watchers. */
export type RunEvent =
  | { readonly type: 'state'; readonly run: Run }
  | { readonly type: 'phase'; readonly phase: string; readonly share?: number }
  | { readonly type: 'metrics'; readonly steps: readonly StepMetrics[] }
  | { readonly type: 'evaluation'; readonly evaluation: Evaluation }
  | LogEvent;
