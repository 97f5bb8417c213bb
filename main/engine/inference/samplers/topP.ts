/**
 * Nucleus sampling (Holtzman et al., arXiv 1904.09751): the smallest set of likeliest tokens whose probabilities reach
 * p stays, at least one. Tokens below (1−p)/V can never be in it, which spares sorting the whole vocabulary.
 */
import { softmax } from './softmax.ts';

/** Changes `logits` (V) in place; 1 leaves them as they are. */
export function keepTopP(logits: Float32Array, p: number): void {
  if (p >= 1) return;
  const probabilities = softmax(logits);
  const floor = (1 - p) / logits.length;
  const candidates: number[] = [];
  probabilities.forEach((probability, id) => {
    if (probability >= floor) candidates.push(id);
  });
  candidates.sort((a, b) => probabilities[b] - probabilities[a] || a - b);
  const kept = new Set<number>();
  let total = 0;
  for (const id of candidates) {
    if (kept.size > 0 && total >= p) break;
    kept.add(id);
    total += probabilities[id];
  }
  for (let id = 0; id < logits.length; id++) if (!kept.has(id)) logits[id] = -Infinity;
}
