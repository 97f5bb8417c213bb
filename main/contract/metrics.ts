/**
 * What an evaluation of a classification run measures beside its loss, as GLUE defines it. The values are computed in
 * engine/training/taskMetrics.ts. Every one of them is better the greater it is.
 */
import { accuracy } from '../evaluation/metrics/accuracy.ts';

export const metricNames = ['accuracy', 'f1', 'f1Macro', 'matthews', 'pearson', 'spearman'] as const;
export type MetricName = (typeof metricNames)[number];

/** One that has no value, such as the correlation with predictions that are all alike, is absent. */
export type Metrics = Readonly<Partial<Record<MetricName, number>>>;

/** What the best evaluation is chosen by. */
export const bestByNames = ['loss', ...metricNames] as const;
export type BestBy = (typeof bestByNames)[number];

export const metricTitles: Readonly<Record<MetricName, string>> = {
  accuracy: accuracy.title.en,
  f1: 'F1',
  f1Macro: 'F1 (mean over classes)',
  matthews: 'Matthews correlation',
  pearson: 'Pearson correlation',
  spearman: 'Spearman correlation',
};

/** Which metrics there are for so many labels; a regression has none of them but correlations. */
export function metricsOf(task: {
  readonly kind: 'classification' | 'regression';
  readonly labels: readonly string[];
}): readonly MetricName[] {
  if (task.kind === 'regression') return ['pearson', 'spearman'];
  return ['accuracy', task.labels.length === 2 ? 'f1' : 'f1Macro', 'matthews'];
}
