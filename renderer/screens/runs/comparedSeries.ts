/**
 * One run's curve among those of others: smoothed where it is a loss, as measured where it is not, dots for
 * evaluations.
 */
import type { CurveMetric, RunCurves } from '../../../main/contract/runHistory.ts';
import type { CurveColour } from '../../components/chart/chartColours.ts';
import type { ChartSeries } from '../../components/chart/plotOptions.ts';
import { curveOf } from './lossSeries.ts';

export type ComparedMetric = CurveMetric | 'evaluation';

export interface Compared {
  readonly name: string;
  readonly colour: CurveColour;
  readonly metric: ComparedMetric;
  readonly curves: RunCurves | undefined;
}

export function comparedSeries({ name, colour, metric, curves }: Compared): ChartSeries {
  if (metric === 'evaluation') {
    const evaluations = curves?.evaluations ?? [];
    const values = evaluations.map(({ loss }) => loss);
    return { label: name, colour, look: 'dots', steps: evaluations.map(({ step }) => step), values };
  }
  const { steps, values, smoothed } = curveOf(curves, metric);
  return { label: name, colour, look: 'line', steps, values: metric === 'loss' ? smoothed : values };
}
