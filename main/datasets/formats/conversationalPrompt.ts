/**
 * Rows whose prompt or completion is a list of messages, as TRL writes them, or that have tools beside two texts.
 * Answers within the prompt are shown and not trained.
 */
import { answerOf } from '../answerValue.ts';
import type { Example, RowFault } from '../example.ts';
import type { RoleValues } from './datasetFormat.ts';
import { findMessages, instructions, noteUnread, toChat } from './messages.ts';
import type { RawMessage } from './messages.ts';
import { parseMessages } from './openai.ts';
import { messageWords } from '../../contract/words/messages.ts';
import type { Said } from '../../contract/words/words.ts';

/** Whether prompt or completion is a list of messages, or tools stand beside them. */
export function isConversational({ prompt: question, completion, tools }: RoleValues): boolean {
  const hasTools = tools !== undefined && tools !== null && tools !== '';
  return hasTools || findMessages(question) !== undefined || findMessages(completion) !== undefined;
}

function rawMessages({ prompt: question, completion, system, context }: RoleValues): readonly RawMessage[] | RowFault {
  const before = parseMessages(findMessages(question) ?? [{ role: 'user', content: question }]);
  if ('reason' in before) return { reason: messageWords.inPart({ part: 'prompt', reason: before.reason }) };
  const after = parseMessages(findMessages(completion) ?? [{ role: 'assistant', content: answerOf(completion) }]);
  if ('reason' in after) return { reason: messageWords.inPart({ part: 'completion', reason: after.reason }) };
  return [...instructions(system), ...withContext(before.map(withoutWeight), context), ...after];
}

/** What the question is asked about stands before it, as in two texts. */
function withContext(messages: readonly RawMessage[], context: unknown): readonly RawMessage[] {
  if (context === undefined || context === null || context === '') return messages;
  const first = messages.findIndex(({ role }) => role === 'user');
  const joined = (content: unknown): unknown =>
    typeof content === 'string' && typeof context === 'string' ? `${context}\n\n${content}` : context;
  return messages.map((message, index) =>
    index === first ? { ...message, content: joined(message.content) } : message,
  );
}

function withoutWeight(message: RawMessage): RawMessage {
  return message.role === 'assistant' ? { ...message, fields: { ...message.fields, weight: 0 } } : message;
}

/** One plain question with one plain answer stays a completion, like the same in two texts. */
export function parseConversation(values: RoleValues): Example | RowFault {
  const raw = rawMessages(values);
  if ('reason' in raw) return raw;
  const chat = toChat(raw, values.tools);
  if ('reason' in chat) return chat;
  const [question, answer, ...more] = chat.messages;
  const isPlain = (message: object | undefined): boolean => message !== undefined && Object.keys(message).length === 2;
  if (more.length > 0 || chat.tools !== undefined || !isPlain(question) || !isPlain(answer)) return chat;
  return { kind: 'completion', prompt: question?.content ?? '', completion: answer?.content ?? '' };
}

/** See DatasetFormatReader. */
export function noteUnreadFields(values: RoleValues): readonly Said[] {
  const parsed = rawMessages(values);
  return 'reason' in parsed ? [] : noteUnread(parsed, ['role', 'content']);
}
