/** How a message lies in `chat_messages`. Reading throws GraftError('integrity') for a role or state that none has. */
import { z } from 'zod';
import { turnStates } from '../contract/entities.ts';
import type { ChatTurn } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import { errorColumn } from './columnSchemas.ts';
import { databaseWords } from '../contract/words/database.ts';
import { type Column, flag, jsonOrNull, plain, RowTable } from './RowTable.ts';

export const turnRows = new RowTable<ChatTurn>('chat_messages', {
  id: plain(),
  chatId: plain(),
  parentId: plain(),
  role: word(z.enum(['user', 'assistant'])),
  content: plain(),
  state: word(z.enum(turnStates)),
  error: jsonOrNull(errorColumn),
  round: plain(),
  lane: plain(),
  adapterId: plain(),
  scale: plain(),
  swapMs: plain(),
  promptMs: plain(),
  tokens: plain(),
  tokensPerSecond: plain(),
  cutOff: flag,
  omittedTurns: plain(),
  createdAt: plain(),
});

function word<Word extends string>(schema: z.ZodType<Word>): Column<Word> {
  return {
    read(stored, { id }) {
      const parsed = schema.safeParse(stored);
      if (parsed.success) return parsed.data;
      throw new GraftError('integrity', databaseWords.unknownKind({ id, word: String(stored) }), {
        field: 'chat_messages',
      });
    },
    write: (value) => value,
  };
}
