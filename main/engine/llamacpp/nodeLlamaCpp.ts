/**
 * node-llama-cpp, as much of it as Graft uses. It is no dependency but a runtime, imported by its path. Members that
 * begin with an underscore are not its public face (a swap of adapters within a context has none): the runtime's exact
 * version is pinned, and what is missing is told when it is opened.
 */
import { pathToFileURL } from 'node:url';
import type { LlamaCppSettings } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { llamaCppWords } from '../../contract/words/llamaCpp.ts';

export interface LlamaLora {
  dispose(): Promise<void>;
}

export interface NextToken {
  readonly token?: number | null;
  /** By token id, from the highest to the lowest. */
  readonly logits?: ReadonlyMap<number, number>;
}

export interface GenerateNext {
  readonly logits?: boolean;
  readonly token?: boolean;
  readonly options?: { readonly temperature: number };
}

export type EvaluateInput = number | readonly [token: number, options: { readonly generateNext: GenerateNext }];

export interface LlamaSequence {
  /** How many tokens its cache holds. */
  readonly nextTokenIndex: number;
  /** Keeps the longest beginning that the cache and `tokens` share. */
  adaptStateToTokens(tokens: readonly number[], allowShift: boolean): Promise<void>;
  clearHistory(): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  controlledEvaluate(input: readonly EvaluateInput[]): Promise<readonly ({ readonly next: NextToken } | undefined)[]>;
}

export interface LlamaContext {
  readonly _ctx: { setLoras(loras: readonly LlamaLora[], scales: readonly number[]): void };
  getSequence(): LlamaSequence;
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
  readonly _loraAdapters: Map<string, LlamaLora>;
  _getOrLoadLora(file: string): Promise<LlamaLora>;
  createContext(options: ContextOptions): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

export interface Llama {
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
export async function openLlama({ modulePath, threads }: LlamaCppSettings): Promise<OpenLlama> {
  try {
    const module = (await import(pathToFileURL(modulePath).href)) as NodeLlamaCpp;
    const llama = await module.getLlama({
      gpu: process.platform === 'darwin' ? 'auto' : false,
      ...{ build: 'never', skipDownload: true, progressLogs: false, maxThreads: threads, logLevel: 'error' },
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

/** Throws GraftError('backendUnavailable') where the binding is another than the pinned one. */
export function requireSwaps(model: LlamaModel, context: LlamaContext): void {
  const functions: readonly unknown[] = [
    Reflect.get(model, '_getOrLoadLora'),
    Reflect.get(Object(context._ctx), 'setLoras'),
  ];
  if (functions.every((each) => typeof each === 'function') && model._loraAdapters instanceof Map) return;
  throw new GraftError('backendUnavailable', llamaCppWords.cannotSwap(), { remedy: reinstall });
}
