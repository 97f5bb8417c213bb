/**
 * Probabilities of logits in float64, the largest logit taken out first so that nothing overflows. Plain loops: a
 * callback for each of 49,152 logits costs more than the arithmetic, and a server does this for every row of a batch.
 */
export function softmax(logits: Float32Array): Float64Array {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  const probabilities = new Float64Array(logits.length);
  let total = 0;
  for (let id = 0; id < logits.length; id++) {
    const value = Math.exp(logits[id] - largest);
    probabilities[id] = value;
    total += value;
  }
  for (let id = 0; id < probabilities.length; id++) probabilities[id] /= total;
  return probabilities;
}
