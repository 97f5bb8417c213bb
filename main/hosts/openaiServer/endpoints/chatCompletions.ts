/** `POST /v1/chat/completions`: a conversation in the model's own chat template, answered whole or as a stream. */
import { z } from 'zod';
import type { AnswerPiece, AnswerToken } from '../../../contract/serving.ts';
import type { ChatMessage } from '../../../contract/conversations.ts';
import { plainWords } from '../../../contract/plainWords.ts';
import type { Call } from '../Call.ts';
import { invalidValue } from '../apiError.ts';
import { answerHead, collectAnswers, finishReason, usageOf, writeAnswers } from './answers.ts';
import type { AnswerHead } from './answers.ts';
import type { Endpoint } from './endpoint.ts';
import { choicesOf, refuseFields, samplingFields, wantsUsage } from './sampling.ts';
import type { Refusals } from './sampling.ts';

const mostTopLogprobs = 20;

const textParts = z.array(z.object({ type: z.literal('text', 'only parts of text are understood'), text: z.string() }));
const message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.union([z.string(), textParts], 'must be a text or an array of text parts'),
});

const bodySchema = z.object({
  ...samplingFields,
  messages: z.array(message).min(1),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(mostTopLogprobs).nullish(),
});

const refusals: Refusals = {
  tools: 'tools',
  functions: 'functions',
  function_call: 'functions',
  tool_choice: 'tools',
  audio: 'audio',
  prediction: 'predicted outputs',
  web_search_options: 'web search',
};

type Body = z.infer<typeof bodySchema>;

export const chatCompletions: Endpoint = {
  method: 'POST',
  path: '/v1/chat/completions',
  handle: async (call) => {
    const given = await call.body();
    refuseFields(given, refusals);
    refuseFormat(given);
    const body = bodySchema.parse(given, { error: plainWords });
    const withUsage = wantsUsage(body);
    const requests = choicesOf(body, {
      prompt: { messages: body.messages.map(plainMessage) },
      maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
      topLogprobs: topLogprobsOf(body),
      echo: false,
    });
    if (body.stream === true) await stream(call, requests, { head: answerHead('chatcmpl', body.model), withUsage });
    else await answerWhole(call, requests, { head: answerHead('chatcmpl', body.model), withLogprobs: body.logprobs === true });
  },
};

type Requests = Parameters<typeof writeAnswers>[1];

async function answerWhole(
  call: Call,
  requests: Requests,
  { head, withLogprobs }: { readonly head: AnswerHead; readonly withLogprobs: boolean },
): Promise<void> {
  const written = await collectAnswers(call, requests);
  const choices = written.map(({ answer, text, tokens }, index) => ({
    index,
    message: { role: 'assistant', content: text, refusal: null },
    logprobs: withLogprobs ? { content: tokens.map(logprobEntry), refusal: null } : null,
    finish_reason: finishReason(answer),
  }));
  const answers = written.map(({ answer }) => answer);
  call.sendJson(200, { ...head, object: 'chat.completion', choices, usage: usageOf(answers, requests.length) });
}

async function stream(
  call: Call,
  requests: Requests,
  { head, withUsage }: { readonly head: AnswerHead; readonly withUsage: boolean },
): Promise<void> {
  const send = (choices: readonly object[], usage: object | null = null): void =>
    call.sendEvent({ ...head, object: 'chat.completion.chunk', choices, ...(withUsage && { usage }) });
  const begun = new Set<number>();
  const begin = (index: number): void => {
    if (begun.has(index)) return;
    begun.add(index);
    send([{ index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }]);
  };
  const answers = await writeAnswers(call, requests, (index, piece) => {
    begin(index);
    send([{ index, delta: { content: piece.text }, logprobs: pieceLogprobs(piece), finish_reason: null }]);
  });
  answers.forEach((answer, index) => {
    begin(index);
    send([{ index, delta: {}, logprobs: null, finish_reason: finishReason(answer) }]);
  });
  if (withUsage) send([], usageOf(answers, requests.length));
  call.endEvents();
}

function pieceLogprobs({ tokens }: AnswerPiece) {
  return tokens.length === 0 ? null : { content: tokens.map(logprobEntry), refusal: null };
}

function logprobEntry({ text, logprob, top }: AnswerToken) {
  const entry = (token: string, value: number) => ({ token, logprob: value, bytes: [...Buffer.from(token)] });
  return { ...entry(text, logprob), top_logprobs: top.map((other) => entry(other.text, other.logprob)) };
}

function plainMessage({ role, content }: z.infer<typeof message>): ChatMessage {
  const text = typeof content === 'string' ? content : content.map((part) => part.text).join('');
  return { role: role === 'developer' ? 'system' : role, content: text };
}

function topLogprobsOf({ logprobs, top_logprobs: top }: Body): number | null {
  if (logprobs === true) return top ?? 0;
  if (typeof top === 'number') throw invalidValue('top_logprobs needs logprobs to be true.', 'top_logprobs');
  return null;
}

/** `{ type: 'text' }` asks for nothing special. */
function refuseFormat(body: unknown): void {
  const format = typeof body === 'object' && body !== null && 'response_format' in body ? body.response_format : undefined;
  const isPlain = typeof format === 'object' && format !== null && 'type' in format && format.type === 'text';
  if (!isPlain) refuseFields({ response_format: format }, { response_format: 'structured outputs' });
}
