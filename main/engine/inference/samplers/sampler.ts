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

/** Next id from logits (V), which it may change. */
export type Sampler = (logits: Float32Array) => number;

type Options = Omit<SamplingOptions, 'maxTokens' | 'stopIds'>;

/** One per answer: its draws follow from the seed, and it remembers the prompt's tokens and those that it chose. */
export function createSampler(options: Options, promptIds: readonly number[]): Sampler {
  const random = createRandom(options.seed, 'sampling');
  const seenIds = new Set(promptIds);
  const choose = (logits: Float32Array): number => {
    penalizeRepetition(logits, seenIds, options.repetitionPenalty);
    if (options.temperature === 0) return chooseGreedy(logits);
    applyTemperature(logits, options.temperature);
    keepTopK(logits, options.topK);
    keepTopP(logits, options.topP);
    keepMinP(logits, options.minP ?? 0);
    return chooseByDraw(logits, random);
  };
  return (logits) => {
    const id = choose(logits);
    seenIds.add(id);
    return id;
  };
}
