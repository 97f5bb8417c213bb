/** Top-k: all but the k largest logits become −∞. Those equal to the k-th stay, as in transformers. */

/** Changes `logits` (V) in place; 0 leaves them as they are. */
export function keepTopK(logits: Float32Array, k: number): void {
  if (k <= 0 || k >= logits.length) return;
  const threshold = logits.toSorted()[logits.length - k];
  for (let id = 0; id < logits.length; id++) if (logits[id] < threshold) logits[id] = -Infinity;
}
