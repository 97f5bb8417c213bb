/** Messages at their beginning: what a person wrote is done, an answer has yet to come. */
import type { ChatLane } from '../../contract/conversations.ts';
import type { ChatTurn } from '../../contract/entities.ts';
import { newId } from '../../database/ids.ts';

const nothing = {
  ...{ error: null, swapMs: null, promptMs: null, tokens: null, tokensPerSecond: null },
  ...{ cutOff: false, omittedTurns: 0 },
} as const;

/** With a new id, `done`. */
export function userTurn({ chatId, parentId, content }: Pick<ChatTurn, 'chatId' | 'parentId' | 'content'>): ChatTurn {
  const own = { id: newId(), chatId, parentId, content, createdAt: Date.now() };
  return { ...nothing, ...own, role: 'user', state: 'done', round: null, lane: 0, adapterId: null, scale: null };
}

/** The answer of one lane to `user`, with a new id and no text yet. */
export function answerTurn(
  user: ChatTurn,
  answerer: ChatLane & { readonly round: string; readonly lane: number },
): ChatTurn {
  const { round, lane, adapterId } = answerer;
  const own = { id: newId(), chatId: user.chatId, parentId: user.id, content: '', createdAt: Date.now() };
  return {
    ...nothing,
    ...own,
    role: 'assistant',
    state: 'answering',
    round,
    lane,
    adapterId,
    scale: adapterId === null ? null : answerer.scale,
  };
}
