/**
 * node-llama-cpp, as much of it as Graft uses. It is no dependency but a runtime, imported by its path. Members that
 * begin with an underscore are not its public face: a swap of adapters within a context has none, and its own loop
 * copies what a sequence holds, and makes a sampler, at every token. The runtime's exact version is pinned, and what is
 * missing is told when it is opened.
 */
import { pathToFileURL } from 'node:url';
import type { LlamaCppSettings } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { llamaCppWords } from '../../contract/words/llamaCpp.ts';

export interface LlamaLora {
  dispose(): Promise<void>;
}

/** What a sampler is told; what is absent is off, and without a temperature it takes the likeliest token. */
export interface SamplerConfig {
  readonly temperature?: number;
  readonly seed?: number;
  readonly topK?: number;
  readonly repeatPenalty?: number;
  /** How many of the last tokens are penalised. */
  readonly repeatPenaltyMaxTokens?: number;
  /** Those before the first that it draws; it adds what it draws itself. */
  readonly repeatPenaltyTokens?: Uint32Array;
}

/** One chain of llama.cpp's samplers: penalties, top-k, temperature, draw. */
export interface LlamaSampler {
  applyConfig(config: SamplerConfig): void;
  dispose(): void;
}

/** What a sampler saw: [token it drew, nothing, nothing, logits as token and logit in turn, sum of weights]. */
export type SampledFacts = readonly [
  token: number,
  probabilities: undefined,
  confidence: undefined,
  logits: readonly number[] | undefined,
  /** Sum of exp(logit − largest logit), after the chain. */
  weight: number | undefined,
];

/**
 * llama.cpp's context itself. One call at a time, except that several samplers may look at one batch. Its places are
 * those of the last batch that ask for logits.
 */
export interface AddonContext {
  setLoras(loras: readonly LlamaLora[], scales: readonly number[]): void;
  setThreads(threads: number): void;
  initBatch(tokens: number): void;
  addToBatch(sequence: number, position: number, ids: Uint32Array, withLogits: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(place: number, sampler: LlamaSampler): Promise<number>;
  sampleToken(
    place: number,
    sampler: LlamaSampler,
    probabilities: false,
    confidence: false,
    logits: boolean,
    weight: boolean,
  ): Promise<SampledFacts>;
  disposeSequence(sequence: number): void;
  /** False where the model cannot forget a part of what it read. */
  removeTokenCellsFromSequence(sequence: number, from: number, to: number): boolean;
}

export interface LlamaContext {
  readonly _ctx: AddonContext;
  dispose(): Promise<void>;
}

export interface ContextOptions {
  /** Of each sequence. */
  readonly contextSize: number;
  readonly sequences: number;
  readonly batchSize: number;
  readonly threads: number;
  readonly swaFullCache: boolean;
  readonly failedCreationRemedy: false;
}

export interface LlamaModel {
  readonly _model: object;
  readonly _loraAdapters: Map<string, LlamaLora>;
  _getOrLoadLora(file: string): Promise<LlamaLora>;
  createContext(options: ContextOptions): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

export interface Llama {
  readonly _bindings: { readonly AddonSampler: new (model: object) => LlamaSampler };
  readonly gpu: string | false;
  readonly systemInfo: string;
  loadModel(options: { readonly modelPath: string }): Promise<LlamaModel>;
  dispose(): Promise<void>;
}

interface LlamaOptions {
  readonly gpu: 'auto' | false;
  readonly build: 'never';
  readonly skipDownload: true;
  readonly progressLogs: false;
  readonly maxThreads: number;
  readonly logLevel: 'error';
  readonly logger: (level: string, message: string) => void;
}

interface NodeLlamaCpp {
  readonly getLlama: (options: LlamaOptions) => Promise<Llama>;
  readonly InsufficientMemoryError: new () => Error;
}

export interface OpenLlama {
  readonly llama: Llama;
  readonly isOutOfMemory: (error: unknown) => boolean;
}

const reinstall = llamaCppWords.reinstall();

/** Throws GraftError('backendUnavailable') where it cannot be loaded here. */
export async function openLlama({ modulePath, threads, measured = [] }: LlamaCppSettings): Promise<OpenLlama> {
  const most = Math.max(threads, ...measured.flatMap(({ token, prompt }) => [token, prompt]));
  try {
    const module = (await import(pathToFileURL(modulePath).href)) as NodeLlamaCpp;
    const llama = await module.getLlama({
      gpu: process.platform === 'darwin' ? 'auto' : false,
      ...{
        build: 'never',
        skipDownload: true,
        progressLogs: false,
        maxThreads: most,
        logLevel: 'error',
      },
      logger: (_level, message) => process.stderr.write(`llama.cpp: ${message.trim()}\n`),
    });
    return { llama, isOutOfMemory: (error) => error instanceof module.InsufficientMemoryError };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GraftError(
      'backendUnavailable',
      llamaCppWords.libraryNotOpened({ reason }),
      { file: modulePath, remedy: reinstall },
      error,
    );
  }
}

const contextCalls: readonly (keyof AddonContext)[] = [
  ...(['setLoras', 'setThreads', 'initBatch', 'addToBatch', 'decodeBatch', 'sampleToken'] as const),
  ...(['disposeSequence', 'removeTokenCellsFromSequence'] as const),
];

/** Throws GraftError('backendUnavailable') where the binding is another than the pinned one. */
export function requireInternals({ llama, model, context }: OpenParts): void {
  const functions: readonly unknown[] = [
    Reflect.get(model, '_getOrLoadLora'),
    Reflect.get(Object(llama._bindings), 'AddonSampler'),
    ...contextCalls.map((name) => Reflect.get(Object(context._ctx), name) as unknown),
  ];
  const hasAll = functions.every((each) => typeof each === 'function') && typeof model._model === 'object';
  if (hasAll && model._loraAdapters instanceof Map) return;
  throw new GraftError('backendUnavailable', llamaCppWords.cannotSwap(), { remedy: reinstall });
}

interface OpenParts {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
}
