/** `POST /v1/completions`: text or token ids continued as they stand, one or several at once. */
import { z } from 'zod';
import type { AnswerToken, ServedPrompt } from '../../../contract/serving.ts';
import { plainWords } from '../../../contract/plainWords.ts';
import type { Call } from '../Call.ts';
import { invalidValue } from '../apiError.ts';
import { answerHead, collectAnswers, finishReason, usageOf, writeAnswers } from './answers.ts';
import type { AnswerHead } from './answers.ts';
import type { Endpoint } from './endpoint.ts';
import { checkFields } from './fieldRules.ts';
import type { Refusals } from './fieldRules.ts';
import { choicesOf, samplingFields, wantsUsage } from './sampling.ts';
import { likeliestByName, tokenName } from './tokenNames.ts';

const mostLogprobs = 5;
const mostPrompts = 128;
const defaultMaxTokens = 16;

const ids = z.array(z.int().min(0)).min(1);
const prompt = z.union(
  [z.string(), ids, z.array(z.string()).min(1).max(mostPrompts), z.array(ids).min(1).max(mostPrompts)],
  'must be a text, an array of texts, or token ids',
);

const bodySchema = z.object({
  ...samplingFields,
  prompt,
  max_tokens: z.int().min(1).nullish(),
  logprobs: z.int().min(0).max(mostLogprobs).nullish(),
  echo: z.boolean().nullish(),
  best_of: z.int().nullish(),
});

const refusals: Refusals = { suffix: 'text after the gap', messages: 'conversations: ask /v1/chat/completions' };

type Body = z.infer<typeof bodySchema>;
type Requests = Parameters<typeof writeAnswers>[1];

interface Form {
  readonly head: AnswerHead;
  readonly withUsage: boolean;
  readonly withLogprobs: boolean;
  /** Of each prompt. */
  readonly choices: number;
}

export const completions: Endpoint = {
  method: 'POST',
  path: '/v1/completions',
  handle: async (call) => {
    const given = await call.body();
    checkFields(given, { honoured: Object.keys(bodySchema.shape), refusals });
    const body = bodySchema.parse(given, { error: plainWords });
    refuseTogether(body);
    const requests = promptsOf(body).flatMap((each) => {
      const request = {
        prompt: each,
        maxTokens: body.max_tokens ?? defaultMaxTokens,
        topLogprobs: body.logprobs ?? null,
      };
      return choicesOf(body, { ...request, echo: body.echo === true });
    });
    const withLogprobs = typeof body.logprobs === 'number';
    const form: Form = {
      head: answerHead('cmpl', body.model, call),
      withUsage: wantsUsage(body),
      withLogprobs,
      choices: body.n ?? 1,
    };
    if (body.stream === true) await stream(call, requests, form);
    else await answerWhole(call, requests, form);
  },
};

async function answerWhole(call: Call, requests: Requests, { head, withLogprobs, choices }: Form): Promise<void> {
  const collected = await collectAnswers(call, requests);
  const written = collected.map(({ answer, text, tokens }, index) => ({
    index,
    text,
    logprobs: withLogprobs ? logprobs(tokens) : null,
    finish_reason: finishReason(answer),
  }));
  const answers = collected.map(({ answer }) => answer);
  call.sendJson(200, { ...head, object: 'text_completion', choices: written, usage: usageOf(answers, choices) });
}

async function stream(call: Call, requests: Requests, { head, withUsage, choices }: Form): Promise<void> {
  const send = (written: readonly object[], usage: object | null = null): void =>
    call.sendEvent({ ...head, object: 'text_completion', choices: written, ...(withUsage && { usage }) });
  const answers = await writeAnswers(call, requests, (index, { text, tokens }) => {
    send([{ index, text, logprobs: tokens.length === 0 ? null : logprobs(tokens), finish_reason: null }]);
  });
  answers.forEach((answer, index) => send([{ index, text: '', logprobs: null, finish_reason: finishReason(answer) }]));
  if (withUsage) send([], usageOf(answers, choices));
  call.endEvents();
}

function logprobs(tokens: readonly AnswerToken[]) {
  return {
    tokens: tokens.map(tokenName),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(likeliestByName),
    text_offset: tokens.map(({ offset }) => offset),
  };
}

function promptsOf({ prompt: given }: Body): readonly ServedPrompt[] {
  if (typeof given === 'string') return [{ text: given }];
  if (given.every((each) => typeof each === 'number')) return [{ ids: given }];
  return given.map((each) => (typeof each === 'string' ? { text: each } : { ids: each }));
}

/** Log-probabilities of a prompt, and the best of several answers, are not done here. */
function refuseTogether({ echo, logprobs: count, best_of: bestOf, n }: Body): void {
  if (echo === true && typeof count === 'number')
    throw invalidValue(
      'This server does not give log-probabilities of the prompt: leave out echo or logprobs.',
      'echo',
      'unsupported_parameter',
    );
  if (typeof bestOf === 'number' && bestOf !== (n ?? 1))
    throw invalidValue(
      'This server does not choose the best of several answers: leave best_of out.',
      'best_of',
      'unsupported_parameter',
    );
}
