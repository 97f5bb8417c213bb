/**
 * A conversation cut to what the model holds: the oldest exchanges go, the system prompt and the last message stay. The
 * cut moves in steps of a quarter of the room, so that the following turns begin alike and the key/value cache keeps
 * its worth; a cut at each turn would read the whole conversation again every time.
 */
import type { ChatTurn } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import type { ChatMessage, FittedContext } from '../../contract/conversations.ts';
import { messagesOf } from './conversationContext.ts';
import { chatWords } from '../../contract/words/chats.ts';

export interface ContextRoom {
  readonly path: readonly Pick<ChatTurn, 'role' | 'content'>[];
  readonly systemPrompt: string;
  /** Tokens that prompt and answer may have together. */
  readonly contextLength: number;
  /** The longest answer that was asked for. */
  readonly answerTokens: number;
  readonly count: (messages: readonly ChatMessage[]) => Promise<number>;
}

/** Throws GraftError('invalid') when the last message alone is too long. */
export async function fitContext(room: ContextRoom): Promise<FittedContext> {
  const { path, systemPrompt, contextLength, count } = room;
  const from = (start: number): readonly ChatMessage[] => messagesOf(path.slice(start), systemPrompt);
  const promptRoom = contextLength - Math.min(room.answerTokens, Math.floor(contextLength / 4));
  const total = await count(from(0));
  if (total <= promptRoom) return { messages: from(0), omittedTurns: 0 };
  const step = Math.max(1, Math.floor(promptRoom / 4));
  const excess = Math.ceil((total - promptRoom) / step) * step;
  const start = await firstStart(path, async (index) => total - (await count(from(index))) >= excess);
  const messages = from(start);
  const kept = await count(messages);
  if (kept < contextLength) return { messages, omittedTurns: start };
  const message = chatWords.lastTooLong({ kept, contextLength });
  throw new GraftError('invalid', message, { field: 'content', remedy: chatWords.shortenMessage() });
}

/**
 * The first user message from which enough is gone, else the last one; found by halving, since each look renders the
 * prompt.
 */
async function firstStart(path: ContextRoom['path'], isEnough: (index: number) => Promise<boolean>): Promise<number> {
  const starts = path.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  let low = 0;
  let high = Math.max(0, starts.length - 1);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isEnough(starts[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return starts[low] ?? 0;
}
