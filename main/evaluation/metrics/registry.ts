/** Every metric of texts: one line each. */
import { accuracy } from './accuracy.ts';
import { exactMatch } from './exactMatch.ts';
import type { Metric } from './metric.ts';

export const textMetrics: readonly Metric[] = [
  accuracy, //
  exactMatch,
];
