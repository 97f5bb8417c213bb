/** Share of answers that are the label itself: of classes, as GLUE defines it (Wang et al. 2018, arXiv 1804.07461). */
import { meanOf, type Metric } from './metric.ts';

export const accuracy: Metric = {
  id: 'accuracy',
  title: { en: 'Accuracy', ja: '正解率' },
  signature: 'accuracy|version:1',
  measure: (segments) => meanOf(segments.map(({ hyp, refs }) => (refs.includes(hyp) ? 1 : 0))),
};
