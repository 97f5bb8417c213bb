/** A row of `chat_messages` and the message it is. */
import { z } from 'zod';
import { turnStates } from '../contract/entities.ts';
import type { ChatTurn } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import { errorColumn } from './columnSchemas.ts';
import { optionalJson, parseOptionalJson } from './jsonColumn.ts';
import { databaseWords } from '../contract/words/database.ts';

export interface TurnRow {
  readonly id: string;
  readonly chat_id: string;
  readonly parent_id: string | null;
  readonly role: string;
  readonly content: string;
  readonly state: string;
  readonly error: string | null;
  readonly round: string | null;
  readonly lane: number;
  readonly adapter_id: string | null;
  readonly scale: number | null;
  readonly swap_ms: number | null;
  readonly prompt_ms: number | null;
  readonly tokens: number | null;
  readonly tokens_per_second: number | null;
  readonly cut_off: number;
  readonly omitted_turns: number;
  readonly created_at: number;
}

const roleColumn = z.enum(['user', 'assistant']);
const stateColumn = z.enum(turnStates);

/** Throws GraftError('integrity') for a role, state or error that no message has. */
export function toTurn(row: TurnRow): ChatTurn {
  return {
    id: row.id,
    chatId: row.chat_id,
    parentId: row.parent_id,
    role: parseWord(roleColumn, row.role, row.id),
    content: row.content,
    state: parseWord(stateColumn, row.state, row.id),
    error: parseOptionalJson(errorColumn, row.error, `chat_messages.error of ${row.id}`),
    round: row.round,
    lane: row.lane,
    adapterId: row.adapter_id,
    scale: row.scale,
    swapMs: row.swap_ms,
    promptMs: row.prompt_ms,
    tokens: row.tokens,
    tokensPerSecond: row.tokens_per_second,
    cutOff: row.cut_off === 1,
    omittedTurns: row.omitted_turns,
    createdAt: row.created_at,
  };
}

export function turnRow(turn: ChatTurn): TurnRow {
  return {
    id: turn.id,
    chat_id: turn.chatId,
    parent_id: turn.parentId,
    role: turn.role,
    content: turn.content,
    state: turn.state,
    error: optionalJson(turn.error),
    round: turn.round,
    lane: turn.lane,
    adapter_id: turn.adapterId,
    scale: turn.scale,
    swap_ms: turn.swapMs,
    prompt_ms: turn.promptMs,
    tokens: turn.tokens,
    tokens_per_second: turn.tokensPerSecond,
    cut_off: turn.cutOff ? 1 : 0,
    omitted_turns: turn.omittedTurns,
    created_at: turn.createdAt,
  };
}

function parseWord<Word extends string>(schema: z.ZodType<Word>, word: string, id: string): Word {
  const parsed = schema.safeParse(word);
  if (parsed.success) return parsed.data;
  throw new GraftError('integrity', databaseWords.unknownKind({ id, word }), {
    field: 'chat_messages',
  });
}
