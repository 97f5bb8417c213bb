/** Curves out of the database as the charts of a run draw them. */
import { type MetricName, metricNames } from '../../../main/contract/metrics.ts';
import type { Curve, CurveMetric, RunCurves } from '../../../main/contract/runHistory.ts';
import type { CurveColour } from '../../components/chart/chartColours.ts';
import type { ChartSeries } from '../../components/chart/plotOptions.ts';

export interface LossLabels {
  readonly eachStep: string;
  readonly smoothed: string;
  readonly evaluation: string;
}

const nothing: Pick<Curve, 'steps' | 'values' | 'smoothed'> = { steps: [], values: [], smoothed: [] };

export function curveOf(
  curves: RunCurves | undefined,
  metric: CurveMetric,
): Pick<Curve, 'steps' | 'values' | 'smoothed'> {
  return curves?.curves.find((curve) => curve.metric === metric) ?? nothing;
}

/** Raw below, smoothed over it, evaluations on top. */
export function lossSeries(curves: RunCurves | undefined, labels: LossLabels): readonly ChartSeries[] {
  const { steps, values, smoothed } = curveOf(curves, 'loss');
  const evaluations = curves?.evaluations ?? [];
  return [
    { label: labels.eachStep, colour: 'c1', look: 'raw', steps, values },
    { label: labels.smoothed, colour: 'c1', look: 'line', steps, values: smoothed },
    {
      ...{ label: labels.evaluation, colour: 'c2', look: 'dots' },
      steps: evaluations.map(({ step }) => step),
      values: evaluations.map(({ loss }) => loss),
    },
  ];
}

/** What the evaluations measured beside the loss: one line for each metric; empty for a model that writes. */
export function metricSeries(
  curves: RunCurves | undefined,
  words: Readonly<Record<MetricName, string>>,
): readonly ChartSeries[] {
  const evaluations = curves?.evaluations ?? [];
  const names = metricNames.filter((name) => evaluations.some(({ metrics }) => metrics?.[name] !== undefined));
  return names.map((name, index) => ({
    ...{ label: words[name], colour: metricColours[index % metricColours.length] ?? 'c2', look: 'line' },
    steps: evaluations.map(({ step }) => step),
    values: evaluations.map(({ metrics }) => metrics?.[name] ?? null),
  }));
}

const metricColours = ['c2', 'c3', 'c4'] as const satisfies readonly CurveColour[];

interface Single {
  readonly metric: CurveMetric;
  readonly label: string;
  /** null for what does not jump. */
  readonly rawLabel: string | null;
  readonly colour: CurveColour;
}

/**
 * One metric alone: as it was measured, or pale under its smoothed self where it jumps from step to step. The last one
 * is read out.
 */
export function singleSeries(
  curves: RunCurves | undefined,
  { metric, label, rawLabel, colour }: Single,
): readonly ChartSeries[] {
  const { steps, values, smoothed } = curveOf(curves, metric);
  if (rawLabel === null) return [{ label, colour, look: 'line', steps, values }];
  return [
    { label: rawLabel, colour, look: 'raw', steps, values },
    { label, colour, look: 'line', steps, values: smoothed },
  ];
}
