import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderRun } from '../../../main/cli/runText.ts';
import { Terminal } from '../../../main/cli/terminal.ts';
import { logEvent, type StepMetrics } from '../../../main/contract/engine.ts';
import type { Run } from '../../../main/contract/entities.ts';
import type { RunNews } from '../../../main/contract/runHistory.ts';
import { engineTrainingWords } from '../../../main/contract/words/engineTraining.ts';
import { inLanguage } from '../../../main/contract/words/inLanguage.ts';
import type { Said } from '../../../main/contract/words/words.ts';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../../main/database/projects.ts';
import { RunCurveReader } from '../../../main/database/runCurves.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { RunSummaries } from '../../../main/database/runSummaries.ts';
import { EventRecorder } from '../../../main/jobs/EventRecorder.ts';
import { QueueStore } from '../../../main/jobs/QueueStore.ts';
import { RunHistory } from '../../../main/studio/runs/RunHistory.ts';
import { sampleConfiguration, sampleDataset, sampleModel, sampleRun } from '../../database/sampleRows.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

let home: string;
let database: Database;
let rows: RunRepository;
let queue: QueueStore;
let history: RunHistory;
let nowMs: number;

beforeEach(() => {
  home = temporaryDir();
  database = openDatabase({ file: join(home, 'graft.db') }).database;
  new ModelRepository(database, home).insert(sampleModel(home));
  new DatasetRepository(database, home).insert(sampleDataset(home));
  const projects = new ProjectRepository(database);
  projects.insert({ id: 'project1', name: 'Default', modelId: null, createdAt: 1 });
  projects.insert({ id: 'project2', name: 'Other', modelId: null, createdAt: 1 });
  rows = new RunRepository(database, home);
  nowMs = 1_000_000;
  queue = new QueueStore(rows, undefined, () => nowMs);
  history = openHistory(rows, database);
});

afterEach(() => closeDatabase(database));

function openHistory(repository: RunRepository, connection: Database): RunHistory {
  const summaries = new RunSummaries(connection, repository.records);
  return new RunHistory({ rows: repository, summaries, curves: new RunCurveReader(connection) });
}

function addRun(id: string, overrides: Partial<Run> = {}): void {
  rows.insert(sampleRun(home, { id, name: `run ${id}`, ...overrides }));
}

function addSteps(id: string, from: number, to: number, loss: (step: number) => number = (step) => step): void {
  const stepOf = (step: number): StepMetrics => ({
    ...{ step, loss: loss(step), gradNorm: 1, learningRate: 0.1, tokens: 100, trainedTokens: 90, stepMs: 50 },
  });
  rows.records.addSteps(
    id,
    Array.from({ length: to - from + 1 }, (_, index) => stepOf(from + index)),
  );
}

function runAndEnd(id: string, outcome: 'succeeded' | 'failed' | 'interrupted', workMs: number): void {
  queue.apply({ type: 'started', runId: id });
  nowMs += workMs;
  queue.apply({ type: 'ended', runId: id, outcome, infrastructure: false });
}

const all = { offset: 0, limit: 100, trashed: false };

describe('a page of runs', () => {
  it('has what runs first, what waits in its order, then the newest; and only what was asked for', () => {
    const names = { a1: 'night owl', b2: 'Küche', c3: 'poems', d4: 'poems again' };
    for (const [id, name] of Object.entries(names))
      addRun(id, { name, createdAt: 1, ...(id === 'd4' && { projectId: 'project2' }) });
    runAndEnd('a1', 'succeeded', 10);
    queue.apply({ type: 'started', runId: 'b2' });
    queue.apply({ type: 'reordered', runId: 'd4', before: 'c3' });
    const idsOf = (query: Partial<Parameters<RunHistory['page']>[0]>): string[] =>
      history.page({ ...all, ...query }).items.map(({ id }) => id);
    expect(idsOf({})).toEqual(['b2', 'd4', 'c3', 'a1']);
    expect(idsOf({ projectId: 'project2' })).toEqual(['d4']);
    expect(idsOf({ states: ['queued', 'running'] })).toEqual(['b2', 'd4', 'c3']);
    expect(idsOf({ search: 'poems HAIKU' })).toEqual(['d4', 'c3']);
    expect(idsOf({ search: '%' })).toEqual([]);
    expect(idsOf({ offset: 1, limit: 2 })).toEqual(['d4', 'c3']);
    expect(history.page({ ...all, limit: 1 }).total).toBe(4);
    rows.setTrashed('a1', 5);
    expect([idsOf({}), idsOf({ trashed: true })]).toEqual([['b2', 'd4', 'c3'], ['a1']]);
  });

  it('draws a small curve of each run, kept at its end, and null for what is not a number', () => {
    addRun('run1');
    addRun('run2', { createdAt: 2_000 });
    queue.apply({ type: 'started', runId: 'run1' });
    addSteps('run1', 1, 80, (step) => (step < 3 ? NaN : step));
    rows.records.addEvaluation('run1', { step: 40, loss: 0.5, trainedTokens: 9 });
    rows.records.addEvaluation('run1', { step: 80, loss: 0.7, trainedTokens: 9 });
    const curve = [null, ...Array.from({ length: 39 }, (_, index) => 3.5 + 2 * index)];
    const head = {
      modelName: 'tiny',
      datasetName: 'haiku',
      method: 'vera',
      step: 80,
      steps: 10,
      loss: 80,
      bestEvaluation: 0.5,
    };
    expect(history.page(all).items[0]).toMatchObject({ ...head, state: 'running', sparkline: curve });
    queue.apply({ type: 'ended', runId: 'run1', outcome: 'succeeded', infrastructure: false });
    database.exec(`DELETE FROM run_steps WHERE step > 1`);
    const ended = history.page({ ...all, states: ['succeeded'] }).items[0];
    expect(ended).toMatchObject({ state: 'succeeded', sparkline: curve, stopping: false });
    expect(history.page({ ...all, states: ['queued'] }).items[0]).toMatchObject({ step: 0, loss: null, sparkline: [] });
  });
});

describe('a run', () => {
  it('counts the time of all its starts, to the last sign of life where its process was killed (hours of nobody working)', () => {
    addRun('run1');
    expect(history.get('run1')).toMatchObject({
      elapsedSeconds: null,
      remainingSeconds: null,
      queuePosition: 0,
      phase: null,
      phaseShare: null,
    });
    queue.apply({ type: 'started', runId: 'run1' });
    rows.update('run1', { seenAt: nowMs + 60_000 });
    nowMs += 3_600_000;
    queue.apply({ type: 'ownerLost' });
    expect(history.get('run1').elapsedSeconds).toBe(60);
    queue.apply({ type: 'resumed', runId: 'run1', at: nowMs });
    runAndEnd('run1', 'succeeded', 5_000);
    expect(history.get('run1')).toMatchObject({ elapsedSeconds: 65, resumable: false, queuePosition: null });
  });

  it('says what is left at the present pace, without the step that compiled', () => {
    addRun('run1');
    queue.apply({ type: 'started', runId: 'run1' });
    addSteps('run1', 1, 1);
    expect(history.get('run1')).toMatchObject({ step: 1, remainingSeconds: 0.45, lastTokensPerSecond: 2000 });
    database.exec('UPDATE run_steps SET step_ms = 60000 WHERE step = 1');
    addSteps('run1', 2, 4);
    expect(history.get('run1').remainingSeconds).toBeCloseTo(6 * 0.05);
  });

  it('waits behind those before it, wherever they were put', () => {
    for (const id of ['a', 'b', 'c']) addRun(id, { createdAt: 1 });
    queue.apply({ type: 'started', runId: 'a' });
    queue.apply({ type: 'reordered', runId: 'c', before: 'b' });
    expect(['a', 'b', 'c'].map((id) => history.get(id).queuePosition)).toEqual([0, 2, 1]);
  });

  it('can be resumed while nothing of it is lost: not without its checkpoints, not from the trash', () => {
    addRun('run1');
    runAndEnd('run1', 'interrupted', 5);
    const resumable = (): boolean => history.get('run1').resumable;
    expect(resumable()).toBe(true);
    const { dir } = rows.get('run1');
    rows.records.addCheckpoint('run1', { step: 5, dir: join(dir, 'checkpoints', '5'), best: false, createdAt: 1 });
    expect(resumable()).toBe(false);
    mkdirSync(join(dir, 'checkpoints', '5'), { recursive: true });
    expect(resumable()).toBe(true);
    rows.setTrashed('run1', 9);
    expect([resumable(), history.get('run1').trashedAt]).toEqual([false, 9]);
  });

  it('shows the base beside each answer of the adapter, and the answers of the end once', () => {
    addRun('run1');
    const answer = (prompt: string, adapter: boolean, text: string) => ({ prompt, adapter, text, ids: [1] });
    rows.records.addEvaluationSamples('run1', 0, [answer('p', false, 'base')]);
    rows.records.addEvaluationSamples('run1', 5, [answer('p', true, 'five')]);
    rows.records.addEvaluationSamples('run1', 10, [answer('p', true, 'ten')]);
    rows.records.setSamples('run1', [
      answer('p', false, 'base'),
      answer('p', true, 'five'),
      answer('q', false, 'b'),
      answer('q', true, 'a'),
    ]);
    rows.update('run1', { adapterStep: 5 });
    expect(history.samples('run1')).toEqual([
      { step: 0, prompt: 'p', base: 'base', adapter: null },
      { step: 0, prompt: 'q', base: 'b', adapter: null },
      { step: 5, prompt: 'p', base: 'base', adapter: 'five' },
      { step: 5, prompt: 'q', base: 'b', adapter: 'a' },
      { step: 10, prompt: 'p', base: 'base', adapter: 'ten' },
    ]);
    rows.records.truncateAfter('run1', 7);
    expect(history.samples('run1').map(({ step }) => step)).toEqual([0, 0, 5, 5]);
  });
});

describe('what a callback did between two steps', () => {
  it('is a line of the run and a mark in its chart, in the language of the window', () => {
    addRun('a1');
    queue.apply({ type: 'started', runId: 'a1' });
    const failures: unknown[] = [];
    const recorder = new EventRecorder({
      ...{ runs: rows, runId: 'a1', onChange: () => undefined },
      onFailure: (error) => failures.push(error),
    });
    const text = '2 slots of 7 layers were pruned and expanded anew';
    const said: Said = { code: 'beam.pruned', parameters: { slots: 2, modules: 7 }, text };
    recorder.add({ type: 'mark', mark: { step: 4, part: 'beam', said } });
    recorder.add(logEvent(engineTrainingWords.afterStep({ step: 4, what: said })));
    recorder.flush();
    expect(failures).toEqual([]);
    expect(history.curves('a1', { points: 10, smoothing: 0, metrics: ['loss'] }).marks).toEqual([
      { step: 4, message: text, reason: said },
    ]);
    const run = { ...rows.get('a1'), steps: [], marks: rows.records.marks('a1') };
    expect(renderRun(run, new Terminal({ json: false }))).toContain(`After step 4: ${text}`);
    const [line] = history.log('a1');
    expect(line.message).toBe(`After step 4: ${text}`);
    expect(inLanguage(line.reason ?? '', 'ja')).toBe('ステップ 4 の後: 7 個の層の 2 枠を枝刈りし、新たに広げました');
  });
});

describe('news of a run', () => {
  it('come from another connection, go on after the last line that was heard, and end with the run', async () => {
    addRun('run1');
    rows.records.addLog('run1', 1, 'heard before');
    const other = openDatabase({ file: join(home, 'graft.db'), alone: false }).database;
    const watcher = openHistory(new RunRepository(other, home), other);
    const heard = history.log('run1').at(-1)?.sequence ?? 0;
    const news: RunNews[] = [];
    const happenings = [
      () => queue.apply({ type: 'started', runId: 'run1' }),
      () => {
        addSteps('run1', 1, 7);
        rows.records.addLog('run1', 2, 'new line');
      },
      () => queue.apply({ type: 'ended', runId: 'run1', outcome: 'succeeded', infrastructure: false }),
    ];
    const next = (): unknown => happenings.shift()?.();
    for await (const one of watcher.news('run1', { afterLog: heard })) {
      news.push(one);
      if (one.type !== 'log') next();
    }
    closeDatabase(other);
    expect(news.flatMap((one) => (one.type === 'run' ? [one.run.state] : []))).toEqual([
      'queued',
      'running',
      'succeeded',
    ]);
    expect(news.filter(({ type }) => type === 'steps')).toEqual([
      { type: 'steps', lastStep: 7, loss: 7, tokensPerSecond: 2000 },
    ]);
    expect(news.flatMap((one) => (one.type === 'log' ? [one.line.message] : []))).toEqual(['new line']);
    expect(news.at(-1)).toMatchObject({ type: 'run', run: { state: 'succeeded' } });
  });

  it('end at once for a run that has ended, and when nobody listens any more', async () => {
    addRun('done');
    runAndEnd('done', 'failed', 5);
    const ended: RunNews[] = [];
    for await (const one of history.news('done')) ended.push(one);
    expect(ended).toMatchObject([{ type: 'run', run: { state: 'failed' } }]);
    addRun('open');
    const control = new AbortController();
    for await (const one of history.news('open', { signal: control.signal })) {
      expect(one.type).toBe('run');
      control.abort();
    }
  });
});

it('is quick with 200 runs of thousands of steps: their curves are read from their rows alone', () => {
  const configuration = { ...sampleConfiguration, training: { ...sampleConfiguration.training, steps: 2 } };
  for (let number = 0; number < 200; number++) {
    const id = `run${String(number).padStart(3, '0')}`;
    addRun(id, { configuration });
    addSteps(id, 1, 2);
    runAndEnd(id, 'succeeded', 1);
  }
  const read: string[] = [];
  const watched = new Proxy(rows.records, {
    get(target, name) {
      if (name === 'sparkline') read.push(name);
      return Reflect.get(target, name, target) as unknown;
    },
  });
  const { items, total } = new RunSummaries(database, watched).page({ ...all, limit: 500 });
  expect([items.length, total, items[0]?.sparkline, read]).toEqual([200, 200, [1, 2], []]);
});
