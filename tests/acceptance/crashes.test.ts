/**
 * `kill -9` of the training process, twice in one run and with everything that keeps state: dropout, shuffling, several
 * learning rates, evaluation, the best checkpoint. What comes out must equal an undisturbed run to the last digit.
 * `npm run proof` does it with every method on every backend.
 */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPeftFolder } from '../../main/formats/peftFolder.ts';
import { parseSafetensors } from '../../main/formats/safetensors.ts';
import { tensorflowMissing } from '../support/backends.ts';
import { breadth, expectWithin } from '../support/breadth.ts';
import { fixturePath } from '../support/fixtures.ts';
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

const methods: Readonly<Record<string, readonly string[]>> = {
  vera: flags({ rank: 4, 'd-initial': 0.1 }),
  vblora: flags({
    rank: 2,
    'num-vectors': 8,
    'vector-length': 8,
    topk: 2,
    'bank-learning-rate': 0.01,
    'logits-learning-rate': 0.02,
  }),
  lora: flags({ rank: 2 }),
  full: [],
};
const settings = [
  { backend: 'wasm', precision: 'float32' },
  { backend: 'cpu', precision: 'float32' },
  { backend: 'tensorflow', precision: 'float32' },
  { backend: 'tensorflow', precision: 'bf16' },
];
const cases = settings.flatMap((where) => Object.keys(methods).map((method) => ({ method, ...where })));
/** VB-LoRA has the most to keep, and TensorFlow its own numbers. */
const quick = tensorflowMissing === null ? 'tensorflow' : 'wasm';
const isEnough = ({ method, backend, precision }: (typeof cases)[number]): boolean =>
  method === 'vblora' && backend === quick && precision === 'float32';

describe.each(breadth(cases, isEnough))(
  'a run of $method on $backend in $precision that is killed',
  ({ method, backend, precision }) => {
    it(
      'twice ends as one that was never stopped',
      async (context) => {
        if (backend === 'tensorflow' && tensorflowMissing !== null) context.skip(tensorflowMissing);
        const where = `${method}-${backend}-${precision}`;
        const killed = `killed-${where}`;
        const everything = [
          ...flags({ model: 'tiny', dataset: 'rows', method, backend, precision, threads: 1 }),
          ...(methods[method] ?? []),
          ...(method === 'full' ? [] : flags({ dropout: 0.1 })),
          ...flags({ schedule: 'cosine', seed: 11, 'batch-size': 2, accumulate: 2, steps: 150 }),
          ...flags({ 'eval-split': 0.2, 'eval-every': 50, 'checkpoint-every': 10 }),
        ];
        const whole = await graft.done(finishedRunSchema, 'train', ...everything, '--name', `whole-${where}`);
        const first = graft.start('train', ...everything, '--name', killed);
        const stepsSeen = await killAfter(first, killed, 25);
        const second = graft.start('run', 'resume', killed);
        expect(await killAfter(second, killed, stepsSeen + 20)).toBeGreaterThan(stepsSeen);
        const resumed = await graft.done(finishedRunSchema, 'run', 'resume', killed);
        const differing = resumed.steps.filter((step, at) => !isDeepStrictEqual(step, whole.steps[at])).length;
        expectWithin({ of: 'steps that differ after two kills', where, difference: differing, tolerance: 0 });
        expect(resumed.steps).toEqual(whole.steps);
        expect(resumed.evaluations).toEqual(whole.evaluations);
        expect(await weightsOf(resumed.adapterId, method)).toEqual(await weightsOf(whole.adapterId, method));
      },
      slowMs,
    );
  },
);

/**
 * Kills the command once the run of this name has more steps than that; the library then calls it interrupted. Gives
 * its steps.
 */
async function killAfter(child: ReturnType<Graft['start']>, name: string, step: number): Promise<number> {
  const exit = once(child, 'exit');
  const tooEarly = exit.then(async () =>
    Promise.reject(new Error(`It ended by itself: ${JSON.stringify(await graft.showRun(name))}`)),
  );
  await Promise.race([graft.waitForStep(name, step), tooEarly]);
  tooEarly.catch(() => undefined); // the kill that follows is meant
  child.kill('SIGKILL');
  await exit;
  const runs = await graft.done(runSchema.array(), 'run', 'list');
  const killed = runs.find((run) => run.name === name);
  expect(killed).toMatchObject({ state: 'interrupted', adapterId: null });
  return killed?.steps.length ?? 0;
}

/** By name; of a whole model those that go out as one. */
async function weightsOf(adapterId: string, method: string): Promise<ReadonlyMap<string, unknown>> {
  const out = join(graft.dir, adapterId);
  const to = method === 'full' ? 'merged' : 'peft';
  await graft.done(exportSchema, 'adapter', 'export', adapterId, '--to', to, '--out', out);
  if (to === 'peft') return readPeftFolder(out).tensors;
  return parseSafetensors(new Uint8Array(readFileSync(join(out, 'model.safetensors')))).tensors;
}
