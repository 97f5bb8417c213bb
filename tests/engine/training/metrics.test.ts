import { describe, expect, it } from 'vitest';
import type { StepMetrics } from '../../../main/contract/engine.ts';
import { createMetricsReporter } from '../../../main/engine/training/metricsReporter.ts';
import { tokensPerSecond } from '../../../main/engine/training/throughput.ts';

function step(number: number, changes: Partial<StepMetrics> = {}): StepMetrics {
  return {
    step: number,
    loss: 1,
    gradNorm: 1,
    learningRate: 1,
    tokens: 100,
    trainedTokens: 50,
    stepMs: 10,
    ...changes,
  };
}

describe('createMetricsReporter', () => {
  it('sends at most four times a second and loses no step (a fast run would flood the pipe)', () => {
    let nowMs = 0;
    const sent: number[][] = [];
    const reporter = createMetricsReporter(
      (steps) => sent.push(steps.map((metrics) => metrics.step)),
      () => nowMs,
    );
    for (let number = 1; number <= 100; number++) {
      reporter.add(step(number));
      nowMs += 10;
    }
    reporter.flush();
    expect(sent.length).toBeLessThanOrEqual(5);
    expect(sent.flat()).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  it('sends the first step at once and nothing when there is nothing', () => {
    const sent: number[] = [];
    const reporter = createMetricsReporter(
      (steps) => sent.push(steps.length),
      () => 0,
    );
    reporter.flush();
    reporter.add(step(1));
    expect(sent).toEqual([1]);
  });
});

describe('tokensPerSecond', () => {
  it('leaves the first step out, which pays for compilation, and takes the median time', () => {
    const steps = [
      step(1, { stepMs: 9000 }),
      step(2, { stepMs: 100 }),
      step(3, { stepMs: 200 }),
      step(4, { stepMs: 5000 }),
    ];
    expect(tokensPerSecond(steps)).toBe(500);
    expect(tokensPerSecond(steps.slice(0, 3))).toBeCloseTo(100 / 0.15, 6);
  });

  it('is 0 while there is nothing to say', () => {
    expect(tokensPerSecond([step(1)])).toBe(0);
  });
});
