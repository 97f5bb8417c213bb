import { describe, expect, it } from 'vitest';
import type { DatasetFormatReader } from '../../../main/datasets/formats/datasetFormat.ts';
import { openai } from '../../../main/datasets/formats/openai.ts';
import { prompt } from '../../../main/datasets/formats/prompt.ts';
import { sharegpt } from '../../../main/datasets/formats/sharegpt.ts';
import { inEnglish } from '../../support/inEnglish.ts';

const user = { role: 'user', content: 'q' };
const answer = { role: 'assistant', content: 'a' };
const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } };
const calling = { role: 'assistant', content: null, tool_calls: [call] };
const result = { role: 'tool', tool_call_id: 'c1', content: '12' };
const tool = { type: 'function', function: { name: 'f' } };
const reasonOf = (messages: unknown, more: object = {}): unknown => inEnglish(openai.parse({ messages, ...more }));

describe('fields of messages', () => {
  it('keeps calls, tools, results, thoughts, names and a weight of 0', () => {
    const thoughtful = { ...answer, reasoning_content: 'why', weight: 0 };
    expect(
      openai.parse({
        messages: [{ ...user, name: 'Ann' }, thoughtful, user, calling, result, { ...answer, weight: 1 }],
        tools: [tool],
      }),
    ).toEqual({
      kind: 'chat',
      messages: [
        { ...user, name: 'Ann' },
        { ...answer, reasoning: 'why', weight: 0 },
        user,
        { role: 'assistant', content: null, tool_calls: [call] },
        result,
        answer,
      ],
      tools: [tool],
    });
  });

  it('takes a null, an empty text and an empty list for a field that is not there', () => {
    const empty = {
      tool_calls: null,
      function_call: null,
      reasoning_content: '',
      thinking: null,
      weight: null,
      name: null,
      refusal: null,
    };
    const messages = [
      { ...user, ...empty },
      { ...answer, ...empty, tool_calls: [] },
    ];
    expect(openai.parse({ messages, tools: [] })).toEqual({ kind: 'chat', messages: [user, answer] });
    expect(inEnglish(openai.notices?.({ messages }))).toEqual([]);
  });

  it.each([
    [[user, { ...answer, weight: 0.5 }], /message 2 \(assistant\) has the weight 0\.5; only 0 and 1/],
    [[user, { ...answer, weight: true }], /has the weight true/],
    [[user, { ...answer, weight: 0 }], /every answer has weight 0/],
    [[user, { ...answer, reasoning_content: 7 }], /reasoning_content of message 2 \(assistant\) is a number/],
    [[user, { ...answer, reasoning: 'x', thinking: 'y' }], /has thoughts twice: reasoning and thinking/],
    [[user, { ...answer, tool_calls: [{ id: 'x' }] }, result, answer], /a tool call without the name of a function/],
    [[user, { ...calling, tool_calls: 'weather' }, result, answer], /a tool call without the name/],
    [[user, calling, answer], /message 3 is the assistant's, expected the tool's/],
    [[user, calling, result], /the last message is a tool's, without an answer/],
    [[user, result, answer], /message 2 is the tool's, expected the assistant's/],
    [[user, user, answer], /message 2 is the user's/],
    [[user, { role: 'assistant', content: null }], /message 2 \(assistant\) is null/],
    [[user, { ...answer, name: 3 }], /name of message 2 \(assistant\) is a number/],
    ["[{'role': 'user', 'content': 'q'}]", /Python's notation/],
    ['{"role": "user"}', /is JSON, but not a list/],
    ['[]', /messages is empty/],
  ])('%j is a bad row', (messages, reason) => {
    expect(reasonOf(messages)).toMatchObject({ reason: expect.stringMatching(reason) });
  });

  it.each([
    ['weather', /tools is not a list/],
    [[{ description: 'x' }], /without the name of a function/],
  ])('the tools %j make a bad row', (tools, reason) => {
    expect(reasonOf([user, answer], { tools })).toMatchObject({ reason: expect.stringMatching(reason) });
  });

  it('refuses tools that stand twice', () => {
    const system = { role: 'system', content: 's', tools: '[]x' };
    expect(reasonOf([system, user, answer], { tools: [tool] })).toEqual({
      reason: 'tools stand twice: beside the messages and in the system message',
    });
  });

  it('names fields that nothing reads', () => {
    const messages = [
      { ...user, score: 3 },
      { ...answer, refusal: 'no', score: 1 },
    ];
    const named = ['The field "score" of messages is left aside.', 'The field "refusal" of messages is left aside.'];
    expect(inEnglish(openai.notices?.({ messages }))).toEqual(named);
  });
});

describe('other spellings of the same', () => {
  const chat = {
    kind: 'chat',
    messages: [
      user,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ type: 'function', function: { name: 'f', arguments: { x: 1 } } }],
      },
      { role: 'tool', content: '12' },
      answer,
    ],
    tools: [tool],
  };

  it.each<[string, DatasetFormatReader, Record<string, unknown>]>([
    [
      'the older function_call, flat tools as text',
      openai,
      {
        messages: [
          user,
          { role: 'assistant', function_call: { name: 'f', arguments: { x: 1 } } },
          { role: 'function', content: '12' },
          answer,
        ],
        tools: '[{"type": "function", "function": {"name": "f"}}]',
      },
    ],
    [
      'JSON text',
      openai,
      {
        messages: JSON.stringify([
          user,
          { role: 'assistant', content: null, tool_calls: [{ name: 'f', arguments: { x: 1 } }] },
          { role: 'ipython', content: '12' },
          answer,
        ]),
        tools: [tool],
      },
    ],
    [
      'ShareGPT with function_call and observation',
      sharegpt,
      {
        conversations: [
          { from: 'human', value: 'q' },
          { from: 'function_call', value: '{"name": "f", "arguments": {"x": 1}}' },
          { from: 'observation', value: '12' },
          { from: 'gpt', value: 'a' },
        ],
        tools: [tool],
      },
    ],
    [
      'ShareGPT as JSON text',
      sharegpt,
      {
        conversations: JSON.stringify([
          { from: 'human', value: 'q' },
          { from: 'tool_call', value: { name: 'f', arguments: { x: 1 } } },
          { from: 'tool', value: '12' },
          { from: 'gpt', value: 'a' },
        ]),
        tools: [tool],
      },
    ],
  ])('%s', (_name, format, values) => {
    expect(format.parse(values)).toEqual(chat);
  });

  it('wraps tools that are a function alone, and finds them in the system message', () => {
    const described = { name: 'f', description: 'd' };
    const wrapped = { type: 'function', function: described };
    expect(openai.parse({ messages: [user, answer], tools: [described] })).toMatchObject({ tools: [wrapped] });
    const system = { role: 'system', content: 's', tools: JSON.stringify([described]) };
    expect(openai.parse({ messages: [system, user, answer] })).toMatchObject({ tools: [wrapped] });
  });

  it('reads weights of ShareGPT turns, and names what it does not read', () => {
    // oxfmt-ignore
    const conversations = [{ from: 'human', value: 'q' }, { from: 'gpt', value: 'a', weight: 0, likes: 3 }, { from: 'human', value: 'q' }, { from: 'gpt', value: 'a' }];
    expect(sharegpt.parse({ conversations })).toMatchObject({
      messages: [user, { ...answer, weight: 0 }, user, answer],
    });
    expect(inEnglish(sharegpt.notices?.({ conversations }))).toEqual(['The field "likes" of messages is left aside.']);
  });
});

describe('conversations as prompt and completion', () => {
  it('trains the answers of the completion alone', () => {
    expect(prompt.parse({ prompt: [user, answer, user], completion: [answer], system: 's' })).toEqual({
      kind: 'chat',
      messages: [{ role: 'system', content: 's' }, user, { ...answer, weight: 0 }, user, answer],
    });
  });

  it('keeps one question with one answer a completion, as two texts are', () => {
    const completion = { kind: 'completion', prompt: 'q', completion: 'a' };
    expect(prompt.parse({ prompt: [user], completion: [answer] })).toEqual(completion);
    expect(prompt.parse({ prompt: JSON.stringify([user]), completion: 'a' })).toEqual(completion);
    expect(prompt.parse({ prompt: 'q', completion: [answer] })).toEqual(completion);
  });

  it('puts what the question is about before it, and tools beside', () => {
    expect(prompt.parse({ prompt: [user], completion: [answer], context: 'C', tools: [tool] })).toEqual({
      kind: 'chat',
      messages: [{ role: 'user', content: 'C\n\nq' }, answer],
      tools: [tool],
    });
  });

  it.each([
    [[user], [user], /message 2 is the user's/],
    [[{ role: 'x', content: 'q' }], [answer], /prompt: message 1 has the role "x"/],
    [[answer], [answer], /message 1 is the assistant's/],
  ])('%j and %j are a bad row', (before, after, reason) => {
    expect(inEnglish(prompt.parse({ prompt: before, completion: after }))).toMatchObject({
      reason: expect.stringMatching(reason),
    });
  });

  it('leaves text that only looks like a list', () => {
    expect(prompt.parse({ prompt: '[{"a": 1}]', completion: '[{]' })).toEqual({
      kind: 'completion',
      prompt: '[{"a": 1}]',
      completion: '[{]',
    });
  });
});
