/** Temperature: logits divided by it; below 1 the likely get likelier. */

/** Changes `logits` (V) in place; `temperature` must be positive. */
export function applyTemperature(logits: Float32Array, temperature: number): void {
  if (temperature === 1) return;
  for (let id = 0; id < logits.length; id++) logits[id] /= temperature;
}
