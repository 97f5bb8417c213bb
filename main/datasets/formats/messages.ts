/**
 * The rules of a conversation that every chat format shares: at most one system message, first; then user and assistant in
 * turn, the user first and the assistant last; nothing but the system message empty.
 */
import { isBlank, readTexts } from '../example.ts';
import type { Example, ExampleMessage, RowFault } from '../example.ts';

/** A message as a file has it; `content` is checked here. */
export interface RawMessage {
  readonly role: ExampleMessage['role'];
  readonly content: unknown;
}

export function toChat(raw: readonly RawMessage[]): Example | RowFault {
  const messages: ExampleMessage[] = [];
  for (const [index, { role, content }] of raw.entries()) {
    const name = `message ${index + 1} (${role})`;
    const read = readTexts({ [name]: content });
    if ('reason' in read) return read;
    const text = read.texts[name] ?? '';
    if (isBlank(text) && role !== 'system') return { reason: role === 'assistant' ? `empty answer: ${name}` : `${name} is empty` };
    messages.push({ role, content: text });
  }
  return findOrderFault(messages) ?? { kind: 'chat', messages };
}

/** Question and answer, with instructions before them where there are some. */
export function toTurn(system: unknown, user: string, assistant: string): Example | RowFault {
  const instructions: RawMessage[] = system === undefined || system === null || system === '' ? [] : [{ role: 'system', content: system }];
  return toChat([...instructions, { role: 'user', content: user }, { role: 'assistant', content: assistant }]);
}

function findOrderFault(messages: readonly ExampleMessage[]): RowFault | undefined {
  const offset = messages[0]?.role === 'system' ? 1 : 0;
  for (const [index, { role }] of messages.slice(offset).entries()) {
    const expected = index % 2 === 0 ? 'user' : 'assistant';
    if (role !== expected)
      return { reason: `wrong role order: message ${index + offset + 1} is the ${role}'s, expected the ${expected}'s` };
  }
  const last = messages.at(-1)?.role;
  if (last === 'assistant') return undefined;
  return { reason: last === 'user' ? 'wrong role order: the last question has no answer' : 'no question and answer' };
}
