/** Figures out of measured milliseconds. */

export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly worst: number;
  readonly count: number;
}

/** In milliseconds, to a tenth. Throws for nothing measured. */
export function spreadOf(valuesMs: readonly number[]): Spread {
  if (valuesMs.length === 0) throw new Error('nothing was measured');
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    rounded(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN);
  return { p50: at(0.5), p95: at(0.95), worst: at(1), count: sorted.length };
}

export function rounded(valueMs: number): number {
  return Math.round(valueMs * 10) / 10;
}
