/**
 * The chain of samplers in transformers' order: repetition penalty, temperature, top-k, top-p, min-p, choice.
 * Temperature 0 is greedy: then only the penalty comes before the choice.
 */
import type { SamplingOptions } from '../../../contract/engine.ts';
import { createRandom } from '../../random.ts';
import { chooseByDraw, chooseGreedy } from './choose.ts';
import { keepMinP } from './minP.ts';
import { penalizeRepetition } from './repetitionPenalty.ts';
import { applyTemperature } from './temperature.ts';
import { keepTopK } from './topK.ts';
import { keepTopP } from './topP.ts';

/** Next id from logits (V), which it may change, and all ids so far. */
export type Sampler = (logits: Float32Array, seenIds: readonly number[]) => number;

/** One per answer: its draws follow from the seed. */
export function createSampler(options: Omit<SamplingOptions, 'maxTokens' | 'stopIds'>): Sampler {
  const random = createRandom(options.seed, 'sampling');
  return (logits, seenIds) => {
    penalizeRepetition(logits, seenIds, options.repetitionPenalty);
    if (options.temperature === 0) return chooseGreedy(logits);
    applyTemperature(logits, options.temperature);
    keepTopK(logits, options.topK);
    keepTopP(logits, options.topP);
    keepMinP(logits, options.minP ?? 0);
    return chooseByDraw(logits, random);
  };
}
