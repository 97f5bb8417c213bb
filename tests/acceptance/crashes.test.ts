/**
 * `kill -9` of the training process, twice in one run and with everything that keeps state: dropout, shuffling, several
 * learning rates, evaluation, the best checkpoint. What comes out must equal an undisturbed run to the last digit.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPeftFolder } from '../../main/formats/peftFolder.ts';
import { tensorflowMissing } from '../support/backends.ts';
import { fixturePath } from '../support/fixtures.ts';
import { describeWith } from '../support/requirements.ts';
import { flags, Graft } from './Graft.ts';
import { datasetSchema, exportSchema, finishedRunSchema, modelSchema, runSchema } from './jsonContract.ts';

const graft = new Graft();
const slowMs = 300_000;

afterAll(() => graft.dispose());

beforeAll(async () => {
  const rows = Array.from({ length: 30 }, (_, row) => ({
    input_ids: Array.from({ length: 5 + (row % 9) }, (_token, at) => (7 * row + 3 * at) % 64),
  }));
  const file = join(graft.dir, 'rows.jsonl');
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await graft.done(modelSchema, 'model', 'import', fixturePath('tiny_llama_base'), '--name', 'tiny');
  await graft.done(datasetSchema, 'dataset', 'import', file);
});

describeWith({ reason: tensorflowMissing }, 'a run that is killed', () => {
  it(
    'twice ends as one that was never stopped',
    async () => {
      const everything = [
        ...flags({ model: 'tiny', dataset: 'rows', method: 'vblora', rank: 2, 'num-vectors': 8, 'vector-length': 8, topk: 2 }),
        ...flags({ dropout: 0.1, 'bank-learning-rate': 0.01, 'logits-learning-rate': 0.02, schedule: 'cosine', seed: 11 }),
        ...flags({ 'batch-size': 2, accumulate: 2, steps: 300, 'eval-split': 0.2, 'eval-every': 50, 'checkpoint-every': 10 }),
        ...flags({ backend: 'tensorflow', precision: 'float32', threads: 1 }),
      ];
      const whole = await graft.done(finishedRunSchema, 'train', ...everything, '--name', 'whole');
      const first = graft.start('train', ...everything, '--name', 'killed');
      const stepsSeen = await killAfter(first, 25);
      const second = graft.start('run', 'resume', 'killed');
      expect(await killAfter(second, stepsSeen + 20)).toBeGreaterThan(stepsSeen);
      const resumed = await graft.done(finishedRunSchema, 'run', 'resume', 'killed');
      expect(resumed.steps).toEqual(whole.steps);
      expect(resumed.evaluations).toEqual(whole.evaluations);
      expect(await weightsOf(resumed.adapterId)).toEqual(await weightsOf(whole.adapterId));
    },
    slowMs,
  );
});

/** Kills the command once the run has more steps than that; the library then calls the run interrupted. Gives its steps. */
async function killAfter(child: ReturnType<Graft['start']>, step: number): Promise<number> {
  const exit = once(child, 'exit');
  const tooEarly = exit.then(async () => Promise.reject(new Error(`It ended by itself: ${JSON.stringify(await graft.showRun('killed'))}`)));
  await Promise.race([graft.waitForStep('killed', step), tooEarly]);
  tooEarly.catch(() => undefined); // the kill that follows is meant
  child.kill('SIGKILL');
  await exit;
  const runs = await graft.done(runSchema.array(), 'run', 'list');
  const killed = runs.find(({ name }) => name === 'killed');
  expect(killed).toMatchObject({ state: 'interrupted', adapterId: null });
  return killed?.steps.length ?? 0;
}

async function weightsOf(adapterId: string): Promise<ReadonlyMap<string, unknown>> {
  const out = join(graft.dir, adapterId);
  await graft.done(exportSchema, 'adapter', 'export', adapterId, '--to', 'peft', '--out', out);
  return readPeftFolder(out).tensors;
}
