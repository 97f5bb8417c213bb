/** The fields that chat and text completions share, and what they ask of the engine. */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { ServedRequest } from '../../../contract/serving.ts';
import { invalidValue } from '../apiError.ts';
import { checkFields } from './fieldRules.ts';

const mostStops = 4;
const mostChoices = 128;
const largestSeed = 2 ** 31;
/** A bias in JSON is keyed by the token id as text. */
const tokenId = z.string().regex(/^\d+$/, 'keys are token ids');

/** An empty text would end every answer before it begins. */
const stopText = z.string().min(1);

export const samplingFields = {
  model: z.string().min(1),
  n: z.int().min(1).max(mostChoices).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(tokenId, z.number().min(-100).max(100)).nullish(),
  seed: z.int().nullish(),
  stop: z
    .union([stopText, z.array(stopText).max(mostStops)], 'must be a text, or up to four texts, none of them empty')
    .nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  /** Beyond OpenAI's, as other servers have them. */
  top_k: z.int().min(-1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().min(0.5).max(2).nullish(),
};

type SamplingBody = z.infer<z.ZodObject<typeof samplingFields>>;

/** Throws ApiError 400 for stream options without a stream, and for such as are not known. */
export function wantsUsage({ stream, stream_options: options }: SamplingBody): boolean {
  if (options !== undefined && options !== null && stream !== true)
    throw invalidValue('stream_options is only allowed when stream is true.', 'stream_options');
  checkFields(options, { honoured: ['include_usage', 'include_obfuscation'], refusals: {}, at: 'stream_options.' });
  return options?.include_usage === true;
}

/** One request for each choice: the n-th draws with the n-th seed. */
export function choicesOf(
  body: SamplingBody,
  request: Omit<ServedRequest, 'model' | 'sampling' | 'stop'>,
): ServedRequest[] {
  const firstSeed = body.seed ?? randomInt(largestSeed);
  return Array.from({ length: body.n ?? 1 }, (_, index) => ({
    ...request,
    model: body.model,
    stop: [body.stop ?? []].flat(),
    sampling: {
      temperature: body.temperature ?? 1,
      topP: body.top_p ?? 1,
      topK: Math.max(body.top_k ?? 0, 0),
      minP: body.min_p ?? 0,
      repetitionPenalty: body.repetition_penalty ?? 1,
      presencePenalty: body.presence_penalty ?? 0,
      frequencyPenalty: body.frequency_penalty ?? 0,
      logitBias: Object.entries(body.logit_bias ?? {}).map(([id, bias]) => [Number(id), bias] as const),
      seed: (firstSeed + index) % Number.MAX_SAFE_INTEGER,
    },
  }));
}
