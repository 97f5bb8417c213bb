/**
 * Calls of tools and their descriptions, in OpenAI's shape whatever shape a file has them in: `{ name, arguments }`
 * alone, the older `function_call`, or JSON text of any of these.
 */
import { tryParseJson } from '../../formats/jsonText.ts';
import { isRecord } from '../../formats/text/rows.ts';
import type { RowFault, Tool, ToolCall } from '../example.ts';
import { messageWords as words } from '../../contract/words/messages.ts';
import type { Said } from '../../contract/words/words.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Those of a message; nothing where it has none. */
export function readCalls(
  { tool_calls: calls, function_call: older }: Fields,
  title: Said,
): { readonly tool_calls?: ToolCall[] } | RowFault {
  const given = withoutText(isNothing(calls) ? older : calls);
  if (isNothing(given)) return {};
  const list = Array.isArray(given) ? given : [given];
  const read: ToolCall[] = [];
  for (const item of list) {
    const call = toCall(item);
    if (call === undefined) return { reason: words.callNoName({ title }) };
    read.push(call);
  }
  return { tool_calls: read };
}

/** The tools of a row: a list, or its JSON. */
export function readTools(value: unknown): { readonly tools?: Tool[] } | RowFault {
  const given = withoutText(value);
  if (isNothing(given)) return {};
  if (!Array.isArray(given)) return { reason: words.toolsNoList() };
  const tools = given.map(toTool).filter((tool) => tool !== undefined);
  return tools.length === given.length ? { tools } : { reason: words.toolsNoName() };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function withoutText(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' ? (tryParseJson(value) ?? value) : value;
}

function toCall(item: unknown): ToolCall | undefined {
  if (!isRecord(item)) return undefined;
  const inner = isRecord(item.function) ? item.function : item;
  if (typeof inner.name !== 'string' || inner.name === '') return undefined;
  const { name, arguments: given } = inner;
  const args = given ?? (isRecord(inner.parameters) ? inner.parameters : {});
  if (inner === item) return { type: 'function', function: { name, arguments: args } };
  return {
    ...withoutNulls(item),
    type: typeof item.type === 'string' ? item.type : 'function',
    function: { ...withoutNulls(inner), name, arguments: args },
  };
}

function toTool(item: unknown): Tool | undefined {
  if (!isRecord(item)) return undefined;
  if (isRecord(item.function)) return typeof item.function.name === 'string' ? item : undefined;
  return typeof item.name === 'string' ? { type: 'function', function: item } : undefined;
}

/** Files with fixed columns have a null where a call lacks a field. */
function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
