/**
 * The wire format alone, before a studio that says what a test tells it: failures in the middle, counts, and what is
 * asked of the studio.
 */
import OpenAI, { APIError } from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { AnswerPiece, ServedAnswer, ServedRequest, ServingService } from '../../../main/contract/serving.ts';
import { defaultLimits, OpenaiServer } from '../../../main/hosts/openaiServer/OpenaiServer.ts';

type Complete = (request: ServedRequest, onPiece: (piece: AnswerPiece) => void) => Promise<ServedAnswer>;

const model = { name: 'tiny', ownName: 'tiny', base: null, adapterId: null, createdAt: 0 };
const messages = [{ role: 'user' as const, content: 'Hi' }];
const stopped: ServedAnswer = { finish: 'stop', promptTokens: 3, cachedTokens: 1, completionTokens: 2 };

let server: OpenaiServer | undefined;
afterEach(async () => server?.close(0));

async function serve(complete: Complete): Promise<OpenAI> {
  const serving = {
    complete,
    models: () => [model],
    model: () => model,
    leftAside: () => [],
    fingerprint: () => 'print',
  };
  server = await OpenaiServer.start({ serving: serving as unknown as ServingService, limits: defaultLimits });
  return new OpenAI({ baseURL: server.address, apiKey: 'none', maxRetries: 0 });
}

describe('a failure in the middle of an answer', () => {
  const failing: Complete = async (_, onPiece) => {
    onPiece({ text: 'The sea', tokens: [] });
    throw new GraftError('outOfMemory', verbatim('There is no memory left.'));
  };

  it('ends a stream with the error as an error (half an answer that looked whole)', async () => {
    const client = await serve(failing);
    const heard: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { choices } of await client.chat.completions.create({ model: 'tiny', messages, stream: true })) {
        heard.push(choices[0]?.delta.content ?? '');
      }
    };
    const error = await read().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(heard.join('')).toBe('The sea');
    expect(error).toBeInstanceOf(APIError);
    expect(String(error)).toContain('There is no memory left.');
  });

  it('gives nothing of an answer that was asked for as a whole', async () => {
    const client = await serve(failing);
    await expect(client.completions.create({ model: 'tiny', prompt: 'x' })).rejects.toMatchObject({ status: 503 });
  });
});

it('counts a prompt once for its choices, every answer’s tokens, and says how answers are computed', async () => {
  const client = await serve(async (_, onPiece) => {
    onPiece({ text: 'a', tokens: [] });
    return stopped;
  });
  const chat = await client.chat.completions.create({ model: 'tiny', messages, n: 3 });
  expect(chat).toMatchObject({
    usage: { prompt_tokens: 3, completion_tokens: 6, total_tokens: 9, prompt_tokens_details: { cached_tokens: 1 } },
    system_fingerprint: 'print',
  });
  const text = await client.completions.create({ model: 'tiny', prompt: ['x', 'y'], n: 2 });
  expect(text).toMatchObject({
    usage: { prompt_tokens: 6, completion_tokens: 8, total_tokens: 14, prompt_tokens_details: { cached_tokens: 2 } },
    system_fingerprint: 'print',
  });
});

it('hands on what is asked for, each choice with a seed of its own', async () => {
  const asked: ServedRequest[] = [];
  const client = await serve(async (request) => {
    asked.push(request);
    return stopped;
  });
  const body = {
    temperature: 0.5,
    top_p: 0.9,
    seed: 7,
    stop: ['x', 'y'],
    presence_penalty: 1,
    logit_bias: { 4: -3 },
    max_completion_tokens: 9,
  };
  const beyond = { top_k: 5, min_p: 0.1, repetition_penalty: 1.2, add_generation_prompt: false };
  await client.chat.completions.create({ model: 'tiny', messages, n: 2, ...body, ...beyond });
  expect(asked.map(({ sampling }) => sampling.seed)).toEqual([7, 8]);
  expect(asked[0]).toMatchObject({
    ...{ prompt: { messages, ending: 'none' }, maxTokens: 9, stop: ['x', 'y'] },
    sampling: {
      temperature: 0.5,
      topP: 0.9,
      topK: 5,
      minP: 0.1,
      repetitionPenalty: 1.2,
      presencePenalty: 1,
      logitBias: [[4, -3]],
    },
  });
});
