/** The end of the chain: one id out of logits, the largest or by a seeded draw. */
import type { Random } from '../../random.ts';
import { softmax } from './softmax.ts';

/** The largest logit; of equal ones the lowest id. */
export function chooseGreedy(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id] > logits[best]) best = id;
  return best;
}

/** An id drawn with its softmax probability; never one of probability zero. */
export function chooseByDraw(logits: Float32Array, random: Random): number {
  const probabilities = softmax(logits);
  let rest = random();
  let last = 0;
  for (let id = 0; id < probabilities.length; id++) {
    if (probabilities[id] === 0) continue;
    last = id;
    rest -= probabilities[id];
    if (rest < 0) return id;
  }
  return last;
}
