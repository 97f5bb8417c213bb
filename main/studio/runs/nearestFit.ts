/**
 * What a run that needs too much memory could be instead: the first of a few changes that fits, one alone where that is
 * enough, then more of them together, cheapest first. Nothing is changed by itself.
 */
import type { Estimate } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import { gigabytes, sayNearest } from '../../contract/nearestFit.ts';
import type { NearestFit } from '../../contract/runHistory.ts';
import { runRequestWords as words } from '../../contract/words/runRequests.ts';
import { type EstimateInput, estimateRun } from '../machine/estimate.ts';

type Changes = NearestFit['changes'];
/** A way to keep the base, with what it takes to keep it so. */
export type BaseChoice = Pick<EstimateInput, 'settings' | 'packedBytes'>;

const shortestRows = 64;

/** `bases` are thriftier ways that the method can be trained on, best first. null where nothing is enough. */
export function nearestFit(input: EstimateInput, bases: readonly BaseChoice[], limitBytes: number): NearestFit | null {
  for (const changes of candidates(input, bases)) {
    const { memoryBytes } = estimateRun(changed(input, changes, bases));
    if (memoryBytes <= limitBytes) return { changes, memoryBytes };
  }
  return null;
}

function* candidates({ training, longestLength }: EstimateInput, bases: readonly BaseChoice[]): Generator<Changes> {
  const recompute: Changes[] = training.recompute ? [{}] : [{ recompute: true }];
  const batches = halvings(training.batchSize, 1).map((batchSize) => ({ batchSize }));
  const precisions = bases.map(({ settings: { precision } }) => ({ precision }));
  yield* recompute;
  yield* batches;
  yield* precisions;
  const thriftiest = { ...recompute[0], ...precisions.at(-1) };
  yield* precisions.map((precision) => ({ ...recompute[0], ...precision }));
  yield* batches.map((batch) => ({ ...thriftiest, ...batch }));
  const leanest = { ...thriftiest, ...batches.at(-1) };
  yield* halvings(longestLength, shortestRows).map((maxLength) => ({ ...leanest, maxLength }));
}

/** 8 → 4, 2, 1. */
function halvings(from: number, least: number): number[] {
  const found: number[] = [];
  for (let value = Math.floor(from / 2); value >= least; value = Math.floor(value / 2)) found.push(value);
  return found;
}

function changed(input: EstimateInput, changes: Changes, bases: readonly BaseChoice[]): EstimateInput {
  const { recompute, batchSize, precision, maxLength = input.longestLength } = changes;
  const training = {
    ...input.training,
    ...(recompute === true && { recompute }),
    ...(batchSize !== undefined && { batchSize }),
    maxLength: Math.min(input.training.maxLength, maxLength),
  };
  const base = bases.find(({ settings }) => settings.precision === precision);
  return { ...input, ...base, training, longestLength: Math.min(input.longestLength, maxLength) };
}

/**
 * What needs more than all the memory there is fits at no time. Throws GraftError('outOfMemory') with the nearest that
 * does; what needs more than is free just now may wait for its turn.
 */
export function refuseBeyondMachine(
  {
    estimate: { memoryBytes },
    nearest,
  }: { readonly estimate: Estimate; readonly nearest?: NearestFit | null | undefined },
  machineBytes: number,
): void {
  if (memoryBytes <= machineBytes) return;
  const given = { needed: gigabytes(memoryBytes), all: gigabytes(machineBytes) };
  throw new GraftError('outOfMemory', words.beyondMachine(given), {
    field: 'precision',
    remedy: sayNearest(nearest ?? null),
  });
}
