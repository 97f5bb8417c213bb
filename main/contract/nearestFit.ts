/** What would fit into memory, in words: for a refusal, and beside the figures of a plan. */
import type { NearestFit } from './runHistory.ts';
import { runRequestWords as words } from './words/runRequests.ts';
import type { Said } from './words/words.ts';

/** null: nothing that could be changed is enough. */
export function sayNearest(nearest: NearestFit | null): Said {
  if (nearest === null) return words.nothingFits();
  const { recompute, batchSize, precision, maxLength } = nearest.changes;
  const changes = [
    ...(recompute === true ? [words.withRecompute()] : []),
    ...(precision === undefined ? [] : [words.withPrecision({ precision })]),
    ...(batchSize === undefined ? [] : [words.withBatch({ batchSize })]),
    ...(maxLength === undefined ? [] : [words.withLength({ maxLength })]),
  ];
  return words.fitsWith({ changes, needed: gigabytes(nearest.memoryBytes) });
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
