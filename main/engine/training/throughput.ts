/**
 * Training speed as it is reported: non-padding input tokens of a step over the median step time, the first step left
 * out.
 */
import type { StepMetrics } from '../../contract/engine.ts';

/** 0 before the second step; the first one pays for compilation. */
export function tokensPerSecond(steps: readonly StepMetrics[]): number {
  const later = steps.slice(1);
  if (later.length === 0) return 0;
  const meanTokens = later.reduce((total, { tokens }) => total + tokens, 0) / later.length;
  const times = later.map(({ stepMs }) => stepMs).sort((a, b) => a - b);
  const middle = Math.floor(times.length / 2);
  const medianMs = times.length % 2 === 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
  return (1000 * meanTokens) / medianMs;
}
