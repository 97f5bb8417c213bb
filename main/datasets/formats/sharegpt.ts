/** ShareGPT rows: `conversations` of `{ from, value }`, with the names that such files use for the two sides. */
import { isRecord } from '../../formats/text/rows.ts';
import type { DatasetFormatReader } from './datasetFormat.ts';
import { toChat } from './messages.ts';
import type { RawMessage } from './messages.ts';

const speakers: Readonly<Record<string, RawMessage['role']>> = {
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
};

export const sharegpt: DatasetFormatReader = {
  id: 'sharegpt',
  description: '{"conversations": [{"from": "human", "value": "…"}, {"from": "gpt", "value": "…"}]}',
  roles: [
    { name: 'conversations', columns: ['conversations', 'conversation', 'messages'], required: true },
    { name: 'system', columns: ['system', 'system_prompt'], required: false },
  ],
  parse({ conversations, system }) {
    if (!Array.isArray(conversations))
      return { reason: conversations === undefined ? 'conversations is missing' : 'conversations is not a list' };
    const parsed: RawMessage[] = system === undefined || system === null || system === '' ? [] : [{ role: 'system', content: system }];
    for (const [index, turn] of conversations.entries()) {
      if (!isRecord(turn) || typeof turn.from !== 'string') return { reason: `turn ${index + 1} is not an object with from and value` };
      const role = Object.hasOwn(speakers, turn.from) ? speakers[turn.from] : undefined;
      if (role === undefined)
        return { reason: `turn ${index + 1} is from "${turn.from.slice(0, 40)}"; only human, gpt and system can be trained` };
      parsed.push({ role, content: turn.value });
    }
    return conversations.length === 0 ? { reason: 'conversations is empty' } : toChat(parsed);
  },
};
