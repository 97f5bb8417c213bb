/**
 * Serving one base model and its adapters to other programs: what is asked of the studio, and how it stands. The wire
 * format (OpenAI's) is the business of hosts/openaiServer.
 */
import type { ChatMessage, PromptEnding } from './conversations.ts';
import type { ServedSampling } from './engine.ts';
import type { ErrorJson } from './errors.ts';
import type { BackendRequest } from './trainRequest.ts';
import type { Said } from './words/words.ts';

/** Which adapters: those named by id or name, or every one of the base model that is in the library at the time. */
export type ServedAdapterChoice = 'all' | readonly string[];

export interface ServeRequest {
  readonly model: string;
  readonly adapters: ServedAdapterChoice;
  /** Most tokens of prompt and answer together; at most, and by default, what the model and its memory allow. */
  readonly contextLength?: number | undefined;
  /** Most answers that are written at once. */
  readonly maxRows?: number | undefined;
  /**
   * Each answer is computed alone: the same to the last bit whatever else is asked meanwhile, and several together take
   * as long as one after another.
   */
  readonly deterministic?: boolean | undefined;
  readonly backend?: BackendRequest | undefined;
  /** For adapters in memory, frozen tensors that they share apart; default: a quarter of what is free at the start. */
  readonly adapterBytes?: number | undefined;
  /** Ids or names of adapters that stay in memory, whatever else is asked for; they are served. */
  readonly pins?: readonly string[] | undefined;
  /** Whether adapters of requests that wait are loaded meanwhile; default: yes. */
  readonly prefetch?: boolean | undefined;
  /**
   * For keys and values of prompts that were read, so that what begins alike is read once; default: an eighth of what
   * is free at the start, at most 512 MiB. None where answers are `deterministic`: read in other chunks, their last
   * bits would depend on what was asked before.
   */
  readonly prefixBytes?: number | undefined;
}

/** The adapters that are in the engine's memory, and what was done since it was started to have them there. */
export interface AdapterMemory {
  readonly budgetBytes: number;
  readonly usedBytes: number;
  readonly peakBytes: number;
  readonly resident: number;
  /** Ids of those that stay. */
  readonly pinned: readonly string[];
  /** Answers whose adapter was there. */
  readonly hits: number;
  readonly loads: number;
  /** Loaded for an answer that still waited. */
  readonly prefetches: number;
  readonly evictions: number;
  /** Answers that waited because those that were written needed the room. */
  readonly waits: number;
}

/** A base model or an adapter, as a client names it. */
export interface ServedModel {
  /** What a request calls it: its own name, or its id where several adapters have that name. */
  readonly name: string;
  /** As in the library. */
  readonly ownName: string;
  /** The base's own name where this is an adapter. */
  readonly base: string | null;
  readonly adapterId: string | null;
  /** Unix time in milliseconds. */
  readonly createdAt: number;
}

export type ServedPrompt =
  | { readonly messages: readonly ChatMessage[]; readonly ending: PromptEnding }
  | { readonly text: string }
  | { readonly ids: readonly number[] };

export interface ServedRequest {
  /** A name of `models()`, `base:adapter`, or an id. */
  readonly model: string;
  readonly prompt: ServedPrompt;
  /** null: as long as the context allows. */
  readonly maxTokens: number | null;
  readonly sampling: Omit<ServedSampling, 'maxTokens' | 'stopIds'>;
  /** Texts that end the answer and are no part of it. */
  readonly stop: readonly string[];
  /** How many of the likeliest tokens to tell beside the chosen one; null: no log-probabilities. */
  readonly topLogprobs: number | null;
  /** The prompt's text is the beginning of the answer. */
  readonly echo: boolean;
}

/** A token as it stands in the middle of a text: its space belongs to it. */
export interface TokenText {
  readonly id: number;
  /** Its own, which may be a part of a character; a special token's are those of its name. */
  readonly bytes: readonly number[];
  readonly logprob: number;
}

/** A token of the answer with its log-probability. */
export interface AnswerToken extends TokenText {
  /** Likeliest first. */
  readonly top: readonly TokenText[];
  /** Where it begins in the answer, in UTF-16 units. */
  readonly offset: number;
}

/** What a further token made certain: text that no stop text can take back. Tokens only with log-probabilities. */
export interface AnswerPiece {
  readonly text: string;
  readonly tokens: readonly AnswerToken[];
}

export interface ServedAnswer {
  readonly finish: 'stop' | 'length' | 'cancelled';
  readonly promptTokens: number;
  /** Of the prompt, those that were read for an answer before. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

export interface ServingService {
  /**
   * Loads the model into an engine process of its own; replaces what was served before. Adapters that are named are
   * loaded at once, others when they are first asked for.
   */
  start(
    request: ServeRequest,
  ): Promise<{ readonly device: string | Said; readonly loadMs: number; readonly contextLength: number }>;
  stop(): Promise<void>;
  /**
   * Equal while the same request gives the same answer; of a batch, as long as the same others are answered beside it.
   */
  fingerprint(): string;
  /** The base first. Throws GraftError('conflict') where nothing is served. */
  models(): readonly ServedModel[];
  /** The model's adapters that `all` leaves out. */
  leftAside(): readonly LeftAside[];
  /** null while no model is loaded. */
  memory(): AdapterMemory | null;
  /** For prompts that were read; 0 where none are kept, null while no model is loaded. */
  prefixBytes(): number | null;
  /** Throws GraftError('notFound') with the field `model`. */
  model(name: string): ServedModel;
  /** Answers run together. Throws GraftError('invalid') with the field `prompt` for one that is too long. */
  complete(request: ServedRequest, onPiece: (piece: AnswerPiece) => void, signal: AbortSignal): Promise<ServedAnswer>;
}

/** The server that other programs reach: what is served, and where. */
export interface ServerRequest extends ServeRequest {
  /** One that must be had; otherwise any. */
  readonly port?: number | undefined;
  /** null: whoever reaches this machine's own address may ask. */
  readonly apiKey: string | null;
  /** Answers that may wait beyond those that are written. */
  readonly queue?: number | undefined;
  /** For a whole answer. */
  readonly timeoutMs?: number | undefined;
}

/** An adapter whose answers cannot be computed beside others. */
export interface LeftAside {
  readonly name: string;
  readonly why: Said;
}

export interface ServerStatus {
  readonly state: 'off' | 'starting' | 'on' | 'stopping' | 'failed';
  /** Base URL of clients; null while it is not there. */
  readonly address: string | null;
  readonly apiKey: string | null;
  readonly device: string | Said | null;
  readonly contextLength: number | null;
  /** Whether each answer is computed alone. */
  readonly deterministic: boolean;
  readonly models: readonly ServedModel[];
  /** Adapters of the model that cannot be served beside it. */
  readonly leftAside: readonly LeftAside[];
  readonly memory: AdapterMemory | null;
  /** For prompts that were read, so that what begins alike is read once; 0: none are kept. */
  readonly prefixBytes: number | null;
  /** Answers that are being written, that wait, and that were given since the start. */
  readonly writing: number;
  readonly waiting: number;
  readonly answered: number;
  /** Why it failed. */
  readonly error: ErrorJson | null;
}
