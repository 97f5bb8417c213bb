/**
 * Curves as training draws them: a fall that slows down, noise that shrinks with it, the real schedule of learning
 * rates.
 */
import type { Evaluation, StepMetrics } from '../../../../main/contract/engine.ts';
import type { ResolvedTraining } from '../../../../main/contract/training.ts';
import type { Chance } from './Chance.ts';

export interface CurveShape {
  readonly firstLoss: number;
  readonly lastLoss: number;
  /** Of the deviation at the start. */
  readonly noise: number;
  /** Milliseconds a step, about. */
  readonly stepMs: number;
  readonly tokensPerStep: number;
  /** How far the evaluation rises again towards the end. */
  readonly overfit: number;
}

/** Steps 1 to `until`. */
export function stepsOf(
  training: ResolvedTraining,
  shape: CurveShape,
  { until, chance }: { until: number; chance: Chance },
): StepMetrics[] {
  return Array.from({ length: until }, (_, index) => {
    const step = index + 1;
    const level = levelAt(step / training.steps, shape);
    const spread = shape.noise * (0.35 + 0.65 * (level / shape.firstLoss));
    const tokens = Math.round(shape.tokensPerStep * chance.between(0.8, 1.2));
    return {
      step,
      loss: Math.max(0.02, level + spread * chance.normal()),
      gradNorm: Math.max(0.05, (0.4 + level * 0.6) * Math.exp(0.25 * chance.normal())),
      learningRate: (training.learningRates.default ?? 0) * scheduleAt(step, training),
      tokens,
      trainedTokens: Math.round(tokens * 0.44),
      stepMs: shape.stepMs * chance.between(0.92, 1.15),
    };
  });
}

/** At step 0 (the base) and at every evaluation up to `until`. */
export function evaluationsOf(
  training: ResolvedTraining,
  shape: CurveShape,
  { until, chance }: { until: number; chance: Chance },
): Evaluation[] {
  const steps = Array.from(
    { length: Math.floor(until / training.evaluateEvery) },
    (_, index) => (index + 1) * training.evaluateEvery,
  );
  if (until === training.steps && steps.at(-1) !== until) steps.push(until);
  return [0, ...steps].map((step) => {
    const share = step / training.steps;
    const loss = levelAt(share, shape) * 1.06 + shape.overfit * Math.max(0, share - 0.6) + 0.012 * chance.normal();
    return { step, loss, trainedTokens: 1840 };
  });
}

function levelAt(share: number, { firstLoss, lastLoss }: CurveShape): number {
  return lastLoss + (firstLoss - lastLoss) * (0.75 * Math.exp(-9 * share) + 0.25 * Math.exp(-2.2 * share));
}

function scheduleAt(step: number, { steps, warmupSteps, schedule }: ResolvedTraining): number {
  if (step <= warmupSteps) return step / Math.max(1, warmupSteps);
  const share = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  if (schedule === 'constant') return 1;
  return schedule === 'cosine' ? 0.5 * (1 + Math.cos(Math.PI * share)) : 1 - share;
}
