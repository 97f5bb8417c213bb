/** OpenAI chat rows: `messages` of `{ role, content }`, content as text or as a list of text parts. */
import { isRecord } from '../../formats/text/rows.ts';
import type { RowFault } from '../example.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { toChat } from './messages.ts';
import type { RawMessage } from './messages.ts';

export const openai: DatasetFormatReader = {
  id: 'openai',
  description: '{"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}',
  roles: [{ name: 'messages', columns: ['messages', 'conversation', 'conversations', 'chat'], required: true }],
  parse({ messages }) {
    if (!Array.isArray(messages)) return { reason: messages === undefined ? 'messages is missing' : 'messages is not a list' };
    const parsed: RawMessage[] = [];
    for (const [index, message] of messages.entries()) {
      const raw = parseMessage(message, `message ${index + 1}`);
      if ('reason' in raw) return raw;
      parsed.push(raw);
    }
    return parsed.length === 0 ? { reason: 'messages is empty' } : toChat(parsed);
  },
};

function parseMessage(message: unknown, name: string): RawMessage | RowFault {
  if (!isRecord(message)) return { reason: `${name} is not an object with role and content` };
  const { role } = message;
  if (role === 'system' || role === 'developer') return withContent('system', message.content, name);
  if (role === 'user' || role === 'assistant') return withContent(role, message.content, name);
  if (typeof role !== 'string') return { reason: `${name} has no role` };
  return { reason: `${name} has the role "${role.slice(0, 40)}"; only system, user and assistant can be trained` };
}

function withContent(role: RawMessage['role'], content: unknown, name: string): RawMessage | RowFault {
  if (!Array.isArray(content)) return { role, content };
  const texts: string[] = [];
  for (const part of content) {
    if (!isRecord(part) || part.type !== 'text' || typeof part.text !== 'string') return { reason: `${name} has a part that is not text` };
    texts.push(part.text);
  }
  return { role, content: texts.join('') };
}
