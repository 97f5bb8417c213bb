/**
 * Repetition penalty (CTRL, arXiv 1909.05858) as transformers applies it: seen ids' logits are divided by it, negative
 * ones multiplied.
 */

/** Changes `logits` (V) in place; 1 leaves them as they are. */
export function penalizeRepetition(logits: Float32Array, seenIds: ReadonlySet<number>, penalty: number): void {
  if (penalty === 1) return;
  for (const id of seenIds) logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
}
