/** Reference cases written by PEFT and transformers, in tests/fixtures. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const fixturesDir = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'fixtures');

export function fixturePath(name: string): string {
  return path.join(fixturesDir, name);
}

/** max |a − b| / max |b|: the tolerance that all comparisons with references use. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (let at = 0; at < b.length; at++) {
    difference = Math.max(difference, Math.abs(a[at] - b[at]));
    largest = Math.max(largest, Math.abs(b[at]));
  }
  return difference / largest;
}
