/**
 * What a suite needs beyond the checkout. A suite whose need is not met is skipped, and says why in `npm test`'s
 * summary; where CI is set a missing TensorFlow runtime has failed the run before any suite is asked.
 */
import { describe } from 'vitest';

/** `reason` is null when the need is met, else why not, completing "skipped, because …". */
export interface Requirement {
  readonly reason: string | null;
}

/** Like `describe`, for suites that need something. */
export function describeWith(requirement: Requirement, name: string, suite: () => void): void {
  if (requirement.reason === null) describe(name, suite);
  else describe.skip(`${name} — skipped: ${requirement.reason}`, suite);
}
