/**
 * The chain of samplers in transformers' order: repetition penalty, temperature, top-k, top-p, min-p, choice.
 * Temperature 0 is greedy: then only the penalty comes before the choice.
 */
import type { SamplingOptions } from '../../../contract/engine.ts';
import { createRandom } from '../../random.ts';
import { chooseByDraw, chooseGreedy } from './choose.ts';
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

/**
 * Repetition penalty (CTRL, arXiv 1909.05858) as transformers applies it: seen ids' logits are divided by it, negative
 * ones multiplied. Changes `logits` (V) in place; 1 leaves them as they are.
 */
export function penalizeRepetition(logits: Float32Array, seenIds: ReadonlySet<number>, penalty: number): void {
  if (penalty === 1) return;
  for (const id of seenIds) logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
}

/** Below 1 the likely get likelier. Changes `logits` (V) in place; `temperature` must be positive. */
function applyTemperature(logits: Float32Array, temperature: number): void {
  if (temperature === 1) return;
  for (let id = 0; id < logits.length; id++) logits[id] /= temperature;
}

/**
 * All but the k largest logits become −∞; those equal to the k-th stay, as in transformers. Changes `logits` (V) in
 * place; 0 leaves them as they are.
 */
export function keepTopK(logits: Float32Array, k: number): void {
  if (k <= 0 || k >= logits.length) return;
  const threshold = logits.toSorted()[logits.length - k];
  keepFrom(logits, threshold);
}

/**
 * Min-p (arXiv 2407.01082): tokens less than p times as likely as the likeliest become −∞. Changes `logits` (V) in
 * place; 0 leaves them as they are.
 */
export function keepMinP(logits: Float32Array, p: number): void {
  if (p <= 0) return;
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  keepFrom(logits, largest + Math.log(p));
}

function keepFrom(logits: Float32Array, threshold: number): void {
  for (let id = 0; id < logits.length; id++) if (logits[id] < threshold) logits[id] = -Infinity;
}
