/**
 * How much of a table is gone through: `npm test` takes what is enough to see each bug, `npm run proof` (GRAFT_PROOF=1)
 * every combination, and leaves each figure in a table.
 */
import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

export const isProof = process.env.GRAFT_PROOF === '1';

/** `all` of it in a proof, else what `enough` picks. */
export function breadth<T>(all: readonly T[], enough: (each: T) => boolean): readonly T[] {
  return isProof ? all : all.filter(enough);
}

export interface Figure {
  /** What is compared with what. */
  readonly of: string;
  /** Model, backend, precision and the like. */
  readonly where: string;
  readonly difference: number;
  /** 0: nothing may differ. */
  readonly tolerance: number;
}

/** Fails unless the difference is below the tolerance. In a proof the figure goes into its table either way. */
export function expectWithin({ of, where, difference, tolerance }: Figure): void {
  const file = process.env.GRAFT_PROOF_FIGURES;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ of, where, difference, tolerance })}\n`);
  if (tolerance === 0) expect(difference, `${of}, ${where}`).toBe(0);
  else expect(difference, `${of}, ${where}`).toBeLessThan(tolerance);
}
