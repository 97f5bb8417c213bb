/**
 * Learning-rate schedules of transformers' get_scheduler (linear, cosine, constant with warm-up), as factors of the
 * peak rate. Surprising: the scheduler steps after the optimizer, so with warm-up the first step runs at a rate of
 * zero.
 */
import type { ResolvedTraining } from '../../contract/training.ts';

type ScheduleConfig = Pick<ResolvedTraining, 'schedule' | 'steps' | 'warmupSteps'>;

/** Factor in [0, 1] for optimizer step `step`, counted from 1. */
export function learningRateFactor({ schedule, steps, warmupSteps }: ScheduleConfig, step: number): number {
  const done = step - 1;
  if (done < warmupSteps) return done / Math.max(1, warmupSteps);
  const decaySteps = Math.max(1, steps - warmupSteps);
  switch (schedule) {
    case 'constant':
      return 1;
    case 'linear':
      return Math.max(0, (steps - done) / decaySteps);
    case 'cosine':
      return Math.max(0, 0.5 * (1 + Math.cos((Math.PI * (done - warmupSteps)) / decaySteps)));
  }
}
