/** Requests to a serving engine as its tests ask them: prompts out of a formula, greedy unless said otherwise. */
import type { CompletionRequest, ServedSampling } from '../../../main/contract/engine.ts';

export const plainSampling: ServedSampling = {
  ...{ maxTokens: 10, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, stopIds: [] },
  ...{ presencePenalty: 0, frequencyPenalty: 0, logitBias: [] },
};

export interface Asked {
  readonly name: string | null;
  readonly scale?: number;
  readonly promptLength: number;
  /** In the place of those by the formula. */
  readonly promptIds?: readonly number[];
  readonly sampling?: Partial<ServedSampling>;
}

/** Ids lie below `below`; log-probabilities of `topLogprobs` tokens come with each answer. */
export function servedRequest(
  { name, scale = 1, promptLength, promptIds, sampling = {} }: Asked,
  { below, topLogprobs }: { readonly below: number; readonly topLogprobs: number },
): CompletionRequest {
  return {
    promptIds:
      promptIds ?? Array.from({ length: promptLength }, (_, position) => (7 * position + 3 + promptLength) % below),
    adapter: name === null ? null : { key: name, scale },
    sampling: { ...plainSampling, ...sampling },
    topLogprobs,
  };
}
