/** Conversations that are kept: what the chat screen sends and hears. */
import type { Chat, ChatTurn } from './entities.ts';
import type { GenerateResult } from './engine.ts';
import type { ErrorJson } from './errors.ts';
import type { Page } from './library.ts';
import type { ChatEngineName, Sampling } from './preferences.ts';
import type { BackendRequest } from './trainRequest.ts';
import type { Said } from './words/words.ts';

export interface ChatSummary extends Chat {
  readonly turns: number;
  /** The beginning of the last message. */
  readonly excerpt: string;
}

export interface ChatDetails {
  readonly chat: Chat;
  /** Every branch, in the order of writing. */
  readonly turns: readonly ChatTurn[];
  readonly votes: readonly ChatVote[];
}

export interface ChatVote {
  readonly round: string;
  readonly turnId: string;
  readonly blind: boolean;
  readonly createdAt: number;
}

/** Who answers in one lane; adapter null is the base alone. */
export interface ChatLane {
  readonly adapterId: string | null;
  readonly scale: number;
}

/** What was written and who answers it; the answers' text comes through `chats.watch`. */
export interface SentMessage {
  readonly user: ChatTurn;
  readonly answers: readonly ChatTurn[];
}

/**
 * Answers are given one after another: one that waits for others is told apart from one whose model is being loaded.
 */
export type AnswerPhase = 'waiting' | 'loading' | 'answering';

/**
 * News of one answer; the phase comes first and whenever it changes. `text` is appended to what the watcher has;
 * `offset` is the length in UTF-16 units before it.
 */
export type AnswerNews =
  | { readonly type: 'phase'; readonly phase: AnswerPhase }
  | { readonly type: 'text'; readonly offset: number; readonly text: string }
  | { readonly type: 'end'; readonly turn: ChatTurn };

export interface ChatHit {
  readonly chatId: string;
  readonly chatTitle: string;
  readonly turnId: string;
  readonly role: string;
  /** With the found words between U+0001 and U+0002. */
  readonly excerpt: string;
  readonly createdAt: number;
}

/** What the chat engine holds now. */
export interface ChatEngineState {
  readonly state: 'off' | 'loading' | 'ready' | 'answering' | 'failed';
  readonly modelId: string | null;
  readonly device: string | Said | null;
  /** Why there and not on another engine. */
  readonly why: string | Said | null;
  readonly loadMs: number | null;
  readonly residentAdapterIds: readonly string[];
  readonly error: ErrorJson | null;
}

/** Votes in rounds of two and more: per adapter (null: the base), how many it won of those it took part in. */
/**
 * Whether an answer can be compared with others: one that failed or is still being written says nothing of who is
 * better.
 */
export function isComparable({ state }: Pick<ChatTurn, 'state'>): boolean {
  return state === 'done' || state === 'stopped';
}

export interface VoteTally {
  readonly adapterId: string | null;
  readonly won: number;
  readonly of: number;
}

export interface ChatListQuery {
  readonly projectId?: string | undefined;
  readonly trashed: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** Who is to answer, and how. Lanes are numbered as they stand. */
export interface AnswerRequest {
  readonly lanes: readonly ChatLane[];
  readonly sampling: Sampling;
}

export interface ConversationService {
  list(query: ChatListQuery): Page<ChatSummary>;
  /** Every word has to occur; not in the trash. */
  search(text: string): readonly ChatHit[];
  get(idOrTitle: string): ChatDetails;
  turn(turnId: string): ChatTurn;
  create(chat: {
    readonly projectId?: string | undefined;
    readonly modelId: string;
    readonly systemPrompt: string;
  }): Chat;
  update(
    idOrTitle: string,
    changes: {
      readonly title?: string | undefined;
      readonly modelId?: string | undefined;
      readonly systemPrompt?: string | undefined;
    },
  ): Chat;
  /** To the trash; what is being answered stops. */
  remove(idOrTitle: string): void;
  restore(id: string): Chat;
  /** Writes the message and one empty answer a lane and returns; the answers are written one after another. */
  send(
    message: AnswerRequest & { readonly chatId: string; readonly parentId: string | null; readonly content: string },
  ): SentMessage;
  /** Another round of answers to the same message. */
  regenerate(request: AnswerRequest & { readonly userTurnId: string }): SentMessage;
  watch(turnId: string, offset: number, signal?: AbortSignal): AsyncGenerator<AnswerNews>;
  stop(turnIds: readonly string[]): void;
  vote(vote: { readonly round: string; readonly turnId: string | null; readonly blind: boolean }): ChatVote | null;
  tally(): readonly VoteTally[];
  /**
   * Markdown: the conversation up to a leaf (default: the newest), with all answers of its rounds. JSON: everything.
   */
  export(
    idOrTitle: string,
    options: { readonly format: 'markdown' | 'json'; readonly leafId?: string | undefined },
  ): { readonly fileName: string; readonly text: string };
  engine(): ChatEngineState;
  /** Ahead of the first message, when nobody waits for an answer. A failure is in the state that is given. */
  warmUp(modelId: string, adapterIds: readonly string[]): Promise<ChatEngineState>;
  /** Gives the engine's memory back. Throws GraftError('conflict') while it answers. */
  unload(): Promise<void>;
}

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
  /** Of the speaker; a template that does not show it refuses the conversation. */
  readonly name?: string;
}

/**
 * What the model is to write: a turn of its own, the rest of the last message, or whatever follows the messages as they
 * stand.
 */
export type PromptEnding = 'answer' | 'continue' | 'none';

/** A conversation as far as the model holds it: without its oldest exchanges. */
export interface FittedContext {
  readonly messages: readonly ChatMessage[];
  readonly omittedTurns: number;
}

export interface ChatRequest {
  readonly model: string;
  readonly adapter: { readonly idOrName: string; readonly scale: number } | null;
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly repetitionPenalty: number;
  readonly seed: number;
}

/** What a chat is to run on; without an engine, the person's preference. */
export interface ChatBackendRequest extends BackendRequest {
  readonly engine?: ChatEngineName;
}

export interface ChatAnswer extends GenerateResult {
  readonly text: string;
}
