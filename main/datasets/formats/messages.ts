/**
 * The rules of a conversation that every chat format shares: at most one system message, first; then user and assistant
 * in turn, the user first and the assistant last, with answers of tools between an assistant's calls and its next
 * answer; nothing but the system message empty. What a message has besides (calls, thoughts, weight, name) is kept, or
 * the row is bad.
 */
import { isRecord } from '../../formats/text/rows.ts';
import { findTextFault, isBlank } from '../example.ts';
import type { Example, ExampleMessage, RowFault } from '../example.ts';
import { readCalls, readTools } from './toolCalls.ts';
import { messageWords as words } from '../../contract/words/messages.ts';
import { valueWords } from '../../contract/words/values.ts';
import type { Said } from '../../contract/words/words.ts';

/** A message as a file has it; everything but the role is checked here. */
export interface RawMessage {
  readonly role: ExampleMessage['role'];
  readonly content: unknown;
  /** All fields of the file's own message, under the names of OpenAI's format. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

type ChatExample = Extract<Example, { readonly kind: 'chat' }>;

const reasoningNames = ['reasoning_content', 'reasoning', 'thinking'] as const;
const fieldsOf: Readonly<Record<ExampleMessage['role'], readonly string[]>> = {
  system: ['name', 'tools'],
  user: ['name'],
  assistant: ['name', 'weight', 'tool_calls', 'function_call', ...reasoningNames],
  tool: ['name', 'tool_call_id'],
};

/** `tools`: of the row, as the file has them; a system message may bring them instead. */
export function toChat(raw: readonly RawMessage[], tools?: unknown): ChatExample | RowFault {
  const messages: ExampleMessage[] = [];
  for (const [index, message] of raw.entries()) {
    const read = readMessage(message, words.messageOf({ number: index + 1, role: message.role }));
    if ('reason' in read) return read;
    messages.push(read);
  }
  const fault = findOrderFault(messages);
  if (fault !== undefined) return fault;
  if (messages.every(({ role, weight }) => role !== 'assistant' || weight === 0))
    return { reason: words.noTrainedAnswer() };
  const inSystem = raw.find(({ role }) => role === 'system')?.fields?.['tools'];
  if (isGiven(tools) && isGiven(inSystem)) return { reason: words.toolsTwice() };
  const read = readTools(isGiven(tools) ? tools : inSystem);
  return 'reason' in read ? read : { kind: 'chat', messages, ...read };
}

/** Question and answer, with instructions before them where there are some. */
export function toTurn(system: unknown, user: string, assistant: string): Example | RowFault {
  return toChat([...instructions(system), { role: 'user', content: user }, { role: 'assistant', content: assistant }]);
}

/** The system message of a column of its own; none for an empty one. */
export function instructions(system: unknown): readonly RawMessage[] {
  return isGiven(system) ? [{ role: 'system', content: system }] : [];
}

/**
 * Fields that messages have and nothing here reads, each with a sentence. `known`: how the format itself names role and
 * content.
 */
export function noteUnread(messages: readonly RawMessage[], known: readonly string[]): readonly Said[] {
  const unread = messages.flatMap(({ role, fields = {} }) =>
    Object.keys(fields).filter(
      (name) => isGiven(fields[name]) && !known.includes(name) && !fieldsOf[role].includes(name),
    ),
  );
  return [...new Set(unread)].map((name) => words.unreadField({ name }));
}

/** Files with fixed columns have a null where a message lacks a field. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

function readMessage({ role, content, fields = {} }: RawMessage, title: Said): ExampleMessage | RowFault {
  const more: MoreFields | RowFault =
    role === 'assistant' ? readAnswerFields(fields, title) : readFields(fields, textFields(role), title);
  if ('reason' in more) return more;
  const calls = more.tool_calls !== undefined;
  if (calls && (content === undefined || content === null)) return { role, content: null, ...more };
  const fault = findTextFault(content, title);
  if (fault !== undefined) return fault;
  const text = String(content);
  const mayBeBlank = role === 'system' || role === 'tool' || calls;
  if (isBlank(text) && !mayBeBlank)
    return { reason: role === 'assistant' ? words.emptyAnswer({ title }) : valueWords.empty({ name: title }) };
  return { role, content: text, ...more };
}

function textFields(role: ExampleMessage['role']): readonly ('name' | 'tool_call_id')[] {
  return role === 'tool' ? ['name', 'tool_call_id'] : ['name'];
}

type MoreFields = Omit<ExampleMessage, 'role' | 'content'>;

function readAnswerFields(fields: Readonly<Record<string, unknown>>, title: Said): MoreFields | RowFault {
  const { weight } = fields;
  if (isGiven(weight) && weight !== 0 && weight !== 1)
    return { reason: words.weight({ title, weight: JSON.stringify(weight) }) };
  const calls = readCalls(fields, title);
  if ('reason' in calls) return calls;
  const named = readFields(fields, ['name'], title);
  if ('reason' in named) return named;
  const thoughts = reasoningNames.filter((name) => isGiven(fields[name]));
  const [first] = thoughts;
  if (first === undefined) return { ...named, ...calls, ...(weight === 0 && { weight }) };
  if (thoughts.some((name) => fields[name] !== fields[first]))
    return { reason: words.thoughtsTwice({ title, names: thoughts }) };
  const fault = findTextFault(fields[first], words.fieldOf({ field: first, title }));
  if (fault !== undefined) return fault;
  return { ...named, reasoning: String(fields[first]), ...calls, ...(weight === 0 && { weight }) };
}

/** Fields that are text, those that are there. */
function readFields(
  fields: Readonly<Record<string, unknown>>,
  names: readonly ('name' | 'tool_call_id')[],
  title: Said,
): Pick<ExampleMessage, 'name' | 'tool_call_id'> | RowFault {
  const given = names.filter((name) => isGiven(fields[name]));
  const [fault] = given.flatMap((name) => findTextFault(fields[name], words.fieldOf({ field: name, title })) ?? []);
  return fault ?? Object.fromEntries(given.map((name) => [name, fields[name]]));
}

function findOrderFault(messages: readonly ExampleMessage[]): RowFault | undefined {
  const offset = messages[0]?.role === 'system' ? 1 : 0;
  let before: ExampleMessage | undefined;
  for (const [index, message] of messages.slice(offset).entries()) {
    const expected = nextRoles(before);
    if (!expected.includes(message.role)) {
      return { reason: words.wrongOrder({ number: index + offset + 1, role: message.role, expected }) };
    }
    before = message;
  }
  const last = messages.at(-1)?.role;
  if (last === 'assistant') return undefined;
  if (last === 'tool') return { reason: words.endsWithTool() };
  return { reason: last === 'user' ? words.endsWithQuestion() : words.noExchange() };
}

/** Answers of tools follow an assistant, whose calls may stand in its text, or one another. */
function nextRoles(before: ExampleMessage | undefined): readonly ExampleMessage['role'][] {
  if (before === undefined) return ['user'];
  if (before.role === 'assistant') return before.tool_calls === undefined ? ['user', 'tool'] : ['tool'];
  return before.role === 'tool' ? ['assistant', 'tool'] : ['assistant'];
}

/** A list of a column that may hold it as JSON text; or why it is none. */
export function readList(value: unknown, name: string): readonly unknown[] | RowFault {
  if (value === undefined || value === null)
    return { reason: valueWords.isMissing({ name: valueWords.column({ name }) }) };
  const list = typeof value === 'string' ? parseJson(value) : value;
  if (Array.isArray(list))
    return list.length === 0 ? { reason: valueWords.empty({ name: valueWords.column({ name }) }) } : list;
  if (typeof value !== 'string') return { reason: words.notList({ name }) };
  if (list !== undefined) return { reason: words.jsonNotList({ name }) };
  const isPython = /^\s*\[\s*\{\s*'/.test(value);
  return { reason: isPython ? words.pythonList({ name }) : words.textNotList({ name }) };
}

/** Each item of a list as a message, or why the first that cannot be one is none. */
export function readEach(
  list: readonly unknown[],
  read: (item: unknown, index: number) => RawMessage | RowFault,
): readonly RawMessage[] | RowFault {
  const messages: RawMessage[] = [];
  for (const [index, item] of list.entries()) {
    const message = read(item, index);
    if ('reason' in message) return message;
    messages.push(message);
  }
  return messages;
}

/** Messages where a value is a list of them, as it is or as JSON text; undefined for other values. */
export function findMessages(value: unknown): readonly unknown[] | undefined {
  const list = typeof value === 'string' && /^\s*\[\s*\{/.test(value) ? parseJson(value) : value;
  const isMessage = (item: unknown): boolean => isRecord(item) && typeof item.role === 'string';
  return Array.isArray(list) && list.length > 0 && list.every(isMessage) ? list : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
