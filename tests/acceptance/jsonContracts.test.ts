/**
 * What scripts rely on beside the figures: the fields of every answer, one JSON value on stdout, exit statuses, ids and
 * names alike, the same id for the same content, and runs that can be looked at while they wait or work.
 */
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { enginesHere } from '../support/enginesHere.ts';
import { fixturePath } from '../support/fixtures.ts';
import { flags, Graft } from './Graft.ts';
import {
  adapterSchema,
  chatSchema,
  datasetSchema,
  exportSchema,
  finishedRunSchema,
  logitsSchema,
  modelSchema,
  promptSchema,
  runSchema,
  tokensSchema,
} from './jsonContract.ts';
import { writeTinyChatModel } from './tinyChatModel.ts';

enginesHere();

const graft = new Graft();
const slowMs = 300_000;
const quick = { model: 'tiny', dataset: 'rows', method: 'vera', rank: 2, 'batch-size': 2, backend: 'wasm' };
let modelDir: string;
let rowsFile: string;

afterAll(() => graft.dispose());

beforeAll(async () => {
  modelDir = writeTinyChatModel(join(graft.dir, 'tiny'));
  rowsFile = join(graft.dir, 'rows.jsonl');
  const rows = Array.from({ length: 12 }, (_, row) => ({
    input_ids: Array.from({ length: 6 }, (_token, at) => (3 + row + 5 * at) % 64),
  }));
  writeFileSync(rowsFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await graft.done(modelSchema, 'model', 'import', modelDir);
  await graft.done(datasetSchema, 'dataset', 'import', rowsFile);
});

describe('the same content is the same thing', () => {
  it('a model, from wherever it is imported', async () => {
    const [first] = await graft.done(modelSchema.array(), 'model', 'list');
    const elsewhere = join(graft.dir, 'copied-model');
    cpSync(modelDir, elsewhere, { recursive: true });
    expect(await graft.done(modelSchema, 'model', 'import', elsewhere)).toEqual(first);
    expect(await graft.done(modelSchema.array(), 'model', 'list')).toEqual([first]);
  });

  it('a dataset, under whatever name', async () => {
    const [first] = await graft.done(datasetSchema.array(), 'dataset', 'list');
    copyFileSync(rowsFile, join(graft.dir, 'copied.jsonl'));
    expect(await graft.done(datasetSchema, 'dataset', 'import', join(graft.dir, 'copied.jsonl'))).toEqual(first);
  });

  it('an adapter, also of what was exported', async () => {
    const first = await graft.done(adapterSchema, 'adapter', 'import', fixturePath('lora_r4_a8'), '--model', 'tiny');
    const exported = await graft.done(exportSchema, 'adapter', 'export', 'lora_r4_a8', '--to', 'peft', '--out', 'out');
    expect(exported.files).toHaveLength(3);
    expect(exported.files.every((file) => file.startsWith(join(graft.dir, 'out')))).toBe(true);
    expect(await graft.done(adapterSchema, 'adapter', 'import', 'out')).toEqual(first);
  });
});

describe('text', () => {
  it('`tokenize` and `prompt`, by name and by id', async () => {
    const { id } = await graft.done(modelSchema, 'model', 'show', 'tiny');
    const named = await graft.done(tokensSchema, 'tokenize', ...flags({ model: 'tiny', text: 'hi you' }));
    expect(named.ids).toHaveLength(6);
    expect(await graft.done(tokensSchema, 'tokenize', ...flags({ model: id, text: 'hi you' }))).toEqual(named);
    writeFileSync(join(graft.dir, 'messages.json'), '[{"role": "user", "content": "hi"}]');
    const { text, ids } = await graft.done(promptSchema, 'prompt', ...flags({ model: id, messages: 'messages.json' }));
    expect(text).toBe('user:hi\nassistant:');
    expect(ids).toHaveLength(text.length);
  });

  it('`chat` answers once for each adapter, at its scale', async () => {
    const { id } = await graft.done(adapterSchema, 'adapter', 'import', fixturePath('vblora_full'), '--model', 'tiny');
    const asked = flags({ model: 'tiny', prompt: 'hi', 'max-tokens': 5, temperature: 0, backend: 'wasm' });
    const base = await graft.done(chatSchema, 'chat', ...asked);
    const { answers } = await graft.done(chatSchema, 'chat', ...asked, '--adapter', id, '--adapter', 'vblora_full:0');
    expect(base.answers.map(({ adapter }) => adapter)).toEqual([null]);
    expect(answers.map(({ adapter }) => adapter)).toEqual([id, id]);
    expect(answers[1]?.ids).toEqual(base.answers[0]?.ids);
    expect(answers[0]?.ids.length).toBeLessThanOrEqual(5);
  });
});

describe('runs', () => {
  it(
    '`train` with a configuration file, flags winning, ends with run and adapter; both are listed as they are shown',
    async () => {
      mkdirSync(join(graft.dir, 'configs'));
      const config = {
        ...{ model: 'tiny', dataset: 'rows', method: 'vblora', numVectors: 8, vectorLength: 8, topk: 2 },
        steps: 9,
        backend: 'wasm',
      };
      writeFileSync(join(graft.dir, 'configs', 'run.json'), JSON.stringify(config));
      const more = flags({
        rank: 2,
        steps: 4,
        'bank-learning-rate': 0.002,
        'eval-split': 0.25,
        'eval-every': 2,
        name: 'from-file',
      });
      const run = await graft.done(finishedRunSchema, 'train', '--config', 'configs/run.json', ...more);
      expect(run).toMatchObject({ name: 'from-file', id: run.runId });
      expect(run.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
      expect(run.evaluations.map(({ step }) => step)).toEqual(expect.arrayContaining([2, 4]));
      const shown = await graft.showRun('from-file');
      expect(shown).toEqual(run);
      expect((await graft.done(runSchema.array(), 'run', 'list')).find(({ id }) => id === run.id)).toEqual(shown);
      const adapter = await graft.done(adapterSchema, 'adapter', 'show', 'from-file');
      expect(adapter).toEqual({ id: run.adapterId, method: 'vblora', parameters: run.trainableParameters });
      expect(await graft.done(adapterSchema.array(), 'adapter', 'list')).toContainEqual(adapter);
    },
    slowMs,
  );

  it(
    'a trained adapter goes on training, by id, from its own options',
    async () => {
      const first = await graft.done(
        finishedRunSchema,
        'train',
        ...flags({ ...quick, steps: 3, 'learning-rate': 0.05, name: 'first' }),
      );
      const onward = flags({
        model: 'tiny',
        dataset: 'rows',
        steps: 2,
        backend: 'wasm',
        'init-adapter': first.adapterId,
      });
      const second = await graft.done(finishedRunSchema, 'train', ...onward);
      expect(second.trainableParameters).toBe(first.trainableParameters);
      const refused = await graft.refused('train', ...onward, '--rank', '3');
      expect(refused).toMatchObject({ field: 'rank', code: 'invalid' });
    },
    slowMs,
  );

  it('tokens per second are those of the model’s input, over the median step', async () => {
    const measured = finishedRunSchema.extend({ steps: z.array(z.object({ tokens: z.number(), stepMs: z.number() })) });
    const { tokensPerSecond, steps } = await graft.done(
      measured,
      'train',
      ...flags({ ...quick, steps: 6, 'eval-split': 0 }),
    );
    const times = steps.slice(1).map(({ stepMs }) => stepMs);
    const median = [...times].sort((a, b) => a - b)[2] ?? NaN;
    expect(steps.map(({ tokens }) => tokens)).toEqual([12, 12, 12, 12, 12, 12]);
    expect(tokensPerSecond).toBeCloseTo(12_000 / median, 3);
  });

  it(
    'a waiting and a working run can be shown, the working one with its steps so far; both can be stopped',
    async () => {
      const working = graft.start('train', ...flags({ ...quick, steps: 5_000, name: 'working' }));
      const workingEnd = once(working, 'exit');
      const run = await graft.waitForStep('working', 1);
      expect(run).toMatchObject({ state: 'running', adapterId: null });
      const waiting = graft.start('train', ...flags({ ...quick, steps: 2, name: 'waiting' }));
      const waitingEnd = once(waiting, 'exit');
      const said = String((await once(waiting.stderr ?? process.stdin, 'data'))[0]);
      expect(said).toMatch(/waiting/);
      await expect.poll(async () => (await graft.run('run', 'show', 'waiting')).status, { timeout: 120_000 }).toBe(0);
      expect(await graft.showRun('waiting')).toMatchObject({ state: 'queued', steps: [], adapterId: null });
      await graft.done(runSchema, 'run', 'stop', 'waiting');
      await graft.done(runSchema, 'run', 'stop', 'working');
      expect((await Promise.all([workingEnd, waitingEnd])).map(([status]) => status as unknown)).toEqual([130, 130]);
      const stopped = await graft.showRun('working');
      // stop means stop and save
      expect(stopped).toMatchObject({ state: 'cancelled', adapterId: expect.any(String) as string });
      expect(stopped.steps.length).toBeGreaterThanOrEqual(run.steps.length);
    },
    slowMs,
  );
});

describe('exit status and stdout', () => {
  it.each([
    ['done', 0, ['model', 'list']],
    ['failed', 1, ['model', 'show', 'nobody']],
    ['wrong usage: an unknown flag', 2, ['model', 'list', '--wat']],
    ['wrong usage: an unknown command', 2, ['modle', 'list']],
    ['wrong usage: a missing argument', 2, ['adapter', 'export', 'x']],
    ['wrong usage: not a number', 2, ['train', '--rank', 'many']],
  ])('%s', async (_what, status, args) => {
    const result = await graft.run(...args);
    expect(result.status).toBe(status);
    const answer: unknown = result.json();
    if (status !== 0)
      expect(answer).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
  });

  it('two things of one name are asked for by id', async () => {
    const [first] = await graft.done(adapterSchema.array(), 'adapter', 'list');
    const twin = await graft.run(
      'adapter',
      'import',
      fixturePath('vera_r8_all_saved'),
      '--model',
      'tiny',
      '--name',
      'lora_r4_a8',
    );
    if (twin.status === 1) {
      expect(twin.json()).toMatchObject({ error: { code: 'conflict' } });
      return;
    }
    const ambiguous = await graft.refused('adapter', 'show', 'lora_r4_a8');
    expect(ambiguous.message).toContain('lora_r4_a8');
    expect(await graft.done(adapterSchema, 'adapter', 'show', first?.id ?? '')).toEqual(first);
  });

  it('logits of a padded batch are flat and row-major', async () => {
    const asked = flags({
      model: 'tiny',
      ids: '[[1, 2, 3], [4, 5, 0]]',
      'attention-mask': '[[1, 1, 1], [1, 1, 0]]',
      backend: 'cpu',
    });
    const { shape, data } = await graft.done(logitsSchema, 'logits', ...asked);
    expect(shape).toEqual([2, 3, 64]);
    expect(data).toHaveLength(2 * 3 * 64);
  });
});
