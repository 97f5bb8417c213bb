/**
 * The fields that chat and text completions share. Unknown fields are ignored, as OpenAI ignores them; those that would
 * change the answer and are not done here are refused by name.
 */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { ServedRequest } from '../../../contract/serving.ts';
import { invalidValue } from '../apiError.ts';

const mostStops = 4;
const mostChoices = 128;
const largestSeed = 2 ** 31;
/** A bias in JSON is keyed by the token id as text. */
const tokenId = z.string().regex(/^\d+$/, 'keys are token ids');

export const samplingFields = {
  model: z.string().min(1),
  n: z.int().min(1).max(mostChoices).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(tokenId, z.number().min(-100).max(100)).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(mostStops)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  user: z.string().nullish(),
  /** Beyond OpenAI's, as other servers have them. */
  top_k: z.int().min(-1).nullish(),
  repetition_penalty: z.number().min(0.5).max(2).nullish(),
};

type SamplingBody = z.infer<z.ZodObject<typeof samplingFields>>;

/** Field to what it would be: a value that asks for nothing special (null, false, empty) is no reason to refuse. */
export type Refusals = Readonly<Record<string, string>>;

/** Throws ApiError 400 for the first refused field that asks for something. */
export function refuseFields(body: unknown, refusals: Refusals): void {
  if (typeof body !== 'object' || body === null) return;
  for (const [field, what] of Object.entries(refusals)) {
    const value: unknown = (body as Record<string, unknown>)[field];
    if (!asksForNothing(value)) throw invalidValue(`This server does not do ${what} (${field}).`, field, 'unsupported_parameter');
  }
}

function asksForNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 'none' || value === 'auto') return true;
  return Array.isArray(value) && value.length === 0;
}

/** Throws ApiError 400 for stream options without a stream. */
export function wantsUsage({ stream, stream_options: options }: SamplingBody): boolean {
  if (options !== undefined && options !== null && stream !== true)
    throw invalidValue('stream_options is only allowed when stream is true.', 'stream_options');
  return options?.include_usage === true;
}

/** One request for each choice: the n-th draws with the n-th seed. */
export function choicesOf(body: SamplingBody, request: Omit<ServedRequest, 'model' | 'sampling' | 'stop'>): ServedRequest[] {
  const firstSeed = body.seed ?? randomInt(largestSeed);
  return Array.from({ length: body.n ?? 1 }, (_, index) => ({
    ...request,
    model: body.model,
    stop: [body.stop ?? []].flat(),
    sampling: {
      temperature: body.temperature ?? 1,
      topP: body.top_p ?? 1,
      topK: Math.max(body.top_k ?? 0, 0),
      repetitionPenalty: body.repetition_penalty ?? 1,
      presencePenalty: body.presence_penalty ?? 0,
      frequencyPenalty: body.frequency_penalty ?? 0,
      logitBias: Object.entries(body.logit_bias ?? {}).map(([id, bias]) => [Number(id), bias] as const),
      seed: (firstSeed + index) % Number.MAX_SAFE_INTEGER,
    },
  }));
}
