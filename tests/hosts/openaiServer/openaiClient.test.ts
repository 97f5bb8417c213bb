/** The official client against the real command: the sample model, two VeRA adapters and a LoRA in one batch. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { startCli } from '../../cli/runCli.ts';
import { writeSampleLora } from '../../support/sampleLora.ts';
import { sampleModelDir, writeSampleVera } from '../../support/sampleVera.ts';

const apiKey = 'a key of this test';
const messages = [{ role: 'user' as const, content: 'Tell me about the river.' }];
const greedy = { messages, temperature: 0, max_tokens: 12 };
/** Fields that would be left aside. */
const refused: readonly (readonly [string, unknown])[] = [
  ...([
    ['a_field_of_tomorrow', 1],
    ['response_format', { type: 'json_schema' }],
    ['functions', [{ name: 'f' }]],
    ['store', true],
  ] as const),
  ...([
    ['reasoning_effort', 'high'],
    ['verbosity', 'low'],
    ['modalities', ['text', 'audio']],
    ['min_tokens', 4],
  ] as const),
  ...([
    ['stop', ''],
    ['chat_template_kwargs', { enable_thinking: false }],
    ['prompt', 'x'],
    ['guided_json', { a: 1 }],
  ] as const),
];
const served = ['sample', 'vera-one', 'vera-two', 'lora'];

const dir = mkdtempSync(join(tmpdir(), 'graft-serve-'));
let child: ChildProcess;
let baseURL: string;
let client: OpenAI;

beforeAll(async () => {
  const home = join(dir, 'home');
  await fillLibrary(home);
  const limits = ['--max-batch', '4', '--queue', '4', '--timeout', '60'];
  child = startCli(['serve', '--model', 'sample', '--all-adapters', '--json', ...limits], {
    home,
    env: { GRAFT_API_KEY: apiKey },
  });
  const [line] = (await once(child.stdout?.setEncoding('utf8') ?? child, 'data')) as [string];
  const started = JSON.parse(line) as {
    readonly address: string;
    readonly needsKey: boolean;
    readonly models: readonly string[];
  };
  expect(started).toMatchObject({ needsKey: true, models: served });
  baseURL = started.address;
  client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
}, 120_000);

afterAll(async () => {
  child.kill('SIGINT');
  const [status] = (await once(child, 'exit')) as [number | null];
  expect(status).toBe(0);
  rmSync(dir, { recursive: true, force: true });
});

async function fillLibrary(home: string): Promise<void> {
  const studio = await openStudio({ home });
  try {
    const { id: model } = await studio.models.import(sampleModelDir, { name: 'sample' });
    await studio.adapters.import(await writeSampleVera(dir, 'vera-one', 1), { name: 'vera-one', model });
    await studio.adapters.import(await writeSampleVera(dir, 'vera-two', 2), { name: 'vera-two', model });
    await studio.adapters.import(await writeSampleLora(join(dir, 'lora')), { name: 'lora', model });
  } finally {
    await studio.close();
  }
}

/** The error that the server sends; fails where there is none. */
async function errorOf(asked: Promise<unknown>): Promise<APIError> {
  const outcome = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(APIError);
  return outcome as APIError;
}

function post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const all = { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}`, ...headers };
  return fetch(`${baseURL}${path}`, { method: 'POST', body, headers: all });
}

/** The status of a request with a Host header of the caller's, which fetch does not allow. */
async function statusWithHost(host: string): Promise<number | undefined> {
  const { port } = new URL(baseURL);
  const sent = request({
    host: '127.0.0.1',
    port,
    path: '/v1/models',
    headers: { host, authorization: `Bearer ${apiKey}` },
  }).end();
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('the server through the openai client', () => {
  it('lists the base and each adapter as a model', async () => {
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toEqual(served);
    expect(await client.models.retrieve('sample:vera-one')).toMatchObject({ id: 'vera-one', parent: 'sample' });
  });

  it('answers each model in its own way, alone and all in one batch', async () => {
    const ask = async (model: string) =>
      (await client.chat.completions.create({ ...greedy, model })).choices[0]?.message.content;
    const alone = [];
    for (const model of served) alone.push(await ask(model));
    expect(new Set(alone).size).toBe(served.length);
    expect(await Promise.all(served.map(ask))).toEqual(alone);
  });

  it('streams the same text that it gives whole, with the usage at the end', async () => {
    const whole = await client.chat.completions.create({ ...greedy, model: 'vera-one' });
    const stream = await client.chat.completions.create({
      ...greedy,
      model: 'vera-one',
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const deltas = chunks.map(({ choices }) => choices[0]?.delta.content ?? '');
    expect(deltas.join('')).toBe(whole.choices[0]?.message.content);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe(whole.choices[0]?.finish_reason);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(whole.usage?.total_tokens).toBe((whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0));
  });

  it('ends before a stop text, also one that several tokens make, and never shows its beginning', async () => {
    const asked = { messages, model: 'sample', temperature: 0, max_tokens: 40 };
    const whole = await client.chat.completions.create(asked);
    const text = whole.choices[0]?.message.content ?? '';
    const stop = text.slice(9, 18);
    const cut = await client.chat.completions.create({ ...asked, stop: ['never', stop] });
    expect(cut.choices[0]).toMatchObject({
      message: { content: text.slice(0, text.indexOf(stop)) },
      finish_reason: 'stop',
    });
    expect(cut.usage?.completion_tokens).toBeLessThan(whole.usage?.completion_tokens ?? 0);
    let streamed = '';
    for await (const { choices } of await client.chat.completions.create({ ...asked, stop, stream: true })) {
      streamed += choices[0]?.delta.content ?? '';
    }
    expect(streamed).toBe(cut.choices[0]?.message.content);
  });

  it('draws the same text for the same seed, another for another, and n different ones', async () => {
    const ask = async (seed: number, n = 1) => {
      const drawn = { ...greedy, model: 'sample', temperature: 1.5, seed, n };
      const { choices } = await client.chat.completions.create(drawn);
      return choices.map(({ message }) => message.content);
    };
    const [first] = await ask(7);
    expect(await ask(7)).toEqual([first]);
    expect(await ask(8)).not.toEqual([first]);
    const several = await ask(7, 3);
    expect(several[0]).toBe(first);
    expect(new Set(several).size).toBe(3);
  });

  it('gives log-probabilities of chats: the greedy token is the likeliest, and they are of one distribution', async () => {
    const { choices } = await client.chat.completions.create({
      ...greedy,
      model: 'sample',
      logprobs: true,
      top_logprobs: 4,
    });
    const tokens = choices[0]?.logprobs?.content ?? [];
    expect(tokens.map(({ token }) => token).join('')).toBe(choices[0]?.message.content);
    for (const { token, logprob, bytes, top_logprobs: top } of tokens) {
      expect(top).toHaveLength(4);
      expect(top[0]).toMatchObject({ token, logprob, bytes });
      const shares = top.map(({ logprob: each }) => Math.exp(each));
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1);
    }
  });

  it('gives log-probabilities of completions with offsets into the text', async () => {
    const { choices } = await client.completions.create({
      model: 'vera-two',
      prompt: 'A bird',
      temperature: 0,
      max_tokens: 8,
      logprobs: 2,
    });
    const [{ text, logprobs }] = choices as [OpenAI.CompletionChoice];
    expect(logprobs?.tokens).toHaveLength(8);
    logprobs?.tokens?.forEach((token, index) =>
      expect(text.startsWith(token, logprobs.text_offset?.[index])).toBe(true),
    );
    expect(logprobs?.top_logprobs?.every((top) => Object.keys(top).length === 2)).toBe(true);
  });

  it('continues several prompts at once, as texts or token ids, and echoes them', async () => {
    const asked = { model: 'sample', temperature: 0, max_tokens: 5 };
    const { choices } = await client.completions.create({ ...asked, prompt: ['The river', 'A bird'], echo: true });
    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(choices[0]?.text.startsWith('The river')).toBe(true);
    expect(choices[1]?.text.startsWith('A bird')).toBe(true);
    const endless = { ...asked, logit_bias: { 0: -100, 4: -100 } }; // never the tokens that end an answer
    const { usage } = await client.completions.create({ ...endless, prompt: [[5, 6, 7], [8, 9]] }); // oxfmt-ignore
    expect(usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 10, total_tokens: 15 });
  });

  it('takes penalties and bias into account', async () => {
    const counting = [{ role: 'user' as const, content: 'Count to twelve.' }]; // a comma after every word
    const asked = { messages: counting, model: 'sample', temperature: 0, max_tokens: 40 };
    const plain = await client.chat.completions.create(asked);
    const varied = await client.chat.completions.create({ ...asked, frequency_penalty: 2, presence_penalty: 2 });
    expect(varied.choices[0]?.message.content).not.toBe(plain.choices[0]?.message.content);
    const forced = await client.chat.completions.create({
      ...asked,
      max_completion_tokens: 3,
      logprobs: true,
      logit_bias: { 20: 100 },
    });
    expect(new Set(forced.choices[0]?.logprobs?.content?.map(({ token }) => token)).size).toBe(1);
  });

  it('ends the answer of a client that goes away, and answers the next', async () => {
    const stream = await client.chat.completions.create({
      messages,
      model: 'lora',
      max_completion_tokens: 400,
      temperature: 1.2,
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    stream.controller.abort();
    const { choices } = await client.chat.completions.create({ ...greedy, model: 'lora' });
    expect(choices[0]?.message.content).not.toBe('');
  });

  it('refuses by name what it does not do or does not know, and takes what changes nothing', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'look_up' } }];
    expect(await errorOf(client.chat.completions.create({ ...greedy, model: 'sample', tools }))).toMatchObject({
      ...{ status: 400, param: 'tools', code: 'unsupported_parameter', type: 'invalid_request_error' },
    });
    const format = { response_format: { type: 'json_object' as const } };
    expect(await errorOf(client.chat.completions.create({ ...greedy, ...format, model: 'sample' }))).toMatchObject({
      param: 'response_format',
    });
    const echoed = { prompt: 'x', echo: true, logprobs: 1 };
    expect(await errorOf(client.completions.create({ model: 'sample', ...echoed }))).toMatchObject({
      status: 400,
      param: 'echo',
    });
    for (const [field, value] of refused) {
      const asked = client.chat.completions.create({ ...greedy, model: 'sample', [field]: value });
      expect(await errorOf(asked), field).toMatchObject({ status: 400, param: field });
    }
    const harmless = {
      user: 'me',
      store: false,
      metadata: { a: 'b' },
      min_tokens: 0,
      tools: [],
      modalities: ['text' as const],
    };
    const plain = { ...greedy, ...harmless, response_format: { type: 'text' as const }, model: 'sample' };
    expect((await client.chat.completions.create(plain)).choices).toHaveLength(1);
  });

  it('refuses what it cannot take of a message by its place (a picture, a call or a name that the model never sees)', async () => {
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };
    const answer = {
      role: 'assistant',
      content: 'x',
      tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    const cases = [
      {
        message: { role: 'user', content: [{ type: 'text', text: 'What is it?' }, picture] },
        param: 'messages.1.content.1.type',
      },
      { message: answer, param: 'messages.1.tool_calls' },
      { message: { role: 'tool', content: '4', tool_call_id: '1' }, param: 'messages.1.role' },
      { message: { role: 'assistant', content: null }, param: 'messages.1.content' },
      { message: { role: 'user', content: 'x', mood: 'gay' }, param: 'messages.1.mood' },
      { message: { role: 'user', content: 'x', name: 'Ann' }, param: 'messages.1.name' },
    ];
    for (const { message, param } of cases) {
      const sent = [...messages, message] as OpenAI.ChatCompletionMessageParam[];
      expect(
        await errorOf(client.chat.completions.create({ ...greedy, model: 'sample', messages: sent })),
        param,
      ).toMatchObject({
        ...{ status: 400, param },
      });
    }
  });

  it('answers behind a system message alone and behind an answer (an empty answer with status 200)', async () => {
    const system = { role: 'system' as const, content: 'You tell of rivers.' };
    const answered = { role: 'assistant' as const, content: 'The river is wide.' };
    for (const sent of [[system], [...messages, answered]]) {
      const { choices, usage } = await client.chat.completions.create({ ...greedy, model: 'sample', messages: sent });
      expect(choices[0]?.message.content).not.toBe('');
      expect(usage?.completion_tokens).toBeGreaterThan(0);
    }
  });

  it('goes on with the last message where that is asked for, space and all, and refuses a new turn besides', async () => {
    const asked = { ...greedy, model: 'sample', max_tokens: 30 };
    const whole = (await client.chat.completions.create(asked)).choices[0]?.message.content ?? '';
    const cut = whole.indexOf(' ', 12);
    const begun = { role: 'assistant' as const, content: whole.slice(0, cut) };
    const goOn = { ...asked, messages: [...messages, begun], continue_final_message: true };
    const rest = (await client.chat.completions.create(goOn)).choices[0]?.message.content ?? '';
    expect(rest.startsWith(whole.slice(cut))).toBe(true);
    const ended = await client.chat.completions.create({ ...goOn, ...{ continue_final_message: false } });
    expect(ended.choices[0]?.message.content).not.toBe(rest);
    const both = client.chat.completions.create({ ...goOn, ...{ add_generation_prompt: true } });
    expect(await errorOf(both)).toMatchObject({ status: 400, param: 'continue_final_message' });
  });

  it('names the base URL where a client left out /v1', async () => {
    const { origin } = new URL(baseURL);
    const short = new OpenAI({ baseURL: origin, apiKey, maxRetries: 0 });
    const error = await errorOf(short.chat.completions.create({ ...greedy, model: 'sample' }));
    expect(error).toMatchObject({
      status: 404,
      code: 'unknown_url',
      message: expect.stringContaining(`Use ${baseURL} `) as unknown,
    });
    const twice = new OpenAI({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0 });
    expect((await errorOf(twice.models.list())).message).toContain(`Use ${baseURL} `);
  });

  it('says what is wrong with a request in OpenAI’s shape', async () => {
    expect(await errorOf(client.chat.completions.create({ ...greedy, model: 'gpt-4' }))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    expect(await errorOf(client.models.retrieve('a/b'))).toMatchObject({ status: 404, param: 'model' });
    const hot = client.chat.completions.create({ ...greedy, model: 'sample', temperature: 3 });
    expect(await errorOf(hot)).toMatchObject({
      ...{ status: 400, param: 'temperature', message: expect.stringContaining('This must be at most 2.') as unknown },
    });
    const long = client.completions.create({ model: 'sample', prompt: 'word '.repeat(600) });
    expect(await errorOf(long)).toMatchObject({ status: 400, code: 'context_length_exceeded' });
    const stops = client.completions.create({ model: 'sample', prompt: 'x', stop: ['1', '2', '3', '4', '5'] });
    expect(await errorOf(stops)).toMatchObject({ status: 400, param: 'stop' });
    const outside = client.completions.create({ model: 'sample', prompt: [999_999] });
    expect(await errorOf(outside)).toMatchObject({ status: 400, param: 'prompt' });
    const biased = client.completions.create({ model: 'sample', prompt: 'x', logit_bias: { 999_999: 1 } });
    expect(await errorOf(biased)).toMatchObject({ status: 400, param: 'logit_bias' });
  });

  it('lets only programs with the key in, under its own name', async () => {
    expect(await errorOf(new OpenAI({ baseURL, apiKey: 'wrong', maxRetries: 0 }).models.list())).toMatchObject({
      ...{ status: 401, code: 'invalid_api_key' },
    });
    expect((await fetch(`${baseURL}/models`)).status).toBe(401);
    const { host, origin } = new URL(baseURL);
    expect(await statusWithHost(host)).toBe(200);
    expect(await statusWithHost('graft.example')).toBe(403);
    expect(
      (
        await fetch(`${baseURL}/models`, {
          headers: { Origin: 'http://graft.example', Authorization: `Bearer ${apiKey}` },
        })
      ).status,
    ).toBe(403);
    const health = await fetch(`${origin}/health`);
    expect(health.status).toBe(200);
    expect(health.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('bounds bodies, their type, methods and the queue', async () => {
    expect((await post('/chat/completions', '{"model": ')).status).toBe(400);
    expect((await post('/chat/completions', '{}', { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await post('/chat/completions', `"${'x'.repeat(5 * 2 ** 20)}"`)).status).toBe(413);
    expect((await post('/models', '{}')).status).toBe(405);
    expect((await post('/embeddings', '{}')).status).toBe(404);
    const many = Array.from({ length: 12 }, async () =>
      client.chat.completions.create({ messages, model: 'sample', max_completion_tokens: 60, temperature: 1 }),
    );
    const outcomes = await Promise.allSettled(many);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as APIError] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(8);
    expect(await errorOf(client.chat.completions.create({ ...greedy, model: 'sample', n: 9 }))).toMatchObject({
      status: 400,
      param: 'n',
    });
  });
});
