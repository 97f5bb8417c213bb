/**
 * One answer by the tensors: of the prompt the part is fed that the cache does not hold. Between tokens the event loop
 * gets its turn, so that a cancel is heard.
 */
import type { GenerateResult } from '../../contract/engine.ts';
import type { Compiled } from '../backends/backend.ts';
import type { NamedTensorMap } from '../tf.ts';
import { feed } from './decoder.ts';
import { commonPrefixLength } from './commonPrefixLength.ts';
import { capacityFor } from './KeyValueCache.ts';
import type { KeyValueCache } from './KeyValueCache.ts';
import { createSampler } from './samplers/sampler.ts';
import { type AnswerRequest, writeAnswer } from './writeAnswer.ts';

export interface Generation extends AnswerRequest {
  readonly decode: Compiled;
  readonly adapterInputs: NamedTensorMap;
  readonly cache: KeyValueCache;
}

/** See writeAnswer. */
export async function generate(generation: Generation): Promise<Omit<GenerateResult, 'swapMs'>> {
  const { cache, promptIds, sampling, contextLength } = generation;
  return writeAnswer<Float32Array>(generation, {
    async read() {
      const shared = Math.min(commonPrefixLength(cache.ids, promptIds), promptIds.length - 1);
      const reusedTokens = cache.cutBack(shared);
      cache.grow(capacityFor(promptIds.length + 1, contextLength));
      return { reusedTokens, next: await feed({ ...generation, ids: promptIds.slice(reusedTokens) }) };
    },
    async feed(id) {
      cache.grow(capacityFor(cache.ids.length + 1, contextLength));
      return feed({ ...generation, ids: [id] });
    },
    choose: createSampler(sampling, promptIds),
  });
}
