/** The update ΔW = scale · B A of one module, by the names of its trained tensors. */
export interface FactorPair {
  readonly module: string;
  /** (r, in) */
  readonly a: string;
  /** (out, r) */
  readonly b: string;
  /** p (r) of a method that weighs the slots of its rank by r·softmax(p / temperature). */
  readonly gate?: { readonly tensor: string; readonly temperature: number };
  readonly scale: number;
}

/** γ = r · softmax(p / τ), (r): what the slots of a gated update weigh, on the host in float64. They sum to r. */
export function slotWeights(gate: Float32Array, temperature: number): readonly number[] {
  const scaled = Array.from(gate, (value) => value / temperature);
  const largest = scaled.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = scaled.map((value) => Math.exp(value - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => (gate.length * power) / total);
}
