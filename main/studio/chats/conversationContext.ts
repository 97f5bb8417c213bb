/**
 * What one lane of a conversation sees. The path to the root is the same for all lanes, but every lane remembers its
 * own answers: where several answered side by side, its own stands in place of the one the path goes through.
 */
import type { ChatTurn } from '../../contract/entities.ts';
import type { ChatMessage } from '../../contract/conversations.ts';

/** From the root to the message that is to be answered. `turns` are all of the chat's, in any order. */
export function laneContext(turns: readonly ChatTurn[], userTurnId: string, lane: number): readonly ChatTurn[] {
  return pathTo(turns, userTurnId).map((turn) => ownAnswer(turns, turn, lane));
}

/** From the root to the given message; empty when there is none. */
export function pathTo(turns: readonly ChatTurn[], leafId: string): readonly ChatTurn[] {
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const path: ChatTurn[] = [];
  for (
    let turn = byId.get(leafId);
    turn !== undefined;
    turn = turn.parentId === null ? undefined : byId.get(turn.parentId)
  ) {
    path.unshift(turn);
  }
  return path;
}

/**
 * The system prompt first. Answers without text are left out, and messages that then follow each other become one:
 * templates want turns to alternate.
 */
export function messagesOf(
  path: readonly Pick<ChatTurn, 'role' | 'content'>[],
  systemPrompt: string,
): readonly ChatMessage[] {
  const messages: ChatMessage[] = systemPrompt.trim() === '' ? [] : [{ role: 'system', content: systemPrompt }];
  for (const { role, content } of path.filter((turn) => turn.content !== '')) {
    const last = messages.at(-1);
    if (last?.role === role) messages[messages.length - 1] = { role, content: `${last.content}\n\n${content}` };
    else messages.push({ role, content });
  }
  return messages;
}

/** One that failed before its first word leaves the lane with what the others saw. */
function ownAnswer(turns: readonly ChatTurn[], turn: ChatTurn, lane: number): ChatTurn {
  if (turn.round === null || turn.lane === lane) return turn;
  return turns.find((other) => other.round === turn.round && other.lane === lane && other.content !== '') ?? turn;
}
