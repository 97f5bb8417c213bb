/** Every reason that the reading of messages, or a chat template, can give has its Japanese. */
import { expect, it } from 'vitest';
import { openai } from '../../../main/datasets/formats/openai.ts';
import { prompt } from '../../../main/datasets/formats/prompt.ts';
import { sharegpt } from '../../../main/datasets/formats/sharegpt.ts';
import type { Example, RowFault } from '../../../main/datasets/example.ts';
import { labelSentence } from '../../../renderer/i18n/labelSentences.ts';

const user = { role: 'user', content: 'q' };
const answer = { role: 'assistant', content: 'a' };
const calling = { role: 'assistant', content: null, tool_calls: [{ name: 'f' }] };
const result = { role: 'tool', content: '12' };
const reasonOf = (parsed: Example | RowFault): string => ('reason' in parsed ? parsed.reason : 'no reason');

const reasons = [
  ...[
    [user, { ...answer, weight: 2 }],
    [user, { ...answer, weight: 0 }],
    [user, { ...answer, reasoning: 'x', thinking: 'y' }],
    [user, { ...answer, tool_calls: [{}] }],
    [user, calling, answer],
    [user, calling, result],
    [user],
    [user, user, answer],
    [user, { ...answer, content: ' ' }],
    [{ ...user, content: '' }, answer],
    [user, { role: 'assistant', content: null }],
    [user, { ...answer, name: 3 }],
    [{ role: 'x', content: 'q' }],
    [],
    undefined,
    7,
    'text',
    '{}',
    "[{'role': 'user'}]",
  ].map((messages) => reasonOf(openai.parse({ messages }))),
  reasonOf(openai.parse({ messages: [user, answer], tools: 'x' })),
  reasonOf(openai.parse({ messages: [user, answer], tools: [{}] })),
  reasonOf(openai.parse({ messages: [{ role: 'system', content: 's', tools: '[]x' }, user, answer], tools: [{ name: 'f' }] })),
  reasonOf(prompt.parse({ prompt: [{ role: 'x', content: 'q' }], completion: 'a' })),
  reasonOf(sharegpt.parse({ conversations: [{ from: 'x', value: 'q' }] })),
  reasonOf(sharegpt.parse({ conversations: [{ from: 'function_call', value: 'q' }] })),
  ...(openai.notices?.({ messages: [{ ...user, score: 1 }, answer] }) ?? []),
  "the model's chat template does not show tools",
  "the model's chat template does not show the tool calls of message 2 (assistant)",
  "the model's chat template does not show the thoughts of the assistant (reasoning_content)",
  "the model's chat template does not show what message 2 says beside its tool calls",
  'the plain layout (the model has no chat template) does not show the name of message 1 (user)',
  'The chat template refused this conversation: no.',
];

it.each(reasons)('%s', (reason) => {
  const shown = labelSentence(reason, 'ja');
  expect(shown).not.toBe(reason);
  expect(shown).toMatch(/[ぁ-ん]/);
  expect(shown).not.toMatch(/\b(is|the|has|of|only|assistant|user)\b/);
  expect(labelSentence(reason, 'en')).toBe(reason);
});
