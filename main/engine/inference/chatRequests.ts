/** What a chat engine answers, whatever computes it; one request at a time. */
import type { EngineRequests, GenerateRequest, LogitsRequest } from '../../contract/engine.ts';

type Parameters<Name extends keyof EngineRequests> = EngineRequests[Name][0];
type Result<Name extends keyof EngineRequests> = EngineRequests[Name][2];

export interface GenerateOptions {
  readonly onEvent?: (event: EngineRequests['generate'][1]) => void;
  readonly signal?: AbortSignal;
}

export interface ChatRequests {
  /** Replaces the model that was loaded before, its adapters and its caches. */
  loadModel(request: Parameters<'loadModel'>): Promise<Result<'loadModel'>>;
  /** Replaces an adapter of the same key. */
  loadAdapter(request: Parameters<'loadAdapter'>): Promise<Result<'loadAdapter'>>;
  /** Unknown keys are no error: the adapter is not there afterwards either way. */
  unloadAdapter(request: Parameters<'unloadAdapter'>): Promise<void>;
  /** Aborting ends the answer between two tokens: its result says `cancelled` and holds what there is. */
  generate(request: GenerateRequest, options?: GenerateOptions): Promise<Result<'generate'>>;
  /** (rows, tokens, vocabulary), row-major. */
  logits(request: LogitsRequest): Promise<Result<'logits'>>;
  /** Frees the device. The engine can load another model afterwards. */
  dispose(): void | Promise<void>;
}
