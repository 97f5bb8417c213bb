import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Run, RunState } from '../../main/contract/entities.ts';
import type { StepMetrics, TrainEvent, TrainResult } from '../../main/contract/engine.ts';
import { GraftError } from '../../main/contract/errors.ts';
import { verbatim } from '../../main/contract/words/words.ts';
import { AdapterRepository } from '../../main/database/adapters.ts';
import { DatasetRepository } from '../../main/database/datasets.ts';
import { ModelRepository } from '../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../main/database/projects.ts';
import { RunRepository } from '../../main/database/runs.ts';
import { RunQueue } from '../../main/jobs/RunQueue.ts';
import type { RunExecutor } from '../../main/jobs/RunQueue.ts';
import { FileLock } from '../../main/studio/dataFolder/ownership.ts';
import { sampleAdapter, sampleDataset, sampleModel, sampleRun } from '../database/sampleRows.ts';

let home: string;
let database: Database;
let runs: RunRepository;
let queues: RunQueue[];
let notices: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'graft-queue-'));
  database = openDatabase({ file: join(home, 'graft.db') }).database;
  new ModelRepository(database, home).insert(sampleModel(home));
  new DatasetRepository(database, home).insert(sampleDataset(home));
  new ProjectRepository(database).insert({ id: 'project1', name: 'Default', modelId: null, createdAt: 1 });
  runs = new RunRepository(database, home);
  queues = [];
  notices = [];
});

afterEach(async () => {
  await Promise.all(queues.map(async (queue) => queue.close()));
  closeDatabase(database);
  rmSync(home, { recursive: true, force: true });
});

const step = (n: number): StepMetrics => ({
  step: n,
  loss: 1 / n,
  gradNorm: 1,
  learningRate: 0.1,
  tokens: 8,
  trainedTokens: 8,
  stepMs: 3,
});

const succeeded: TrainResult = {
  state: 'succeeded',
  adapterStep: 2,
  adapterDir: '/unused',
  steps: 2,
  samples: [{ prompt: 'p', adapter: true, ids: [1], text: 't' }],
  trainableParameters: 10,
  storedBytes: 40,
  peakMemoryBytes: 1_000,
  tokensPerSecond: 99.5,
};

function openQueue(executor: RunExecutor, takes: 'all' | 'own' = 'all'): RunQueue {
  const adapters = new AdapterRepository(database, home);
  const queue = new RunQueue({
    runs,
    executor,
    takes,
    pollMs: 10,
    lock: new FileLock(join(home, 'owner.lock')),
    onNotice: (notice) => notices.push(notice.text),
    keepAdapter: async (run) => {
      const adapter = sampleAdapter(home, { id: `adapter-of-${run.id}` });
      adapters.save(adapter);
      return adapter;
    },
  });
  queues.push(queue);
  return queue;
}

const untilStopped = async (signal: AbortSignal): Promise<TrainResult> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve({ ...succeeded, state: 'cancelled' })));

async function untilState(id: string, state: RunState): Promise<Run> {
  await vi.waitFor(() => expect(runs.get(id).state).toBe(state), { timeout: 120_000, interval: 10 });
  return runs.get(id);
}

describe('RunQueue', () => {
  it('runs what waits in order, one at a time, and writes all that was found', async () => {
    const order: string[] = [];
    let running = 0;
    const executor: RunExecutor = {
      async run(run, _signal, onEvent) {
        running += 1;
        expect(running).toBe(1);
        order.push(run.id);
        onEvent({ type: 'phase', phase: 'training' });
        onEvent({ type: 'metrics', steps: [step(1), step(2)] });
        onEvent({ type: 'evaluation', evaluation: { step: 2, loss: 0.5, trainedTokens: 9 } });
        onEvent({ type: 'log', message: 'hello' });
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return succeeded;
      },
    };
    for (const id of ['run2', 'run1', 'run3'])
      runs.insert(sampleRun(home, { id, createdAt: { run2: 1, run1: 2, run3: 3 }[id] }));
    openQueue(executor).start();
    const run = await untilState('run3', 'succeeded');
    expect(order).toEqual(['run2', 'run1', 'run3']);
    expect(run).toMatchObject({
      adapterId: 'adapter-of-run3',
      tokensPerSecond: 99.5,
      samples: succeeded.samples,
      error: null,
    });
    expect(run.evaluations).toEqual([{ step: 2, loss: 0.5, trainedTokens: 9 }]);
    expect(runs.records.steps('run3')).toEqual([step(1), step(2)]);
    expect(runs.records.log('run3').map(({ message }) => message)).toEqual(['hello']);
  });

  it('stops a run that another connection wished to stop, and cancels one that waits', async () => {
    runs.insert(sampleRun(home, { id: 'run1' }));
    runs.insert(sampleRun(home, { id: 'run2', createdAt: 2_000 }));
    openQueue({ run: async (_run, signal) => untilStopped(signal) }).start();
    await untilState('run1', 'running');
    const other = openQueue({ run: async () => succeeded }, 'own');
    expect(other.stop('run2')).toBe(true);
    expect(other.stop('run1')).toBe(true);
    await untilState('run1', 'cancelled');
    expect(runs.get('run2').state).toBe('cancelled');
    expect(other.stop('run2')).toBe(false);
  });

  it('interrupts what runs when it closes, so that it can be resumed (a run cancelled that nobody cancelled)', async () => {
    runs.insert(sampleRun(home));
    const queue = openQueue({ run: async (_run, signal) => untilStopped(signal) });
    queue.start();
    await untilState('run1', 'running');
    await queue.close();
    expect(runs.get('run1').state).toBe('interrupted');
    const next = openQueue({ run: async () => succeeded });
    next.start();
    expect(next.resume('run1')).toBe(true);
    await untilState('run1', 'succeeded');
  });

  it('marks a run failed with its error, and goes on with the next', async () => {
    runs.insert(sampleRun(home, { id: 'run1' }));
    runs.insert(sampleRun(home, { id: 'run2', createdAt: 2_000 }));
    openQueue({
      async run(run) {
        if (run.id === 'run1') throw new GraftError('nonFinite', verbatim('The loss is not a number.'), { step: 7 });
        return succeeded;
      },
    }).start();
    await untilState('run2', 'succeeded');
    expect(runs.get('run1')).toMatchObject({ state: 'failed', error: { code: 'nonFinite', data: { step: 7 } } });
  });

  it('leaves a run whose engine died interrupted, and holds the queue after three in a row', async () => {
    for (const id of ['run1', 'run2', 'run3', 'run4']) runs.insert(sampleRun(home, { id }));
    const started: string[] = [];
    const queue = openQueue({
      async run(run) {
        started.push(run.id);
        throw new GraftError('engineCrashed', verbatim('The engine died.'));
      },
    });
    queue.start();
    await untilState('run3', 'interrupted');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(started).toEqual(['run1', 'run2', 'run3']);
    expect(runs.get('run4').state).toBe('queued');
    queue.resume('run1');
    await untilState('run4', 'interrupted');
  });

  it('lets only the holder of the lock run anything; the other takes over when it goes', async () => {
    const first = openQueue({ run: async (_run, signal) => untilStopped(signal) });
    first.start();
    runs.insert(sampleRun(home, { id: 'run1' }));
    await untilState('run1', 'running');
    const second = openQueue({ run: async () => succeeded }, 'own');
    second.start();
    runs.insert(sampleRun(home, { id: 'run2', createdAt: 2_000 }));
    second.adopt('run2');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([first.ownsQueue, second.ownsQueue, runs.get('run2').state]).toEqual([true, false, 'queued']);
    await first.close();
    await untilState('run2', 'succeeded');
    await vi.waitFor(() => expect(second.ownsQueue).toBe(false));
  });

  it('of a command takes only its own runs (a list command that starts what waits)', async () => {
    runs.insert(sampleRun(home, { id: 'run1' }));
    const queue = openQueue({ run: async () => succeeded }, 'own');
    queue.start();
    runs.insert(sampleRun(home, { id: 'run2', createdAt: 2_000 }));
    queue.adopt('run2');
    await untilState('run2', 'succeeded');
    expect(runs.get('run1').state).toBe('queued');
  });

  it('stops a run whose metrics cannot be written (hours of training for nothing on a full disk)', async () => {
    runs.insert(sampleRun(home));
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const addSteps = vi.spyOn(runs.records, 'addSteps').mockImplementation(() => {
      throw full;
    });
    openQueue({
      async run(_run, signal, onEvent) {
        onEvent({ type: 'metrics', steps: [step(1)] });
        return untilStopped(signal);
      },
    }).start();
    const run = await untilState('run1', 'failed');
    expect(run.error?.code).toBe('diskFull');
    addSteps.mockRestore();
  });
});

describe('a queue that is held', () => {
  it('interrupts what runs, keeps nothing of it, starts nothing else, and goes on with it first (a pause that litters the library)', async () => {
    const order: string[] = [];
    const queue = openQueue({
      async run(run, signal) {
        order.push(run.id);
        return order.length === 1 ? untilStopped(signal) : succeeded;
      },
    });
    for (const id of ['run1', 'run2', 'run3'])
      runs.insert(sampleRun(home, { id, createdAt: Number(id.slice(3)) * 1_000 }));
    queue.start();
    await untilState('run1', 'running');
    expect(queue.hold()).toBe('run1');
    const held = await untilState('run1', 'interrupted');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([held.adapterId, order]).toEqual([null, ['run1']]);
    queue.release();
    await untilState('run3', 'succeeded');
    expect(order).toEqual(['run1', 'run1', 'run2', 'run3']);
  });

  it('goes on although it is released before the engine has saved (a run that stays interrupted for ever)', async () => {
    let starts = 0;
    const queue = openQueue({
      async run(_run, signal) {
        starts += 1;
        if (starts > 1) return succeeded;
        const stopped = await untilStopped(signal);
        await new Promise((resolve) => setTimeout(resolve, 30));
        return stopped;
      },
    });
    runs.insert(sampleRun(home));
    queue.start();
    await untilState('run1', 'running');
    queue.hold();
    queue.release();
    await untilState('run1', 'succeeded');
    expect(starts).toBe(2);
  });

  it('leaves alone what a person has put in the trash meanwhile, and yields to a person who asks for a run', async () => {
    const order: string[] = [];
    const queue = openQueue({
      async run(run, signal) {
        order.push(run.id);
        return order.length === 1 ? untilStopped(signal) : succeeded;
      },
    });
    runs.insert(sampleRun(home, { id: 'run1' }));
    queue.start();
    await untilState('run1', 'running');
    queue.hold();
    await untilState('run1', 'interrupted');
    runs.setTrashed('run1', 5);
    runs.insert(sampleRun(home, { id: 'run2', createdAt: 2_000 }));
    queue.adopt('run2');
    await untilState('run2', 'succeeded');
    queue.release();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([order, runs.get('run1').state]).toEqual([['run1', 'run2'], 'interrupted']);
  });
});

describe('resuming', () => {
  function makeCheckpoint(n: number): string {
    const dir = join(home, 'runs', 'run1', 'checkpoints', String(n));
    mkdirSync(dir, { recursive: true });
    return dir;
  }

  it('goes on from the last checkpoint whose steps are all recorded (a hole in the curve after kill -9)', async () => {
    runs.insert(sampleRun(home, { state: 'interrupted' }));
    const dirs = [2, 4, 6].map(makeCheckpoint);
    runs.records.addSteps('run1', [1, 2, 3, 4, 5].map(step));
    runs.records.addCheckpoint('run1', {
      step: 1,
      dir: join(home, 'runs', 'run1', 'checkpoints', '1'),
      best: true,
      createdAt: 1,
    });
    runs.records.addCheckpoint('run1', { step: 2, dir: dirs[0], best: false, createdAt: 1 });
    const seen: Run[] = [];
    const queue = openQueue({
      async run(run, _signal, onEvent) {
        seen.push(run);
        onEvent({ type: 'metrics', steps: [step(5), step(6)] });
        return succeeded;
      },
    });
    queue.start();
    queue.resume('run1');
    await untilState('run1', 'succeeded');
    expect(seen[0]?.checkpoints.map(({ step: at, dir }) => [at, dir])).toEqual([
      [2, dirs[0]],
      [4, dirs[1]],
    ]);
    expect(existsSync(dirs[2])).toBe(false);
    expect(runs.records.steps('run1').map((one) => one.step)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('drops the rows of checkpoints that the engine pruned (a resume from a folder that is gone)', async () => {
    runs.insert(sampleRun(home));
    const checkpoint = (n: number): TrainEvent => ({
      type: 'checkpoint',
      step: n,
      dir: makeCheckpoint(n),
      best: n === 2,
    });
    openQueue({
      async run(_run, _signal, onEvent) {
        onEvent({ type: 'metrics', steps: [1, 2, 3].map(step) });
        onEvent(checkpoint(1));
        onEvent(checkpoint(2));
        rmSync(makeCheckpoint(1), { recursive: true });
        onEvent(checkpoint(3));
        return succeeded;
      },
    }).start();
    const run = await untilState('run1', 'succeeded');
    expect(run.checkpoints.map(({ step: at, best }) => [at, best])).toEqual([
      [2, true],
      [3, false],
    ]);
  });
});
