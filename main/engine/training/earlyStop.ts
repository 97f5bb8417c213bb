/** Early stopping: the run ends when so many evaluations in a row brought no better one. */
import type { ResolvedTraining } from '../../contract/training.ts';
import type { RunProgress } from './progress.ts';

/** Patience 0 never stops. */
export function shouldStopEarly(
  { earlyStopPatience }: Pick<ResolvedTraining, 'earlyStopPatience'>,
  progress: RunProgress,
): boolean {
  return earlyStopPatience > 0 && progress.evaluationsWithoutImprovement >= earlyStopPatience;
}
