/**
 * Every family through the real command line: imported, trained, talked to or asked for labels. Catches what the
 * engine's tests do not see: a family left out of the studio's estimates, plans or library. `npm run proof` does it on
 * every backend.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breadth, expectWithin, isProof } from '../support/breadth.ts';
import { enginesHere } from '../support/enginesHere.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { type TinyEncoder, weatherRows, writeTinyEncoder } from '../support/tinyEncoder.ts';
import { flags, Graft } from './Graft.ts';
import { chatSchema, classifySchema, datasetSchema, logitsSchema, modelSchema, runSchema } from './jsonContract.ts';
import { plainTemplate, writeTinyChatModel } from './tinyChatModel.ts';

if (!isProof) enginesHere(); // several backends and precisions need processes of their own

const graft = new Graft({ keepsOpen: true });

beforeAll(async () => {
  const rows = join(graft.dir, 'rows.jsonl');
  writeFileSync(rows, ['one', 'two', 'three'].map((text) => JSON.stringify({ text: `say ${text}` })).join('\n'));
  await graft.done(datasetSchema, 'dataset', 'import', rows, '--name', 'rows');
  const weather = join(graft.dir, 'weather.jsonl');
  writeFileSync(weather, weatherRows);
  await graft.done(datasetSchema, 'dataset', 'import', weather, '--name', 'weather');
});

afterAll(() => graft.dispose());

/** `parameters`: of LoRA at rank 2 on the default targets of PEFT. */
const cases = [
  { fixture: 'arch_llama3_rope', family: 'llama', parameters: 448 },
  { fixture: 'arch_mistral', family: 'mistral', parameters: 448 },
  { fixture: 'arch_qwen2', family: 'qwen2', parameters: 448 },
  { fixture: 'arch_qwen3', family: 'qwen3', parameters: 640 },
  { fixture: 'arch_gemma3', family: 'gemma3_text', parameters: 640 },
  { fixture: 'arch_phi3', family: 'phi3', parameters: 192 },
  { fixture: 'arch_gemma2', family: 'gemma2', parameters: 640 },
  { fixture: 'arch_gpt2', family: 'gpt2', parameters: 512 },
] as const;

/** Rounded weights of tiny random models are far off; engine/models has the bound of each family. */
const settings = breadth(
  [
    { backend: 'wasm', precision: 'float32', tolerance: 1e-4 },
    { backend: 'cpu', precision: 'float32', tolerance: 1e-4 },
    { backend: 'tensorflow', precision: 'float32', tolerance: 1e-4 },
    { backend: 'tensorflow', precision: 'bf16', tolerance: 1e-1 },
  ],
  ({ backend }) => backend === 'wasm',
);

describe.each(cases)('$family', ({ fixture, family, parameters }) => {
  beforeAll(async () => {
    const dir = writeTinyChatModel(join(graft.dir, family), plainTemplate, fixture);
    expect(await graft.done(modelSchema, 'model', 'import', dir, '--name', family)).toMatchObject({ family });
  });

  it.each(settings)(
    'gives the reference logits on $backend in $precision',
    async ({ backend, precision, tolerance }) => {
      const reference = JSON.parse(readFileSync(join(fixturePath(fixture), 'reference.json'), 'utf8'));
      const asked = flags({ model: family, ids: JSON.stringify(reference.input_ids), backend, precision });
      const { data } = await graft.done(logitsSchema, 'logits', ...asked);
      const difference = relativeError(data, reference.logits.data);
      expectWithin({ of: "logits, transformers'", where: `${family}, ${backend} ${precision}`, difference, tolerance });
    },
  );

  it.each(settings)(
    'trains on its default targets on $backend in $precision, and answers',
    async ({ backend, precision }) => {
      const name = `${family}-${backend}-${precision}`;
      const training = {
        model: family,
        dataset: 'rows',
        method: 'lora',
        rank: 2,
        steps: 4,
        'learning-rate': 0.02,
        ...{ backend, precision, name },
      };
      const run = await graft.done(runSchema, 'train', ...flags({ ...training, 'batch-size': 2 }));
      expect(run.state).toBe('succeeded');
      expect(run.trainableParameters).toBe(parameters);
      const question = flags({
        model: family,
        prompt: 'say',
        adapter: name,
        'max-tokens': 6,
        temperature: 0,
        backend,
        precision,
      });
      const { answers } = await graft.done(chatSchema, 'chat', ...question);
      expect(answers).toHaveLength(1);
    },
    120_000,
  );
});

describe.each<TinyEncoder>(['bert', 'roberta'])('%s', (family) => {
  it('trains with a head on labels, sorts texts with the adapter', async () => {
    const dir = writeTinyEncoder(join(graft.dir, family), family);
    expect(await graft.done(modelSchema, 'model', 'import', dir, '--name', family)).toMatchObject({ family });
    const training = {
      model: family,
      dataset: 'weather',
      method: 'lora',
      rank: 2,
      'learning-rate': 0.05,
      'batch-size': 6,
    };
    const steps = { steps: 20, 'head-learning-rate': 0.05, 'eval-split': 0, backend: 'wasm', name: family };
    expect((await graft.done(runSchema, 'train', ...flags({ ...training, ...steps }))).state).toBe('succeeded');

    const asked = flags({ model: family, adapter: family, backend: 'wasm' });
    const { answers } = await graft.done(classifySchema, 'classify', ...asked, '--text', 'a sun', '--text', 'rain');
    expect(answers.map(({ rows: sorted }) => sorted.map(({ label }) => label))).toEqual([['dry', 'wet']]);
    for (const { probabilities } of answers[0]?.rows ?? []) {
      expect(Object.keys(probabilities)).toEqual(['dry', 'wet']);
      expect(Object.values(probabilities).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    }
  }, 120_000);
});
