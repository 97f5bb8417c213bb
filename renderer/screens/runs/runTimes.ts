/** Times of a run between two readings of it: the clock goes on, and the pace of the last reading holds. */
import type { RunDetails } from '../../../main/contract/runHistory.ts';

type Standing = Pick<RunDetails, 'state' | 'elapsedSeconds' | 'remainingSeconds' | 'step'> & {
  readonly configuration: { readonly training: { readonly steps: number } };
};

/** `sinceSeconds`: since the run was read. */
export function elapsedNow(run: Standing, sinceSeconds: number): number | null {
  if (run.elapsedSeconds === null) return null;
  return run.state === 'running' ? run.elapsedSeconds + Math.max(0, sinceSeconds) : run.elapsedSeconds;
}

/** `lastStep`: the newest that was heard of. null while nothing is known or nothing is left to do. */
export function remainingNow(run: Standing, lastStep: number): number | null {
  if (run.state !== 'running' || run.remainingSeconds === null) return null;
  const left = run.configuration.training.steps - run.step;
  if (left <= 0) return 0;
  return (run.remainingSeconds / left) * Math.max(0, run.configuration.training.steps - lastStep);
}
