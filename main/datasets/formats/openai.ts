/**
 * OpenAI chat rows: `messages` of `{ role, content }`, content as text or as a list of text parts, with `tools` beside
 * them.
 */
import { messages as messagesNames, tools as toolsNames } from '../../contract/columnNames.ts';
import { isRecord } from '../../formats/text/rows.ts';
import type { RowFault } from '../example.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { noteUnread, readEach, readList, toChat } from './messages.ts';
import type { RawMessage } from './messages.ts';
import { messageWords as words } from '../../contract/words/messages.ts';
import type { Said } from '../../contract/words/words.ts';

export const openai: DatasetFormatReader = {
  id: 'openai',
  description: '{"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}',
  roles: [
    { name: 'messages', columns: messagesNames, required: true },
    { name: 'tools', columns: toolsNames, required: false },
  ],
  isWhole: true,
  parse({ messages, tools }) {
    const list = readList(messages, 'messages');
    if ('reason' in list) return list;
    const parsed = parseMessages(list);
    return 'reason' in parsed ? parsed : toChat(parsed, tools);
  },
  notices({ messages }) {
    const list = readList(messages, 'messages');
    const parsed = 'reason' in list ? list : parseMessages(list);
    return 'reason' in parsed ? [] : noteUnread(parsed, ['role', 'content']);
  },
};

const roles: Readonly<Record<string, RawMessage['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
  ipython: 'tool',
  observation: 'tool',
};

/** Messages of `role` and `content`. */
export function parseMessages(list: readonly unknown[]): readonly RawMessage[] | RowFault {
  return readEach(list, (message, index) => parseMessage(message, words.message({ number: index + 1 })));
}

function parseMessage(message: unknown, title: Said): RawMessage | RowFault {
  if (!isRecord(message)) return { reason: words.notRoleObject({ title }) };
  if (typeof message.role !== 'string') return { reason: words.noRole({ title }) };
  const role = Object.hasOwn(roles, message.role) ? roles[message.role] : undefined;
  if (role !== undefined) return withContent(role, message, title);
  return { reason: words.otherRole({ title, role: message.role.slice(0, 40) }) };
}

function withContent(
  role: RawMessage['role'],
  fields: Readonly<Record<string, unknown>>,
  title: Said,
): RawMessage | RowFault {
  const { content } = fields;
  if (!Array.isArray(content)) return { role, content, fields };
  const texts: string[] = [];
  for (const part of content) {
    if (!isRecord(part) || part.type !== 'text' || typeof part.text !== 'string')
      return { reason: words.notTextPart({ title }) };
    texts.push(part.text);
  }
  return { role, content: texts.join(''), fields };
}
