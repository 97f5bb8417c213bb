/**
 * ShareGPT rows: `conversations` of `{ from, value }`, with the names that such files use for the sides. A turn from
 * `function_call` is an answer that calls tools, `observation` what they gave.
 */
import {
  conversations as conversationNames,
  system as systemNames,
  tools as toolsNames,
} from '../../contract/columnNames.ts';
import { tryParseJson } from '../../formats/jsonText.ts';
import { isRecord } from '../../formats/text/rows.ts';
import type { RowFault } from '../example.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { instructions, noteUnread, readEach, readList, toChat } from './messages.ts';
import type { RawMessage } from './messages.ts';
import { messageWords as words } from '../../contract/words/messages.ts';
import type { Said } from '../../contract/words/words.ts';

const speakers: Readonly<Record<string, RawMessage['role'] | 'calls'>> = {
  system: 'system',
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  chatgpt: 'assistant',
  bing: 'assistant',
  bard: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  function_call: 'calls',
  tool_call: 'calls',
  observation: 'tool',
  tool: 'tool',
  function: 'tool',
  function_response: 'tool',
  tool_response: 'tool',
};

export const sharegpt: DatasetFormatReader = {
  id: 'sharegpt',
  description: '{"conversations": [{"from": "human", "value": "…"}, {"from": "gpt", "value": "…"}]}',
  roles: [
    { name: 'conversations', columns: conversationNames, required: true },
    { name: 'system', columns: systemNames, required: false },
    { name: 'tools', columns: toolsNames, required: false },
  ],
  isWhole: true,
  parse({ conversations, system, tools }) {
    const parsed = parseTurns(conversations);
    return 'reason' in parsed ? parsed : toChat([...instructions(system), ...parsed], tools);
  },
  notices({ conversations }) {
    const parsed = parseTurns(conversations);
    return 'reason' in parsed ? [] : noteUnread(parsed, ['from', 'value', 'tool_calls']);
  },
};

function parseTurns(conversations: unknown): readonly RawMessage[] | RowFault {
  const list = readList(conversations, 'conversations');
  return 'reason' in list ? list : readEach(list, (turn, index) => parseTurn(turn, words.turn({ number: index + 1 })));
}

function parseTurn(turn: unknown, title: Said): RawMessage | RowFault {
  if (!isRecord(turn) || typeof turn.from !== 'string') return { reason: words.notFromObject({ title }) };
  const role = Object.hasOwn(speakers, turn.from) ? speakers[turn.from] : undefined;
  if (role === undefined) return { reason: words.otherSpeaker({ title, from: turn.from.slice(0, 40) }) };
  if (role !== 'calls') return { role, content: turn.value, fields: turn };
  const calls = typeof turn.value === 'string' ? tryParseJson(turn.value) : turn.value;
  if (!isRecord(calls) && !Array.isArray(calls)) return { reason: words.notACall({ title, from: turn.from }) };
  return { role: 'assistant', content: null, fields: { ...turn, tool_calls: Array.isArray(calls) ? calls : [calls] } };
}
