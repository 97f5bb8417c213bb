import { describe, expect, it } from 'vitest';
import { openai } from '../../main/datasets/formats/openai.ts';
import { renderExamples } from '../../main/datasets/render.ts';
import type { TextExample } from '../../main/datasets/render.ts';
import { templates } from '../support/templates.ts';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string | null, more: object = {}) => ({ role: 'assistant', content, ...more });
const system = (content: string) => ({ role: 'system', content });
const call = (given: unknown) => ({
  tool_calls: [{ id: 'call1', type: 'function', function: { name: 'weather', arguments: given } }],
});
const result = { role: 'tool', tool_call_id: 'call1', content: '12 "C"\n' };
const tools = [
  { type: 'function', function: { name: 'weather', description: 'W', parameters: { properties: {}, required: [] } } },
];

/** `prompt → answer` of each trained answer, or why there are none. */
async function answersOf(
  template: string,
  messages: readonly object[],
  tools?: readonly object[],
): Promise<readonly string[]> {
  const example = openai.parse({ messages, tools });
  if ('reason' in example) return [`bad: ${example.reason.text}`];
  const context = {
    chatTemplate: templates.get(template) ?? template,
    bosToken: '<s>',
    eosToken: '</s>',
    trainOn: 'answers' as const,
  };
  const [rendered] = await renderExamples([example as TextExample], context);
  if (rendered === undefined || 'reason' in rendered) return [`unusable: ${rendered?.reason.text ?? ''}`];
  return 'answers' in rendered ? rendered.answers.map(({ prompt, text }) => `${prompt} → ${text}`) : [];
}

const exchange = [
  user('2+2?'),
  assistant('<think>\nadd\n</think>\n\nIt is 4.'),
  user('3+3?'),
  assistant('<think>\nIt is\n</think>\n\nIt is 6.'),
];

describe('templates that treat thoughts', () => {
  it('shows the thoughts of each answer, and drops them in the prompts of later ones', async () => {
    expect(await answersOf('thoughts-of-last-turn', exchange)).toEqual([
      '<|start|>user\n2+2?<|stop|>\n<|start|>assistant\n → <think>\nadd\n</think>\n\nIt is 4.<|stop|>',
      '<|start|>user\n2+2?<|stop|>\n<|start|>assistant\nIt is 4.<|stop|>\n<|start|>user\n3+3?<|stop|>\n<|start|>assistant\n → <think>\nIt is\n</think>\n\nIt is 6.<|stop|>',
    ]);
  });

  it('goes on in the block that the generation prompt opens, or closes it at once', async () => {
    expect(
      await answersOf('opened-thoughts', [
        user('2+2?'),
        assistant('<think>\nadd\n</think>\n\n4'),
        user('3+3?'),
        assistant('6'),
      ]),
    ).toEqual([
      '<|turn|>user\n2+2?<|over|>\n<|turn|>assistant\n<think>\n → add\n</think>\n\n4<|over|>',
      '<|turn|>user\n2+2?<|over|>\n<|turn|>assistant\n4<|over|>\n<|turn|>user\n3+3?<|over|>\n<|turn|>assistant\n<think>\n → \n</think>\n\n6<|over|>',
    ]);
  });

  it('keeps thoughts that the template drops even from the last answer, and an indented answer without any', async () => {
    expect(await answersOf('thoughts-dropped', [...exchange.slice(0, 3), assistant('    x')])).toEqual([
      '<s><Ask>2+2?<Answer><think>\n → add\n</think>\n\nIt is 4.</s>',
      '<s><Ask>2+2?<Answer>\n\nIt is 4.</s><Ask>3+3?<Answer><think>\n → \n</think>\n\n    x</s>',
    ]);
  });

  it('keeps them where the generation prompt opens no block, though the answer repeats their words', async () => {
    expect((await answersOf('thoughts-dropped-two-ends', exchange))[1]).toBe(
      '<s><Ask>2+2?<Answer>\n\nIt is 4.</s><Ask>3+3?<Answer> → <think>\nIt is\n</think>\n\nIt is 6.</s>',
    );
  });

  it('gives thoughts under the name that the template knows', async () => {
    const messages = [user('2+2?'), assistant('4', { reasoning_content: 'add' })];
    const [channels] = await answersOf('channels', messages);
    expect(channels).toMatch(
      /assistant → <\|channel\|>analysis<\|text\|>add<\|close\|><\|open\|>assistant<\|channel\|>final<\|text\|>4<\|return\|>$/,
    );
    const [turns] = await answersOf('thoughts-of-last-turn', [user('2+2?'), assistant('4', { thinking: 'add' })]);
    expect(turns).toMatch(/ → <think>\nadd\n<\/think>\n\n4<\|stop\|>$/);
  });

  it('writes thoughts of a field into the text where the template treats them there alone', async () => {
    expect(await answersOf('thoughts-dropped', [user('2+2?'), assistant('4', { reasoning: 'add' })])).toEqual([
      '<s><Ask>2+2?<Answer><think>\n → add\n</think>\n\n4</s>',
    ]);
  });

  it('refuses thoughts of a field where the template knows none', async () => {
    const [reason] = await answersOf('headers-and-date', [user('2+2?'), assistant('4', { reasoning_content: 'add' })]);
    expect(reason).toMatch(/unusable: .*does not show the thoughts .*reasoning_content/);
  });
});

describe('templates that change what was before', () => {
  const rows = [system('Be terse.'), user('Peru?'), assistant('Lima'), user('Cuba?'), assistant('Havana')];

  it.each([
    ['system-lost', '', ''],
    ['system-in-last-question', ' ', ' '],
  ])('%s: shows the system message in the last question of each prompt', async (template, before, space) => {
    expect(await answersOf(template, rows)).toEqual([
      `<s>[ASK]${before}Be terse.\n\nPeru?[/ASK] → ${space}Lima</s>`,
      `<s>[ASK]${before}Peru?[/ASK]${space}Lima</s>[ASK]${before}Be terse.\n\nCuba?[/ASK] → ${space}Havana</s>`,
    ]);
  });

  it('finds calls behind a prompt that the finished conversation does not show', async () => {
    const messages = [
      system('Be terse.'),
      user('Bern?'),
      assistant(null, call({ city: 'Bern' })),
      result,
      assistant('12'),
    ];
    const [first, second] = await answersOf('system-in-last-question', messages, tools);
    expect(first).toMatch(
      /\[ASK\] Be terse\.\n\nBern\?\[\/ASK\] → \[CALLS\] \[\{"name": "weather", "arguments": \{"city": "Bern"\}, "id": "call1"\}\]<\/s>$/,
    );
    expect(second).toMatch(/\[RESULT\] 12 "C"\n\[\/RESULT\] →  12<\/s>$/);
  });

  it('ends a row without the ends that stand behind the whole alone', async () => {
    expect(await answersOf('marked-generation', [user('q'), assistant('a')])).toEqual([
      '<|user|>\nq<|end|>\n<|assistant|>\n → a<|end|>',
    ]);
  });

  it('refuses a row whose system message is shown nowhere', async () => {
    const template =
      "{% for m in messages %}{% if m.role != 'system' %}{{ m.role ~ ':' ~ m.content ~ '</s>' }}{% endif %}{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";
    expect(await answersOf(template, rows)).toEqual([
      "unusable: the model's chat template does not show the text of message 1 (system)",
    ]);
  });
});

describe('fields of messages', () => {
  it('leaves out answers of weight 0, which later prompts show', async () => {
    const messages = [user('a'), assistant('bad', { weight: 0 }), user('b'), assistant('good', { weight: 1 })];
    expect(await answersOf('instructions-in-prose', messages)).toEqual([
      '### Question:\na\n\n### Answer:\nbad</s>\n\n### Question:\nb\n\n### Answer:\n → good</s>',
    ]);
  });

  it('trains calls through the template, with arguments as it means them', async () => {
    const messages = [user('Bern?'), assistant(null, call('{"city":"Bern"}')), result, assistant('12')];
    const [header] = await answersOf('headers-and-date', messages, tools);
    expect(header).toMatch(/ → \{"name": "weather", "parameters": \{"city": "Bern"\}\}<\|eot\|>$/);
    const [turn, after] = await answersOf('thoughts-of-last-turn', messages, tools);
    expect(turn).toMatch(/"name": "weather"[^→]* → <think>\n\n<\/think>\n\n<call>.*Bern.*<\/call><\|stop\|>$/);
    expect(after).toMatch(/<result>12 "C"\n<\/result><\|stop\|>\n<\|start\|>assistant\n → /);
  });

  it('knows that a template shows what a tool gave as JSON', async () => {
    const [, second] = await answersOf(
      'channels',
      [user('Bern?'), assistant(null, call({})), result, assistant('12')],
      tools,
    );
    expect(second).toMatch(/to=assistant<\|text\|>"12 \\"C\\"\\n"<\|close\|>/);
  });

  it.each([
    ['instructions-in-prose', [user('q'), assistant('a')], tools, /does not show tools/],
    [
      'instructions-in-prose',
      [user('q'), assistant('a', call({}))],
      undefined,
      /does not show the tool calls of message 2/,
    ],
    [
      'instructions-in-prose',
      [{ ...user('q'), name: 'Ann' }, assistant('a')],
      undefined,
      /does not show the name of message 1 \(user\)/,
    ],
    [
      'headers-and-date',
      [user('q'), assistant('Let me look.', call({}))],
      undefined,
      /does not show what message 2 says beside its tool calls/,
    ],
    ['role-renamed', [user('q'), assistant('a', call({})), result, assistant('b')], undefined, /take turns/],
  ])('%s refuses what it would drop', async (template, messages, given, reason) => {
    const [answer] = await answersOf(template, messages, given);
    expect(answer).toMatch(/^unusable: /);
    expect(answer).toMatch(reason);
  });

  it('names the calls, not where a template stops that adds up role and content, when it shows none', async () => {
    const template =
      "{% for m in messages %}{{ '<' + m['role'] + '>' + m['content'] + '</s>' }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";
    expect(await answersOf(template, [user('q'), assistant(null, call({})), result, assistant('a')])).toEqual([
      "unusable: the model's chat template does not show the tool calls of message 2 (assistant)",
    ]);
  });

  it('takes tools within the system message where the template reads them there', async () => {
    const template =
      "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% if m.role == 'system' and m.tools %}<tools>{{ m.tools }}</tools>{% endif %}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";
    const [answer] = await answersOf(template, [user('q'), assistant('a')], tools);
    expect(answer).toMatch(
      /^<\|system\|><tools>\[\{"type":"function".*<\/tools><\|end\|><\|user\|>q<\|end\|><\|assistant\|> → a<\|end\|>$/,
    );
  });
});
