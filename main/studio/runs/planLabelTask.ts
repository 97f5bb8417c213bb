/**
 * What an encoder's run is to learn: from the dataset's labels, from what was asked for, and from the adapter to start
 * from.
 */
import type { Dataset, Model } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import { continuedTask, type LabelCount, type LabelTask, resolveLabelTask } from '../../contract/labels.ts';
import { metricsOf } from '../../contract/metrics.ts';
import type { CheckedRequest } from './resolveRun.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';
import { runRequestWords as words } from '../../contract/words/runRequests.ts';

export interface LabelledSubject {
  readonly model: Pick<Model, 'shape'>;
  readonly dataset: Pick<Dataset, 'name' | 'reading'>;
  /** In the order that classes get. */
  readonly counts: readonly LabelCount[];
}

/**
 * Undefined for a model that writes. Throws GraftError: 'invalid' where the labels make no task, or not the metric
 * asked for; 'conflict' where the adapter to start from has another.
 */
export function planLabelTask(
  { model, dataset, counts }: LabelledSubject,
  { training, initialTask }: Pick<CheckedRequest, 'training' | 'initialTask'>,
): LabelTask | undefined {
  const { encoder } = model.shape;
  if (encoder === undefined) return undefined;
  const isDeclared = dataset.reading.classes !== null;
  const found = resolveLabelTask({ dataset: dataset.name, asked: training.task, counts, isDeclared, encoder });
  const task = initialTask === undefined ? found : continueTask(found, initialTask);
  const { bestBy = 'loss' } = training;
  const metrics = metricsOf(task);
  if (bestBy === 'loss' || metrics.includes(bestBy)) return task;
  throw new GraftError('invalid', words.noMetric({ kind: words[task.kind](), bestBy, metrics }), {
    field: 'training.bestBy',
  });
}

function continueTask(found: LabelTask, initial: LabelTask): LabelTask {
  const task = continuedTask(found, initial);
  if (task !== undefined) return task;
  const known = initial.kind === 'regression' ? engineTrainingWords.aNumber() : initial.labels.join(', ');
  throw new GraftError('conflict', engineTrainingWords.otherLabels({ known }), {
    field: 'initAdapter',
    remedy: engineTrainingWords.sameLabels(),
  });
}
