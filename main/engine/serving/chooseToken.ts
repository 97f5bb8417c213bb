/**
 * The next token of one row out of its logits, with its log-probability where that is wanted. Log-probabilities are the
 * model's own: of the logits before penalties, bias and temperature, as other servers give them.
 */
import type { ServedSampling, ServedToken, TokenLogprob } from '../../contract/engine.ts';
import { createSampler } from '../inference/samplers/sampler.ts';

export interface ChooserOptions {
  readonly promptIds: readonly number[];
  readonly sampling: ServedSampling;
  /** How many of the likeliest tokens to tell beside the chosen one; null: no log-probabilities at all. */
  readonly topLogprobs: number | null;
}

/** logits (V), which it may change. */
export type TokenChooser = (logits: Float32Array) => ServedToken;

/** One per answer: its draws follow from the seed, and it remembers what it chose. */
export function createChooser({ promptIds, sampling, topLogprobs }: ChooserOptions): TokenChooser {
  const sample = createSampler(sampling, promptIds);
  /** How often each token is in the answer. */
  const counts = new Map<number, number>();
  return (logits) => {
    const likelihoods =
      topLogprobs === null
        ? undefined
        : { total: logSumExp(logits), top: largest(logits, topLogprobs), raw: logits.slice() };
    penalizeCounts(logits, counts, sampling);
    for (const [id, bias] of sampling.logitBias) logits[id] += bias;
    const id = sample(logits);
    counts.set(id, (counts.get(id) ?? 0) + 1);
    if (likelihoods === undefined) return { id, logprob: null, top: [] };
    const { total, top, raw } = likelihoods;
    const logprobOf = (each: number): TokenLogprob => ({ id: each, logprob: raw[each] - total });
    return { id, logprob: raw[id] - total, top: top.map(logprobOf) };
  };
}

/** OpenAI's penalties: `presence` once for each token of the answer, `frequency` as often as it is there. */
function penalizeCounts(
  logits: Float32Array,
  counts: ReadonlyMap<number, number>,
  { presencePenalty, frequencyPenalty }: Pick<ServedSampling, 'presencePenalty' | 'frequencyPenalty'>,
): void {
  if (presencePenalty === 0 && frequencyPenalty === 0) return;
  for (const [id, count] of counts) logits[id] -= count * frequencyPenalty + presencePenalty;
}

/** In float64, the largest taken out first so that nothing overflows. */
function logSumExp(logits: Float32Array): number {
  let most = -Infinity;
  for (const logit of logits) if (logit > most) most = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return most + Math.log(sum);
}

/** Ids of the `count` largest, largest first; of equal ones the lower id. */
function largest(logits: Float32Array, count: number): number[] {
  const top: number[] = [];
  if (count === 0) return top;
  for (let id = 0; id < logits.length; id++) {
    if (top.length === count && logits[id] <= logits[top[count - 1]]) continue;
    let place = top.length;
    while (place > 0 && logits[top[place - 1]] < logits[id]) place--;
    top.splice(place, 0, id);
    if (top.length > count) top.pop();
  }
  return top;
}
