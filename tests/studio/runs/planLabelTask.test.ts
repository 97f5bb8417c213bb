/** What a run learns: a slip here makes an adapter answer with another one's labels. */
import { expect, test } from 'vitest';
import { unknownReading } from '../../../main/contract/entities.ts';
import { sortLabels, type LabelTask } from '../../../main/contract/labels.ts';
import { trainingSchema } from '../../../main/contract/training.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { planLabelTask } from '../../../main/studio/runs/planLabelTask.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOf } from '../../support/graftErrors.ts';

const encoder = inspectModel(fixturePath('arch_bert_cls'));
const decoder = inspectModel(fixturePath('tiny_llama_base'));
const subject = (labels: readonly string[], classes: readonly string[] | null = null) => ({
  model: encoder,
  dataset: { name: 'rows', reading: { ...unknownReading, classes } },
  counts: sortLabels(labels).map((label) => ({ label, rows: 3 })),
});
const asked = (training: object = {}, initialTask?: LabelTask) => ({
  training: trainingSchema.parse(training),
  ...(initialTask && { initialTask }),
});
const classes = (...labels: readonly string[]): LabelTask => ({ kind: 'classification', labels });

test('a model that writes learns no labels', () => {
  expect(planLabelTask({ ...subject(['a', 'b']), model: decoder }, asked())).toBeUndefined();
});

test('an adapter to start from keeps its own names and ids', () => {
  const initial = classes('1.0', '0.0');
  expect(planLabelTask(subject(['0', '1']), asked({}, initial))).toEqual(initial);
  const error = graftErrorOf(() => planLabelTask(subject(['0', '2']), asked({}, initial)));
  expect([error.code, error.data.field]).toEqual(['conflict', 'initAdapter']);
  expect(error.message).toContain('other labels: 1.0, 0.0');
});

test('names that the file lists are classes, even where they are fractions', () => {
  expect(planLabelTask(subject(['0.5', '1.5']), asked())?.kind).toBe('regression');
  expect(planLabelTask(subject(['0.5', '1.5'], ['0.5', '1.5']), asked())?.kind).toBe('classification');
});

test('a metric of another task is refused', () => {
  expect(graftErrorOf(() => planLabelTask(subject(['a', 'b']), asked({ bestBy: 'pearson' }))).data.field).toBe(
    'training.bestBy',
  );
  expect(planLabelTask(subject(['1', '2']), asked({ task: 'regression', bestBy: 'pearson' }))?.kind).toBe('regression');
});
