/** The run service over a real data folder and, where something trains, a real engine on the tiny Llama. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../../support/properties.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyValues, readTrainConfig, trainRequest } from '../../../main/cli/trainFlags.ts';
import type { Run, RunState } from '../../../main/contract/entities.ts';
import type { GraftError } from '../../../main/contract/errors.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import type { ProgressUpdate } from '../../../main/contract/progress.ts';
import type { RunNews } from '../../../main/contract/runHistory.ts';
import type { Studio } from '../../../main/contract/services.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { firstRunMethod } from '../../../main/contract/runHistory.ts';
import { prepareFirstRun } from '../../../main/studio/runs/firstRun.ts';
import { readConfiguration, writeConfiguration } from '../../../main/studio/runs/trainConfiguration.ts';
import { enginesHere, enginesInProcesses } from '../../support/enginesHere.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOf, graftErrorOfAsync } from '../../support/graftErrors.ts';
import { sendSignal } from '../../support/sendSignal.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

enginesHere();

let home: string;
let studio: Studio;
let request: TrainRequest;

const short = { steps: 6, batchSize: 2, maxLength: 32, evaluateEvery: 3, evaluationSplit: 0.2 };
const endless = { ...short, steps: 100_000, evaluateEvery: 50_000, checkpointEvery: 2 };

beforeEach(async () => {
  const dir = temporaryDir();
  home = join(dir, 'home');
  studio = await openStudio({ home, cacheDir: join(dir, 'cache'), takes: 'all' });
  const model = await studio.models.import(fixturePath('tiny_llama_base'));
  const file = join(dir, 'rows.jsonl');
  const row = (i: number): string =>
    JSON.stringify({ input_ids: Array.from({ length: 10 + (i % 5) }, (_, j) => (i * 7 + j * 3) % 64) });
  writeFileSync(file, Array.from({ length: 20 }, (_, i) => row(i)).join('\n'));
  const dataset = await studio.datasets.import(file);
  request = {
    ...{ model: model.id, dataset: dataset.id, method: 'vera', methodOptions: { rank: 8 }, training: short },
    ...{ backend: 'cpu', threads: 1 },
  };
});

afterEach(async () => studio.close());

async function untilState(id: string, ...states: readonly RunState[]): Promise<Run> {
  await vi.waitFor(() => expect(states).toContain(studio.runHistory.get(id).state), { timeout: 120_000, interval: 20 });
  return studio.runHistory.get(id);
}

async function untilStep(id: string, step: number): Promise<void> {
  await vi.waitFor(() => expect(studio.runHistory.get(id).step).toBeGreaterThanOrEqual(step), {
    timeout: 120_000,
    interval: 20,
  });
}

function idsOf(query: { readonly states?: readonly RunState[]; readonly trashed?: boolean }): string[] {
  return studio.runHistory.page({ offset: 0, limit: 100, trashed: false, ...query }).items.map(({ id }) => id);
}

describe('a plan', () => {
  it('decides everything and starts nothing', async () => {
    const plan = await studio.runs.plan({ ...request, training: { epochs: 2, batchSize: 4 } });
    expect(plan).toMatchObject({ backend: 'cpu', training: { steps: 10, batchSize: 4 }, methodOptions: { rank: 8 } });
    expect(plan.estimate.memoryBytes).toBeGreaterThan(0);
    expect(plan.trainableParameters).toBeGreaterThan(0);
    expect(plan.targets.length).toBeGreaterThan(0);
    expect(idsOf({})).toEqual([]);
  });

  it('tells everything that is wrong at once, also what is missing (a form mended one field at a time)', async () => {
    const fields = async (changes: Partial<TrainRequest>): Promise<readonly string[]> => {
      const error: GraftError = await graftErrorOfAsync(async () => studio.runs.plan({ ...request, ...changes }));
      return (error.data.problems ?? [{ field: error.data.field ?? '' }]).map(({ field }) => field).sort();
    };
    expect(await fields({ model: '', dataset: '', method: 'magic' })).toEqual(['dataset', 'method', 'model']);
    expect(
      await fields({ dataset: 'gone', methodOptions: { rank: -1 }, training: { learningRate: -2, steps: 0 } }),
    ).toEqual(['dataset', 'rank', 'training.learningRate', 'training.steps']);
    expect(await fields({ precision: 'bf16', training: { batchSize: 0 } })).toEqual([
      'precision',
      'training.batchSize',
    ]);
  });

  it('is given up by who asked for it', async () => {
    const control = new AbortController();
    const plan = graftErrorOfAsync(async () => studio.runs.plan(request, { signal: control.signal }));
    control.abort();
    expect((await plan).code).toBe('cancelled');
  });
});

describe('the queue', () => {
  it('is put in another order, left by cancelled runs, and tells every change (a second window that shows the old order)', async () => {
    const control = new AbortController();
    const told: string[] = [];
    const listening = (async () => {
      for await (const { topics } of studio.changes.watch(control.signal)) told.push(...topics);
    })();
    const running = await studio.runs.start({ ...request, training: endless });
    await untilState(running.id, 'running');
    const [first, second, third] = await Promise.all([1, 2, 3].map(async () => studio.runs.start(request)));
    studio.runs.reorder(third?.id ?? '', first?.id ?? null);
    expect(idsOf({ states: ['queued'] })).toEqual([third?.id, first?.id, second?.id]);
    studio.runs.reorder(third?.id ?? '', null);
    expect(idsOf({ states: ['queued'] })).toEqual([first?.id, second?.id, third?.id]);
    expect(graftErrorOf(() => studio.runs.reorder(running.id, null)).code).toBe('conflict');
    expect((await studio.runs.stop(second?.id ?? '')).state).toBe('cancelled');
    studio.runs.remove(first?.id ?? '');
    expect([idsOf({ states: ['queued'] }), idsOf({ trashed: true })]).toEqual([[third?.id], [first?.id]]);
    expect(graftErrorOf(() => studio.runs.remove(running.id)).code).toBe('conflict');
    await studio.runs.stop(running.id, 'discard');
    await untilState(third?.id ?? '', 'succeeded');
    await vi.waitFor(() => expect(told).toEqual(expect.arrayContaining(['runs', 'adapters'])));
    control.abort();
    await listening;
  });

  it('gives each run a name of its own, unless a person gave one', async () => {
    const named = await Promise.all([1, 2].map(async () => studio.runs.start(request)));
    expect(named.map(({ name }) => name)).toEqual(['vera-rows', 'vera-rows-2']);
    expect(studio.runs.rename(named[0]?.id ?? '', '  evening ').name).toBe('evening');
  });
});

describe('a run that is stopped', () => {
  it('leaves its adapter in the library when it is saved, and goes on later', async () => {
    const { id } = await studio.runs.start({ ...request, training: endless });
    await untilStep(id, 3);
    expect((await studio.runs.stop(id, 'save')).state).toBe('running');
    const stopped = await untilState(id, 'cancelled');
    expect(studio.adapters.get(stopped.adapterId ?? '').lineage.runId).toBe(id);
    expect(studio.runHistory.get(id).resumable).toBe(true);
    const { step } = studio.runHistory.get(id);
    await studio.runs.resume(id);
    await untilStep(id, step + 2);
    await studio.runs.stop(id, 'discard');
    await untilState(id, 'cancelled');
  });

  it('is compared with its base later where the stop did not wait for it', async () => {
    const { id } = await studio.runs.start({ ...request, training: endless });
    await untilStep(id, 3);
    await studio.runs.stop(id);
    const { baseEvaluation, adapterEvaluation } = await untilState(id, 'cancelled');
    expect(baseEvaluation).not.toBeNull();
    expect((await graftErrorOfAsync(async () => studio.runs.compareWithBase(id))).code).toBe('conflict');
    const { database } = openDatabase({ file: join(home, 'graft.db'), alone: false });
    database.prepare('UPDATE runs SET base_evaluation = NULL, adapter_evaluation = NULL WHERE id = ?').run(id);
    closeDatabase(database);
    expect(studio.runHistory.get(id).comparable).toBe(true);
    const given = { signal: AbortSignal.abort() };
    expect((await graftErrorOfAsync(async () => studio.runs.compareWithBase(id, given))).code).toBe('cancelled');
    const shares: number[] = [];
    const onProgress = ({ done, total }: ProgressUpdate): void => void shares.push(done / (total ?? NaN));
    const compared = await studio.runs.compareWithBase(id, { onProgress });
    expect(compared).toMatchObject({ baseEvaluation, adapterEvaluation });
    expect([shares.at(-1), studio.runHistory.get(id).comparable]).toEqual([1, false]);
  });

  it('leaves none when it is discarded, stands in the trash, and can be taken out of it', async () => {
    const { id } = await studio.runs.start({ ...request, training: endless });
    await untilStep(id, 3);
    await studio.runs.stop(id, 'discard');
    await untilState(id, 'cancelled');
    expect([studio.adapters.list(), idsOf({}), idsOf({ trashed: true })]).toEqual([[], [], [id]]);
    expect((await graftErrorOfAsync(async () => studio.runs.resume(id))).code).toBe('conflict');
    studio.runs.restore(id);
    expect([idsOf({}), studio.runHistory.get(id).resumable]).toEqual([[id], true]);
  });
});

describe('a run whose engine is killed', () => {
  enginesInProcesses();

  it.each(['SIGKILL', 'SIGSEGV'] as const)('by %s is interrupted, says why, and goes on to its end', async (signal) => {
    const training = { ...short, steps: 30, evaluateEvery: 15, checkpointEvery: 5, samplePrompts: [] };
    const { id, dir } = await studio.runs.start({ ...request, training });
    await untilStep(id, 10);
    sendSignal(Number(readFileSync(join(dir, 'engine.pid'), 'utf8')), signal);
    await untilState(id, 'interrupted');
    const killed = studio.runHistory.get(id);
    expect(killed.error?.message).toMatch(/engine process/);
    expect(killed.error?.data.remedy).toMatch(/resume/i);
    expect([killed.resumable, killed.adapterId, existsSync(join(dir, 'checkpoints'))]).toEqual([true, null, true]);
    await studio.runs.resume(id);
    await untilState(id, 'succeeded');
    const [curve] = studio.runHistory.curves(id, { metrics: ['loss'], points: 1000, smoothing: 0.9 }).curves;
    expect(curve?.steps).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(studio.runHistory.get(id)).toMatchObject({ error: null, step: 30, remainingSeconds: null });
  });
});

describe('news', () => {
  it('follow a run from the queue to its end', async () => {
    const { id } = await studio.runs.start(request);
    const news: RunNews[] = [];
    for await (const one of studio.runHistory.news(id)) news.push(one);
    const last = news.at(-1);
    expect(last).toMatchObject({ type: 'run', run: { state: 'succeeded', step: 6, resumable: false } });
    expect(news.some((one) => one.type === 'steps' && one.lastStep === 6)).toBe(true);
    expect(news.flatMap((one) => (one.type === 'log' ? [one.line.message] : [])).join(' ')).toContain('Backend: cpu');
  });
});

describe('a configuration', () => {
  it('asked for again from a run decides the same', async () => {
    const requests: TrainRequest[] = [
      { ...request, training: { epochs: 2 } },
      {
        ...request,
        targets: ['q_proj', 'v_proj'],
        method: 'lora',
        methodOptions: { rank: 2 },
        training: { ...short, learningRate: 0.1 },
      },
      {
        ...request,
        targets: 'all-linear',
        method: 'vblora',
        methodOptions: { rank: 2 },
        training: { learningRates: { logits: 0.5 } },
      },
      { ...request, method: 'full', methodOptions: {}, precision: 'float32' },
    ];
    for (const original of requests) {
      const run = await studio.runs.start(original);
      await studio.runs.stop(run.id).catch(() => undefined); // it may have ended already
      const again = await studio.runs.start(studio.runs.request(run.id));
      await studio.runs.stop(again.id).catch(() => undefined);
      const decided = ({ configuration }: Run): unknown => {
        const { epochs: _asked, learningRate: _alike, ...training } = configuration.training;
        return { ...configuration, training };
      };
      expect(decided(again)).toEqual(decided(run));
    }
  });

  it('written to a file is read by the command line and by the form as it was (options lost between screen and terminal)', async () => {
    const file = join(temporaryDir(), 'run.json');
    const named = fc.string({ minLength: 1, maxLength: 20 });
    const arbitrary = fc.record(
      {
        // The schema takes the spaces around it away.
        name: named.filter((text) => text === text.trim()),
        projectId: named,
        evalDataset: named,
        testDataset: named,
        targets: fc.oneof(
          fc.constant('all-linear'),
          fc.array(fc.stringMatching(/^[a-z_]{1,8}$/), { minLength: 1, maxLength: 3 }),
        ),
        threads: fc.integer({ min: 1, max: 64 }),
        precision: fc.constantFrom('float32' as const, 'bf16' as const),
        device: fc.constantFrom('cpu' as const, 'cuda' as const),
        training: fc.record(
          {
            steps: fc.integer({ min: 1, max: 1e6 }),
            learningRate: fc.double({ min: 1e-9, max: 1, noNaN: true }),
            learningRates: fc.dictionary(
              fc.constantFrom('vectorBank', 'logits'),
              fc.double({ min: 1e-9, max: 1, noNaN: true }),
            ),
            samplePrompts: fc.array(fc.string(), { maxLength: 3 }),
            shuffle: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ['training'] },
    );
    const methods = fc.constantFrom(...Object.keys(methodSpecs));
    await fc.assert(
      fc.asyncProperty(arbitrary, methods, named, named, async (changes, method, model, dataset) => {
        const original = {
          ...changes,
          method,
          model,
          dataset,
          backend: 'auto' as const,
          methodOptions: { rank: 4 },
        } as TrainRequest;
        const { text } = writeConfiguration(original);
        writeFileSync(file, text);
        const { projectId: _own, ...shared } = original;
        const plain = (value: TrainRequest): unknown => JSON.parse(JSON.stringify(value));
        expect(plain(trainRequest(await readTrainConfig(file), emptyValues()))).toEqual(plain(shared));
        expect(plain(readConfiguration(text))).toEqual(plain(shared));
      }),
      { numRuns: 50 },
    );
  });

  it('names model and dataset, has a file name of letters, and says what does not hold', () => {
    const { fileName, text } = studio.runs.exportConfiguration({ ...request, name: 'Poems / night: 1' });
    expect(fileName).toBe('Poems-night-1.json');
    expect(JSON.parse(text)).toMatchObject({ model: 'tiny_llama_base', dataset: 'rows' });
    expect(readConfiguration('{"method": "lora", "rank": 4, "targets": "q_proj, v_proj"}')).toMatchObject({
      ...{
        model: '',
        dataset: '',
        method: 'lora',
        methodOptions: { rank: 4 },
        targets: ['q_proj', 'v_proj'],
        backend: 'auto',
      },
    });
    expect(graftErrorOf(() => readConfiguration('[1]')).code).toBe('invalid');
    expect(graftErrorOf(() => readConfiguration('{"bogus": 1}')).message).toContain('bogus');
    const problems = graftErrorOf(() => readConfiguration('{"threads": "many", "backend": 3}')).data.problems ?? [];
    expect(problems.map(({ field }) => field).sort()).toEqual(['backend', 'threads']);
  });
});

describe('the first run', () => {
  it('is prepared again without a second model, dataset or project, and could start', async () => {
    const first = await prepareFirstRun(studio);
    const again = await prepareFirstRun(studio);
    expect([again.projectId, again.modelId, again.datasetId]).toEqual([
      first.projectId,
      first.modelId,
      first.datasetId,
    ]);
    expect(studio.projects.list().filter(({ name }) => name === 'First project')).toHaveLength(1);
    const training = first.request.training as { readonly steps: number; readonly samplePrompts: readonly string[] };
    // The screen says this method before the run is prepared.
    expect(first.request.method).toBe(firstRunMethod);
    expect(training.steps).toBeGreaterThanOrEqual(80);
    expect(training.samplePrompts.length).toBeGreaterThan(0);
    expect(first.question.content).toBe(training.samplePrompts[0]);
    expect(first.backend).toMatch(/wasm|tensorflow/);
    expect(['installable', 'unavailable']).toContain(first.tensorflow);
  });
});
