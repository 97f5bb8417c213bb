/**
 * What the studio asks of an engine process and what it hears back: plain data and paths only, structured-cloneable.
 * Weights move as files. Frames (version, generation, request id) are the protocol's business in engineHost.
 */
import type { DeviceName } from '../backends/backendSpec.ts';
import { type BackendId, computingOf } from '../backends/registry.ts';
import type { ReadNotice } from './importNotices.ts';
import type { ErrorJson } from './errors.ts';
import type { ExportResult } from './exports/exportSpec.ts';
import type { LabelTask } from './labels.ts';
import type { Metrics } from './metrics.ts';
import type { ProgressUpdate } from './progress.ts';
import type { ResolvedTraining } from './training.ts';
import type { Said } from './words/words.ts';

export const engineProtocolVersion = 1;

/**
 * How frozen weights of the base model are stored: int8 has one scale for each output of a layer, and needs a quarter
 * of float32. nf4 keeps linear layers in 4 bits (formats/nf4.ts), packed the blocks that a GGUF has; what is in
 * no linear layer or block is then stored as it is multiplied.
 */
export const weightPrecisions = ['float32', 'bf16', 'int8', 'nf4', 'packed'] as const;
export type WeightPrecision = (typeof weightPrecisions)[number];
export const productPrecisions = ['float32', 'bf16'] as const;
export type ProductPrecision = (typeof productPrecisions)[number];

/** Whether weights are no numbers that training could change. */
export function isQuantised(precision: WeightPrecision | undefined): boolean {
  return precision !== undefined && !(productPrecisions as readonly string[]).includes(precision);
}

/** What matrices are multiplied in with these settings. */
export function productsOf({
  backend,
  precision,
  products = 'bf16',
}: Omit<EngineSettings, 'threads'>): ProductPrecision {
  if (!computingOf(backend).precisions.includes('bf16')) return 'float32';
  return precision === 'float32' || precision === 'bf16' ? precision : products;
}

/** Which backend and how; `auto` was already resolved by the studio, which can say why. */
export interface EngineSettings {
  readonly backend: BackendId;
  /** Folder with the libraries of the runtime that the backend needs. */
  readonly libraryDir?: string;
  readonly device?: DeviceName;
  readonly precision: WeightPrecision;
  /** What TensorFlow multiplies quantised weights in: bf16 where absent. Others are multiplied as they are stored. */
  readonly products?: ProductPrecision;
  readonly threads: number;
  /** Asked for by name: a processor that plays a graphics card is taken too. */
  readonly software?: true;
}

/** llama.cpp instead of our own tensors: for chats, with GGUF models or what was converted into one. */
export interface LlamaCppSettings {
  readonly backend: 'llama.cpp';
  /** Of the runtime `llama.cpp`, to be imported. */
  readonly modulePath: string;
  /** As asked for, or physical cores. */
  readonly threads: number;
  /** What was measured on this machine, in place of `threads`: the nearest to the model's width counts. */
  readonly measured?: readonly MeasuredThreads[];
}

/** How many threads are quickest for models about so wide. */
export interface MeasuredThreads {
  readonly hiddenSize: number;
  /** That write an answer, token after token. */
  readonly token: number;
  /** That read a prompt. */
  readonly prompt: number;
}

/** Tokens a second, the best of several rounds. */
export interface ThreadRate {
  readonly threads: number;
  readonly token: number;
  readonly prompt: number;
}

export interface SizedThreads extends MeasuredThreads {
  readonly rates: readonly ThreadRate[];
}

export interface LlamaThreads {
  readonly sizes: readonly SizedThreads[];
  /** False where rounds were further apart than on a machine at rest. */
  readonly steady: boolean;
}

export type ChatSettings = EngineSettings | LlamaCppSettings;

export interface TrainJob {
  readonly runId: string;
  /** Checkpoints go to `<runDir>/checkpoints/<step>/`, the result to `<runDir>/adapter/`. */
  readonly runDir: string;
  readonly modelDir: string;
  readonly baseModel: string;
  readonly method: { readonly id: string; readonly options: object };
  /** Module paths, already matched against the model. */
  readonly targets: readonly string[];
  readonly training: ResolvedTraining;
  /** Tokenised dataset: see formats/tokenFile.ts. */
  readonly tokenFile: string;
  /** Of rows to evaluate on instead of a share of the others. */
  readonly evaluationFile?: string;
  /** Of rows on which the kept adapter and the base are measured at the end. */
  readonly testFile?: string;
  /** PEFT folder to start from instead of a fresh init. */
  readonly initAdapter?: string;
  /** Checkpoint folder to go on from. */
  readonly resumeFrom?: string;
  /** Where decompositions of weights are kept by content; absent: nowhere. */
  readonly decompositionsDir?: string;
  readonly samplePrompts: readonly { readonly text: string; readonly ids: readonly number[] }[];
  /** Of an encoder: what it learns. Absent: to write text. */
  readonly labelTask?: LabelTask;
}

export type ResumedJob = TrainJob & Required<Pick<TrainJob, 'resumeFrom'>>;

export interface StepMetrics {
  readonly step: number; // from 1
  readonly loss: number; // before the update, mean over trained tokens or labelled rows
  readonly gradNorm: number; // before clipping
  readonly learningRate: number; // of the default group
  readonly tokens: number; // non-padding input tokens
  readonly trainedTokens: number;
  readonly stepMs: number;
}

export interface Evaluation {
  readonly step: number;
  readonly loss: number;
  /** What the loss is a mean over: trained tokens, or rows with labels. */
  readonly trainedTokens: number;
  /** Of a classification or regression. */
  readonly metrics?: Metrics;
}

/** Of the adapter that was kept, on a test dataset; `step` is the adapter's. */
export interface TestEvaluation extends Evaluation {
  /** The base alone on the same rows. */
  readonly base: Evaluation;
}

export interface BaseComparison {
  readonly baseEvaluation: Evaluation;
  readonly adapterEvaluation: Evaluation;
}

export interface SampleAnswer {
  readonly prompt: string;
  readonly adapter: boolean;
  readonly ids: readonly number[];
  readonly text: string;
}

export interface TrainResult {
  readonly state: 'succeeded' | 'cancelled';
  /** `best` or `last`: the step whose weights are in adapterDir. */
  readonly adapterStep: number;
  readonly adapterDir: string;
  readonly steps: number;
  readonly baseEvaluation?: Evaluation;
  readonly adapterEvaluation?: Evaluation;
  readonly testEvaluation?: TestEvaluation;
  readonly samples: readonly SampleAnswer[];
  readonly trainableParameters: number;
  readonly storedBytes: number;
  readonly peakMemoryBytes: number;
  readonly tokensPerSecond: number;
}

/** What a part of training did once `step` steps were finished: slots that were pruned, a new link of a chain. */
export interface RunMark {
  readonly step: number;
  /** Id of the part. */
  readonly part: string;
  readonly said: Said;
}

/** A line for a person, in English; `reason` is the sentence that it is the English of. */
export interface LogEvent {
  readonly type: 'log';
  readonly message: string;
  readonly reason?: Said;
}

export function logEvent(said: string | Said): LogEvent {
  return typeof said === 'string' ? { type: 'log', message: said } : { type: 'log', message: said.text, reason: said };
}

/** Events of a training run, in order; `metrics` at most four times a second. */
export type TrainEvent =
  | {
      readonly type: 'phase';
      readonly phase: 'loading' | 'decomposing' | 'compiling' | 'training' | 'evaluating' | 'saving' | 'sampling';
      /** Of the phase, what is done, between 0 and 1, where it has a measure. */
      readonly share?: number;
    }
  | { readonly type: 'metrics'; readonly steps: readonly StepMetrics[] }
  | { readonly type: 'evaluation'; readonly evaluation: Evaluation }
  /** Answers to the person's own prompts with the weights after `step`: the adapter's; at step 0 the base's. */
  | { readonly type: 'sample'; readonly step: number; readonly answers: readonly SampleAnswer[] }
  | { readonly type: 'mark'; readonly mark: RunMark }
  | { readonly type: 'checkpoint'; readonly step: number; readonly dir: string; readonly best: boolean }
  | LogEvent;

/** An adapter as the chat engine takes it: resident under `key`, loaded from a PEFT folder. */
export interface ResidentAdapter {
  readonly key: string;
  readonly dir: string;
  /** Folder that llama.cpp’s form of it is made in at its first use, and then read from; for llama.cpp alone. */
  readonly ggufDir?: string;
}

export interface SamplingOptions {
  readonly maxTokens: number;
  readonly temperature: number; // 0: greedy
  readonly topP: number;
  readonly topK: number; // 0: off
  readonly minP?: number; // 0 or absent: off
  readonly repetitionPenalty: number; // 1: off
  readonly seed: number;
  readonly stopIds: readonly number[];
}

export interface GenerateRequest {
  readonly promptIds: readonly number[];
  /** null: the base alone. */
  readonly adapter: { readonly key: string; readonly scale: number } | null;
  readonly sampling: SamplingOptions;
}

export interface GenerateResult {
  readonly ids: readonly number[];
  readonly finish: 'stop' | 'length' | 'cancelled';
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly promptMs: number;
  readonly tokensPerSecond: number;
  readonly swapMs: number;
}

export interface LogitsRequest {
  readonly ids: readonly (readonly number[])[];
  readonly attentionMask?: readonly (readonly number[])[];
  readonly adapter: { readonly key: string; readonly scale: number } | null;
}

/** Sampling of a request that is served in a batch. Penalties count the answer's tokens alone; 0: off. */
export interface ServedSampling extends SamplingOptions {
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  /** Token ids and what is added to their logits. */
  readonly logitBias: readonly (readonly [id: number, bias: number])[];
}

/** One answer in the batch, with its own adapter, length, sampling and stop. */
export interface CompletionRequest {
  readonly promptIds: readonly number[];
  /** null: the base alone. */
  readonly adapter: { readonly key: string; readonly scale: number } | null;
  readonly sampling: ServedSampling;
  /** How many of the likeliest tokens to tell beside the chosen one; null: no log-probabilities. */
  readonly topLogprobs: number | null;
}

export interface TokenLogprob {
  readonly id: number;
  readonly logprob: number;
}

export interface ServedToken {
  readonly id: number;
  /** null where none were asked for. */
  readonly logprob: number | null;
  /** Likeliest first. */
  readonly top: readonly TokenLogprob[];
}

export interface CompletionResult {
  readonly finish: GenerateResult['finish'];
  /** A stop token is not among them. */
  readonly tokens: number;
  /** Of the prompt, those whose keys and values were there already. */
  readonly cachedTokens: number;
  /** Until the request left the queue, and until its prompt was read. */
  readonly queuedMs: number;
  readonly promptMs: number;
}

/** Rows for an encoder, uncut: special tokens are in the ids. */
export interface ClassifyRequest {
  readonly rows: readonly {
    readonly ids: readonly number[];
    readonly secondStart: number;
    /** 0 for tokens that are not looked at; default: none of them. */
    readonly mask?: readonly number[] | undefined;
  }[];
  /** What the head gives, instead of the probabilities that it comes to. */
  readonly asLogits?: boolean | undefined;
  /** null: the base with its own head. */
  readonly adapter: { readonly key: string; readonly scale: number } | null;
}

export interface ClassifyResult {
  readonly task: LabelTask;
  /** For each row the probabilities (or logits) of the labels; of a regression its one value. */
  readonly outputs: readonly (readonly number[])[];
  readonly swapMs: number;
}

/** What an adapter folder holds. */
export interface InspectedAdapter {
  readonly method: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Module paths. */
  readonly targets: readonly string[];
  readonly trainableParameters: number;
  /** Of tensor data in the files. */
  readonly storedBytes: number;
  /** False where training cannot go on from it. */
  readonly trainable: boolean;
  /** What its head answers; absent without a head. */
  readonly labelTask?: LabelTask;
  readonly notices: readonly ReadNotice[];
}

export interface ConvertBaseRequest {
  readonly modelDir: string;
  /** Appears whole or not at all, with the one file `model.gguf`. */
  readonly outDir: string;
  readonly precision: ConvertedPrecision;
  /** For people, in metadata. */
  readonly title: string;
}

/** How a base is stored for llama.cpp. */
export const convertedPrecisions = ['bf16', 'q8_0'] as const;
export type ConvertedPrecision = (typeof convertedPrecisions)[number];

export interface CompareEnginesRequest {
  /** Of the reference: float32. */
  readonly tensors: EngineSettings;
  readonly llamaCpp: LlamaCppSettings;
  readonly modelDir: string;
  readonly ggufFile?: string;
  /** Token ids, none of them padding. */
  readonly rows: readonly (readonly number[])[];
  /** null: the base alone. */
  readonly adapter: ResidentAdapter | null;
  /** Compare all logits of every token, not of each eighth alone: handing them over costs more than computing them. */
  readonly everyLogits: boolean;
}

/** llama.cpp against float32 tensors on the same tokens. */
export interface EngineDifference {
  readonly tokens: number;
  /** max |a − b| / max |b| of all logits of the tokens whose logits are compared; huge where one side has none. */
  readonly difference: number;
  /** Share of the tokens after which both have the same likeliest one, between 0 and 1. */
  readonly sameTop: number;
}

/** Requests an engine process serves. Key: request name; the tuple is [parameters, streamed event, result]. */
export interface EngineRequests {
  readonly train: [{ readonly settings: EngineSettings; readonly job: TrainJob }, TrainEvent, TrainResult];
  readonly loadModel: [
    {
      readonly settings: ChatSettings;
      readonly modelDir: string;
      readonly contextLength: number;
      /** What llama.cpp is to open in the place of the model's own weights: what they were converted into. */
      readonly ggufFile?: string;
    },
    never,
    { readonly device: string | Said; readonly loadMs: number },
  ];
  readonly loadAdapter: [
    ResidentAdapter,
    never,
    { readonly loadMs: number; readonly method: string; readonly bytes: number },
  ];
  readonly unloadAdapter: [{ readonly key: string }, never, null];
  /** Evaluates a checkpoint of a run, and its base, on the run's rows of evaluation. */
  readonly compareWithBase: [
    { readonly settings: EngineSettings; readonly job: ResumedJob },
    { readonly type: 'progress'; readonly update: ProgressUpdate },
    BaseComparison,
  ];
  /** Writes a base as the one file that llama.cpp opens. */
  readonly convertBase: [
    ConvertBaseRequest,
    { readonly type: 'progress'; readonly update: ProgressUpdate },
    { readonly bytes: number },
  ];
  /** Computes rows with the tensors and with llama.cpp and tells how far they are apart. */
  readonly compareEngines: [
    CompareEnginesRequest,
    { readonly type: 'progress'; readonly update: ProgressUpdate },
    EngineDifference,
  ];
  readonly generate: [GenerateRequest, { readonly type: 'token'; readonly id: number }, GenerateResult];
  readonly logits: [LogitsRequest, never, { readonly shape: readonly number[]; readonly data: readonly number[] }];
  /** Opens a model for requests that run together; replaces what this engine served before. */
  readonly startServing: [
    {
      readonly settings: EngineSettings;
      readonly modelDir: string;
      readonly contextLength: number;
      /** Most answers that are written at once. */
      readonly maxRows: number;
      /** Each answer is computed alone, so that what else runs changes nothing of it. */
      readonly deterministic: boolean;
      /** For keys and values of prompts that were read, so that what begins alike is not read again; default: none. */
      readonly prefixBytes?: number;
    },
    never,
    { readonly device: string | Said; readonly loadMs: number },
  ];
  /** Replaces an adapter of the same key. */
  readonly serveAdapter: [
    ResidentAdapter,
    never,
    { readonly loadMs: number; readonly method: string; readonly bytes: number },
  ];
  /** Throws GraftError('conflict') while an answer is written with it. */
  readonly dropAdapter: [{ readonly key: string }, never, null];
  /** Any number at once: they join the running batch between two tokens. */
  readonly complete: [CompletionRequest, { readonly type: 'token'; readonly token: ServedToken }, CompletionResult];
  /** Loads an encoder for `classify`, which has an engine process to itself. */
  readonly loadEncoder: [
    { readonly settings: EngineSettings; readonly modelDir: string },
    never,
    { readonly device: string | Said; readonly loadMs: number },
  ];
  /** One that is loaded under this key already stays. */
  readonly loadEncoderAdapter: [ResidentAdapter, never, null];
  readonly classify: [ClassifyRequest, never, ClassifyResult];
  readonly selfTest: [{ readonly settings: ChatSettings }, LogEvent, SelfTestResult];
  /** Reads an adapter folder against its base model; throws all misfits in one error. */
  readonly inspectAdapter: [{ readonly adapterDir: string; readonly modelDir: string }, never, InspectedAdapter];
  /** Writes an adapter with its base, or a model alone (`adapterDir` null), as the export `to` has it, and compares. */
  readonly writeExport: [
    {
      readonly settings: EngineSettings;
      readonly modelDir: string;
      readonly adapterDir: string | null;
      readonly to: string;
      /** Parsed by the export's schema. */
      readonly options: object;
      /** An empty folder. */
      readonly outDir: string;
      /** As the files are to say it: a hub id where the base has one. */
      readonly baseModel: string;
      /** Of files that are not named by their format. */
      readonly fileStem: string;
      /** For people. */
      readonly title: string;
      /** For an export that is meant to differ; absent where none is known. */
      readonly heldOut?: HeldOutText | undefined;
    },
    { readonly type: 'progress'; readonly update: ProgressUpdate },
    ExportResult,
  ];
}

/** Rows that an adapter's run evaluates on, as its job has them. */
export interface HeldOutText extends Pick<TrainJob, 'tokenFile' | 'evaluationFile' | 'training' | 'labelTask'> {
  /** The name of the dataset that they are of. */
  readonly dataset: string;
}

export interface SelfTestResult {
  readonly device: string | Said;
  readonly checks: readonly {
    readonly name: string | Said;
    readonly passed: boolean;
    readonly detail: string | Said;
  }[];
  /** null where it is not measured. */
  readonly float32Gflops: number | null;
  readonly bf16Gflops: number | null;
  /** Of llama.cpp. */
  readonly threads?: LlamaThreads;
  /** Whether the device is a processor that plays a graphics card. */
  readonly isSoftware?: boolean;
  /** Forward and backward through blocks of SmolLM2's size with LoRA; absent where it is not measured. */
  readonly step?: {
    readonly tokens: number;
    readonly blocks: number;
    readonly ms: number;
    /** Of its products, in 10⁹ floating-point operations a second. */
    readonly gflops: number;
    /** How much of the time they would take at the peak: 1 is a step that is nothing but products. */
    readonly shareOfPeak: number;
  };
}

export type EngineRequestName = keyof EngineRequests;

/** One frame on the wire between studio and engine process. */
export type EngineFrame =
  | { readonly version: number; readonly generation: number; readonly kind: 'hello'; readonly pid: number }
  | {
      readonly version: number;
      readonly generation: number;
      readonly kind: 'request';
      readonly id: number;
      readonly name: EngineRequestName;
      readonly parameters: unknown;
    }
  | { readonly version: number; readonly generation: number; readonly kind: 'cancel'; readonly id: number }
  | { readonly version: number; readonly generation: number; readonly kind: 'pause'; readonly paused: boolean }
  | {
      readonly version: number;
      readonly generation: number;
      readonly kind: 'event';
      readonly id: number;
      readonly event: unknown;
    }
  | {
      readonly version: number;
      readonly generation: number;
      readonly kind: 'result';
      readonly id: number;
      readonly result: unknown;
    }
  | {
      readonly version: number;
      readonly generation: number;
      readonly kind: 'error';
      readonly id: number;
      readonly error: ErrorJson;
    };
