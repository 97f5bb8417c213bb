/**
 * One answer: the part of the prompt that the cache does not hold is fed, then token after token is sampled and fed.
 * The last sampled token is not fed: the next turn's prompt brings it. Between tokens the event loop gets its turn, so
 * that a cancel is heard.
 */
import type { GenerateResult, SamplingOptions } from '../../contract/engine.ts';
import type { Compiled } from '../backends/backend.ts';
import type { NamedTensorMap } from '../tf.ts';
import { checkPrompt } from './checkPrompt.ts';
import { feed } from './decoder.ts';
import { capacityFor, commonPrefixLength } from './KeyValueCache.ts';
import type { KeyValueCache } from './KeyValueCache.ts';
import { createSampler } from './samplers/sampler.ts';

/** What is to be answered, whatever engine does it. */
export interface GenerationRequest {
  /** Most tokens that prompt and answer may have together. */
  readonly contextLength: number;
  readonly promptIds: readonly number[];
  readonly sampling: SamplingOptions;
  readonly onToken?: (id: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Generation extends GenerationRequest {
  readonly decode: Compiled;
  readonly adapterInputs: NamedTensorMap;
  readonly cache: KeyValueCache;
}

/**
 * `ids` are the answer's, without the stop token; tokens per second are those of decoding. Throws GraftError('invalid')
 * for a prompt that is empty or too long.
 */
export async function generate(generation: Generation): Promise<Omit<GenerateResult, 'swapMs'>> {
  const { cache, promptIds, sampling, contextLength, signal } = generation;
  checkPrompt(promptIds, contextLength);
  const startMs = performance.now();
  const reusedTokens = Math.min(commonPrefixLength(cache.ids, promptIds), promptIds.length - 1);
  cache.cutBack(reusedTokens);
  cache.grow(capacityFor(promptIds.length + 1, contextLength));
  let logits = await feed({ ...generation, ids: promptIds.slice(reusedTokens) });
  const promptMs = performance.now() - startMs;
  const sample = createSampler(sampling);
  const stopIds = new Set(sampling.stopIds);
  const ids: number[] = [];
  let finish: GenerateResult['finish'] = 'length';
  while (logits && ids.length < sampling.maxTokens) {
    const id = sample(logits, [...promptIds, ...ids]);
    if (stopIds.has(id)) {
      finish = 'stop';
      break;
    }
    ids.push(id);
    generation.onToken?.(id);
    if (ids.length === sampling.maxTokens || promptIds.length + ids.length >= contextLength) break;
    cache.grow(capacityFor(cache.ids.length + 1, contextLength));
    logits = await feed({ ...generation, ids: [id] });
  }
  if (signal?.aborted) finish = 'cancelled';
  const answerMs = performance.now() - startMs - promptMs;
  const fedTokens = cache.ids.length - promptIds.length;
  const tokensPerSecond = fedTokens > 0 ? (1000 * fedTokens) / answerMs : 0;
  return { ids, finish, promptTokens: promptIds.length, reusedTokens, promptMs, tokensPerSecond };
}
