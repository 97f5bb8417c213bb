/** Min-p (arXiv 2407.01082): tokens less than p times as likely as the likeliest become −∞. */

/** Changes `logits` (V) in place; 0 leaves them as they are. */
export function keepMinP(logits: Float32Array, p: number): void {
  if (p <= 0) return;
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  const threshold = largest + Math.log(p);
  for (let id = 0; id < logits.length; id++) if (logits[id] < threshold) logits[id] = -Infinity;
}
