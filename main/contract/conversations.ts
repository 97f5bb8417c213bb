/** Conversations that are kept: what the chat screen sends and hears. */
import type { Chat, ChatTurn } from './entities.ts';
import type { ErrorJson } from './errors.ts';

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

/** Answers are given one after another: one that waits for others is told apart from one whose model is being loaded. */
export type AnswerPhase = 'waiting' | 'loading' | 'answering';

/**
 * News of one answer; the phase comes first and whenever it changes. `text` is appended to what the watcher has; `offset`
 * is the length in UTF-16 units before it.
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
  readonly device: string | null;
  readonly loadMs: number | null;
  readonly residentAdapterIds: readonly string[];
  readonly error: ErrorJson | null;
}

/** Votes in rounds of two and more: per adapter (null: the base), how many it won of those it took part in. */
export interface VoteTally {
  readonly adapterId: string | null;
  readonly won: number;
  readonly of: number;
}
