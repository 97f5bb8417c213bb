/** Probabilities of logits in float64, the largest logit taken out first so that nothing overflows. */
export function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const probabilities = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = probabilities.reduce((sum, value) => sum + value, 0);
  return probabilities.map((value) => value / total);
}
