/**
 * What the studio keeps, as every client sees it. Times are milliseconds since 1970; ids are short and sort by
 * creation.
 */
import type { DeviceName } from '../backends/backendSpec.ts';
import type { Evaluation, SampleAnswer, StepMetrics, TestEvaluation, WeightPrecision } from './engine.ts';
import type { ErrorJson } from './errors.ts';
import type { ModelShape } from './families/family.ts';
import type { ModelNotice } from './importNotices.ts';
import type { LabelTask } from './labels.ts';
import type { SplitSummary } from './splitSummary.ts';
import type { ResolvedTraining } from './training.ts';
import type { Said } from './words/words.ts';

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly modelId: string | null;
  readonly createdAt: number;
}

export interface Model {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly parameters: number;
  readonly format: 'safetensors' | 'gguf';
  readonly sizeBytes: number;
  /**
   * Of everything that makes the model: weights, configuration, tokenizer, template. The same content imports to the
   * same id.
   */
  readonly contentHash: string;
  /** SHA-256 over the weight files and config.json, whatever tokenizer and template stand beside them. */
  readonly computationHash: string;
  /** SHA-256 over the weight files; null in libraries of before, until somebody needs it. */
  readonly weightsHash: string | null;
  readonly dir: string;
  readonly hasTokenizer: boolean;
  readonly hasChatTemplate: boolean;
  readonly licence: string | null;
  readonly source: string;
  readonly shape: ModelShape;
  readonly notices: readonly ModelNotice[];
  readonly createdAt: number;
}

export interface BadRow {
  readonly line: number;
  /** A text in rows of before there were words for it. */
  readonly reason: string | Said;
}

export const datasetFormats = ['openai', 'sharegpt', 'alpaca', 'prompt', 'classification', 'text', 'tokens'] as const;
export type DatasetFormat = (typeof datasetFormats)[number];

/** How a file was read. Of datasets that earlier versions imported nothing is known: empty lists. */
export interface DatasetReading {
  /** In the order of the format's roles. */
  readonly usedColumns: readonly { readonly role: string; readonly column: string }[];
  /** Columns of any row that no role uses, in the order in which they appear. */
  readonly unusedColumns: readonly string[];
  /** What a person should know of the reading, in whole sentences. */
  readonly notices: readonly (string | Said)[];
  /** Names of the label's classes in the order of their ids, where the file declares them. */
  readonly classes: readonly string[] | null;
}

export const unknownReading: DatasetReading = { usedColumns: [], unusedColumns: [], notices: [], classes: null };

export interface Dataset {
  readonly id: string;
  readonly name: string;
  readonly format: DatasetFormat;
  readonly rows: number;
  readonly badRows: readonly BadRow[]; // the first 1,000
  readonly badRowCount: number;
  readonly trainOn: 'answers' | 'all';
  readonly contentHash: string;
  readonly dir: string;
  readonly sizeBytes: number;
  readonly source: string;
  readonly reading: DatasetReading;
  /** Rows equal in text to an earlier one (datasets/duplicates.ts); null: imported before they were counted. */
  readonly equalRows: number | null;
  readonly createdAt: number;
}

/**
 * Where the loss of a dataset is taken, whatever `trainOn` says: plain text has no answers to tell apart, and token ids
 * bring their own labels or none.
 */
export function trainedPartOf({
  format,
  trainOn,
  reading,
}: Pick<Dataset, 'format' | 'trainOn' | 'reading'>): 'answers' | 'all' | 'labels' {
  if (format === 'text') return 'all';
  if (format !== 'tokens') return trainOn;
  return reading.usedColumns.some(({ role }) => role === 'labels') ? 'labels' : 'all';
}

/** Its rows have a label each, which an encoder can learn. */
export function isLabelled({ format, reading }: Pick<Dataset, 'format' | 'reading'>): boolean {
  return (
    format === 'classification' || (format === 'tokens' && reading.usedColumns.some(({ role }) => role === 'label'))
  );
}

export const runStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;
export type RunState = (typeof runStates)[number];
/** Nothing more happens to a run by itself. */
export const endStates: readonly RunState[] = ['succeeded', 'failed', 'cancelled', 'interrupted'];

/** As it was when the run was started; the hash finds it again wherever it was renamed or imported anew. */
export interface DatasetReference {
  readonly id: string;
  readonly name: string;
  readonly contentHash: string;
}

export interface RunConfiguration {
  readonly method: { readonly id: string; readonly options: object };
  readonly targets: readonly string[];
  readonly training: ResolvedTraining;
  readonly backend: string; // as asked: auto, tensorflow, …
  readonly device?: DeviceName; // as asked
  readonly precision: WeightPrecision;
  readonly threads: number;
  readonly initAdapter: string | null;
  /** Of an encoder: what it learns. */
  readonly labelTask?: LabelTask;
  /** Evaluated on instead of a share of the dataset that is trained on. */
  readonly evalDataset?: DatasetReference | undefined;
  /** What base and adapter are measured on once, at the end. */
  readonly testDataset?: DatasetReference | undefined;
}

export interface Checkpoint {
  readonly step: number;
  readonly dir: string;
  readonly best: boolean;
  readonly createdAt: number;
}

/** Before the run, and `actual` after it. Bytes and seconds. */
export interface Estimate {
  /** With the rows that there are. */
  readonly memoryBytes: number;
  /**
   * With rows as long as the run may take them, which is what a model is said to need; absent where the rows are that
   * long.
   */
  readonly atFullLength?: { readonly longestLength: number; readonly maxLength: number; readonly memoryBytes: number };
  readonly memoryParts: readonly { readonly name: string; readonly bytes: number }[];
  readonly seconds: number | null;
  readonly adapterBytes: number;
}

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly modelId: string;
  readonly datasetId: string;
  readonly state: RunState;
  readonly configuration: RunConfiguration;
  readonly backendChosen: {
    readonly backend: string;
    readonly device: string | Said;
    readonly why: string | Said;
  } | null;
  readonly estimate: Estimate;
  /** What is trained, evaluated and tested on; null in runs made before it was kept. */
  readonly split: SplitSummary | null;
  readonly adapterId: string | null;
  readonly error: ErrorJson | null;
  readonly checkpoints: readonly Checkpoint[];
  readonly evaluations: readonly Evaluation[];
  readonly baseEvaluation: Evaluation | null;
  readonly adapterEvaluation: Evaluation | null;
  /** Of the adapter that was kept and of its base, on the test dataset; null without one, or before the end. */
  readonly testEvaluation: TestEvaluation | null;
  readonly samples: readonly SampleAnswer[];
  readonly trainableParameters: number | null;
  readonly storedBytes: number | null;
  readonly peakMemoryBytes: number | null;
  readonly tokensPerSecond: number | null;
  readonly dir: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** What was done to a run once a step was finished; `reason`: the sentence that `message` is the English of. */
export interface StoredMark {
  readonly step: number;
  readonly message: string;
  readonly reason?: Said;
}

export interface RunWithSteps extends Run {
  readonly steps: readonly StepMetrics[];
  /** In order. */
  readonly marks: readonly StoredMark[];
}

/** How far the run had come that an adapter was kept of. */
export interface TrainedSteps {
  /** The step whose weights the adapter has: the last, or the best. */
  readonly step: number;
  /** Trained in all. */
  readonly steps: number;
  /** What the run was to do. */
  readonly plannedSteps: number;
  /** Somebody stopped it; else it came to its own end, which an early stop is too. */
  readonly stopped: boolean;
}

export interface Lineage {
  readonly modelId: string | null;
  readonly modelHash: string | null;
  readonly datasetId: string | null;
  readonly datasetHash: string | null;
  readonly runId: string | null;
  readonly configuration: RunConfiguration | null;
  /** Of what was trained here since it is kept; absent else. */
  readonly trained?: TrainedSteps | undefined;
  readonly codeVersion: string;
}

export interface Adapter {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly modelId: string | null;
  readonly parameters: number;
  readonly sizeBytes: number;
  readonly contentHash: string;
  readonly dir: string;
  readonly lineage: Lineage;
  readonly evaluationLoss: number | null;
  readonly note: string;
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly trashedAt: number | null;
}

export interface Chat {
  readonly id: string;
  /** The beginning of the first message until somebody renames it; empty before. */
  readonly title: string;
  readonly projectId: string | null;
  readonly modelId: string | null;
  readonly systemPrompt: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly trashedAt: number | null;
}

export const turnStates = ['answering', 'done', 'stopped', 'failed'] as const;
export type TurnState = (typeof turnStates)[number];

/**
 * One message of a chat; an edited or regenerated one is another child of the same parent. Answers given side by side
 * share their parent and their `round` and differ in `lane`; each lane sees its own earlier answers
 * (conversationContext.ts).
 */
export interface ChatTurn {
  readonly id: string;
  readonly chatId: string;
  readonly parentId: string | null;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly state: TurnState;
  /** Why it failed. */
  readonly error: ErrorJson | null;
  /** Of answers: shared by those asked for together; null for what a person wrote. */
  readonly round: string | null;
  readonly lane: number;
  readonly adapterId: string | null;
  readonly scale: number | null;
  readonly swapMs: number | null;
  readonly promptMs: number | null;
  readonly tokens: number | null;
  readonly tokensPerSecond: number | null;
  /** The answer reached its greatest length and could go on. */
  readonly cutOff: boolean;
  /** Messages at the beginning that the model did not see, because the conversation is longer than what it holds. */
  readonly omittedTurns: number;
  readonly createdAt: number;
}
