/** `POST /v1/chat/completions`: a conversation in the model's own chat template, answered whole or as a stream. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { PromptEnding } from '../../../contract/conversations.ts';
import type { AnswerPiece, AnswerToken, TokenText } from '../../../contract/serving.ts';
import { plainWords } from '../../../contract/plainWords.ts';
import type { Call } from '../Call.ts';
import { invalidValue } from '../apiError.ts';
import { answerHead, collectAnswers, finishReason, usageOf, writeAnswers } from './answers.ts';
import type { AnswerHead } from './answers.ts';
import type { Endpoint } from './endpoint.ts';
import { checkFields } from './fieldRules.ts';
import type { Refusals } from './fieldRules.ts';
import { chatMessages } from './messages.ts';
import { choicesOf, samplingFields, wantsUsage } from './sampling.ts';
import { tokenText } from './tokenNames.ts';

const mostTopLogprobs = 20;

const bodySchema = z.object({
  ...samplingFields,
  messages: chatMessages,
  /** Of vLLM, as transformers' templates have them. */
  add_generation_prompt: z.boolean().nullish(),
  continue_final_message: z.boolean().nullish(),
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
  modalities: 'audio',
  response_format: 'structured outputs',
  prompt: 'plain prompts: ask /v1/completions',
  chat_template: 'templates of a request',
  chat_template_kwargs: 'variables of a template',
};

type Body = z.infer<typeof bodySchema>;

export const chatCompletions: Endpoint = {
  method: 'POST',
  path: '/v1/chat/completions',
  handle: async (call) => {
    const given = await call.body();
    checkFields(withoutUsual(given), { honoured: Object.keys(bodySchema.shape), refusals });
    const body = bodySchema.parse(given, { error: plainWords });
    const withUsage = wantsUsage(body);
    const requests = choicesOf(body, {
      prompt: { messages: body.messages, ending: endingOf(body) },
      maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
      topLogprobs: topLogprobsOf(body),
      echo: false,
    });
    if (body.stream === true)
      await stream(call, requests, { head: answerHead('chatcmpl', body.model, call), withUsage });
    else
      await answerWhole(call, requests, {
        head: answerHead('chatcmpl', body.model, call),
        withLogprobs: body.logprobs === true,
      });
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

function logprobEntry({ top, ...token }: AnswerToken) {
  const entry = ({ bytes, logprob, ...each }: TokenText) => ({ token: tokenText({ bytes, ...each }), logprob, bytes });
  return { ...entry(token), top_logprobs: top.map(entry) };
}

/** A turn of the model's, unless the client says otherwise: also behind an answer, which would be over else. */
function endingOf({ add_generation_prompt: asks, continue_final_message: continues }: Body): PromptEnding {
  if (continues === true && asks === true)
    throw invalidValue(
      'continue_final_message and add_generation_prompt exclude each other: the one goes on with the last message, the other begins a new one.',
      'continue_final_message',
    );
  if (continues === true) return 'continue';
  return asks === false ? 'none' : 'answer';
}

function topLogprobsOf({ logprobs, top_logprobs: top }: Body): number | null {
  if (logprobs === true) return top ?? 0;
  if (typeof top === 'number') throw invalidValue('top_logprobs needs logprobs to be true.', 'top_logprobs');
  return null;
}

/** Text alone, in no special format, is what is given anyway. */
function withoutUsual(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { response_format: format, modalities, ...others } = body as Readonly<Record<string, unknown>>;
  return {
    ...others,
    ...(!isDeepStrictEqual(format, { type: 'text' }) && { response_format: format }),
    ...(!isDeepStrictEqual(modalities, ['text']) && { modalities }),
  };
}
