/**
 * Token ids with a label, for an encoder that may have no tokenizer at all. Catches labels that are left aside, rows
 * that are told apart by their labels alone, and a run that cannot be planned without a tokenizer.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { enginesHere } from '../../support/enginesHere.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

enginesHere();

it('are counted, planned and split by their classes, and say what is wrong with a row', async () => {
  const dir = temporaryDir();
  const studio = await openStudio({ home: join(dir, 'home'), cacheDir: join(dir, 'cache') });
  onTestFinished(async () => studio.close());
  await studio.models.import(fixturePath('arch_bert_cls'), { name: 'sorter' });
  const rows = Array.from({ length: 20 }, (_, i) => ({
    input_ids: [2, 5 + i, 6, 3],
    label: i % 2 === 0 ? 'good' : 'bad',
  }));
  const bad = [
    { input_ids: [2, 3], label: null },
    { input_ids: [2, 60, 3], label: 'bad', attention_mask: [1, 1, 0] },
  ];
  const equal = { ...rows[0], label: 'bad' };
  const file = join(dir, 'ids.jsonl');
  writeFileSync(file, [...rows, ...bad, equal].map((row) => JSON.stringify(row)).join('\n'));
  const dataset = await studio.datasets.import(file);
  expect(dataset).toMatchObject({ format: 'tokens', rows: 21, badRowCount: 2, equalRows: 1 });
  expect(await studio.datasets.labels(dataset.id)).toEqual([
    { label: 'bad', rows: 11 },
    { label: 'good', rows: 10 },
  ]);
  const request = {
    model: 'sorter',
    dataset: dataset.id,
    method: 'lora',
    methodOptions: {},
    training: { steps: 1, evaluationSplit: 0.25 },
  };
  const plan = await studio.runs.plan({ ...request, backend: 'cpu' });
  expect(plan.labelTask).toEqual({ kind: 'classification', labels: ['bad', 'good'] });
  const plain = join(dir, 'plain.jsonl');
  writeFileSync(plain, rows.map(({ input_ids }) => JSON.stringify({ input_ids })).join('\n'));
  const { id: unlabelled } = await studio.datasets.import(plain);
  const error = await graftErrorOfAsync(async () =>
    studio.runs.start({ ...request, dataset: unlabelled, backend: 'cpu' }),
  );
  expect(error.data.field).toBe('dataset');
});
