/** Sends step metrics in batches, at most four a second, so that a fast run does not flood the pipe to the studio. */
import type { StepMetrics } from '../../contract/engine.ts';

export interface MetricsReporter {
  add(metrics: StepMetrics): void;
  /** Sends what is waiting: before every other event, so that events keep their order. */
  flush(): void;
}

const intervalMs = 250;

export function createMetricsReporter(
  send: (steps: readonly StepMetrics[]) => void,
  nowMs: () => number = () => performance.now(),
): MetricsReporter {
  let waiting: StepMetrics[] = [];
  let sentAtMs = -Infinity;
  const flush = (): void => {
    if (waiting.length === 0) return;
    send(waiting);
    waiting = [];
    sentAtMs = nowMs();
  };
  const add = (metrics: StepMetrics): void => {
    waiting.push(metrics);
    if (nowMs() - sentAtMs >= intervalMs) flush();
  };
  return { add, flush };
}
