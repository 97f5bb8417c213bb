import type { Database } from 'better-sqlite3';
import { fc } from '../support/properties.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { DatasetRepository } from '../../main/database/datasets.ts';
import { ModelRepository } from '../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../main/database/projects.ts';
import { RunCurveReader, smooth, thinOut } from '../../main/database/runCurves.ts';
import { RunRepository } from '../../main/database/runs.ts';
import type { StepMetrics } from '../../main/contract/engine.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { sampleDataset, sampleModel, sampleRun } from './sampleRows.ts';

const loss = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);

describe('thinOut', () => {
  it('keeps the ends, and the lowest and highest of every bucket, in order (a spike that a chart does not show)', () => {
    fc.assert(
      fc.property(
        fc.array(loss, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 2, max: 60 }),
        fc.nat(50),
        (list, points, skipped) => {
          const values = Float64Array.from(list);
          const first = Math.min(skipped, list.length - 1);
          const picked = thinOut(values, { first, end: list.length, points });
          expect(picked).toEqual([...new Set(picked)].sort((a, b) => a - b));
          expect([picked[0], picked.at(-1)]).toEqual([first, list.length - 1]);
          if (list.length - first <= points) expect(picked).toHaveLength(list.length - first);
          expect(picked.length).toBeLessThanOrEqual(points + 3);
          const finite = (indices: readonly number[]): number[] =>
            indices.map((index) => list[index] ?? NaN).filter(Number.isFinite);
          const buckets = Math.max(1, Math.floor(points / 2));
          const count = list.length - first;
          for (let bucket = 0; bucket < buckets; bucket++) {
            const from = first + Math.floor((bucket * count) / buckets);
            const to = first + Math.floor(((bucket + 1) * count) / buckets);
            const inside = finite(Array.from({ length: to - from }, (_, index) => from + index));
            const shown = finite(picked.filter((index) => index >= from && index < to));
            expect([Math.min(...shown), Math.max(...shown)]).toEqual([Math.min(...inside), Math.max(...inside)]);
          }
        },
      ),
    );
  });
});

describe('smooth', () => {
  it('is the debiased average of what came before, and passes over what is not finite (one NaN that blanks the rest)', () => {
    expect([...smooth(Float64Array.from([4, NaN, 4, 4]), 0.9)].map((value) => Number(value.toFixed(9)))).toEqual([
      4,
      NaN,
      4,
      4,
    ]);
    const [first, second] = smooth(Float64Array.from([1, 3]), 0.5);
    expect([first, second]).toEqual([1, (0.25 * 1 + 0.5 * 3) / 0.75]);
    expect([...smooth(Float64Array.from([1, 3]), 0)]).toEqual([1, 3]);
  });
});

describe('RunCurveReader', () => {
  let database: Database;
  let runs: RunRepository;

  beforeEach(() => {
    const home = temporaryDir();
    database = openDatabase({ file: join(home, 'graft.db') }).database;
    new ModelRepository(database, home).insert(sampleModel(home));
    new DatasetRepository(database, home).insert(sampleDataset(home));
    new ProjectRepository(database).insert({ id: 'project1', name: 'Default', modelId: null, createdAt: 1 });
    runs = new RunRepository(database, home);
    runs.insert(sampleRun(home));
  });

  afterEach(() => closeDatabase(database));

  const step = (number: number, value: number): StepMetrics => ({
    ...{ step: number, loss: value, gradNorm: 2, learningRate: 0.1, tokens: 8, trainedTokens: 8, stepMs: 4 },
  });
  const addSteps = (from: number, to: number, value: (number: number) => number): void =>
    runs.records.addSteps(
      'run1',
      Array.from({ length: to - from + 1 }, (_, index) => step(from + index, value(from + index))),
    );

  it('thins 100,000 steps out, shows every step of a small part, and smooths over what came before it', () => {
    addSteps(1, 100_000, (number) => (number === 77_777 ? 99 : 1));
    const reader = new RunCurveReader(database);
    const [whole, speed] = reader.curves('run1', {
      metrics: ['loss', 'tokensPerSecond'],
      points: 1000,
      smoothing: 0.9,
    });
    expect(whole?.steps.length).toBeLessThanOrEqual(1003);
    expect(whole?.values[whole.steps.indexOf(77_777)]).toBe(99);
    expect(speed?.values.every((value) => value === 2000)).toBe(true);
    const [part] = reader.curves('run1', { metrics: ['loss'], from: 77_770, to: 77_780, points: 1000, smoothing: 0.9 });
    expect(part?.steps).toEqual(Array.from({ length: 11 }, (_, index) => 77_770 + index));
    expect(part?.smoothed[7]).toBeCloseTo(1 + 9.8);
  });

  it('follows a run that grows, gives null for NaN, and forgets what a resumed run measures again (two curves in one)', () => {
    addSteps(1, 3, (number) => (number === 2 ? NaN : number));
    const reader = new RunCurveReader(database);
    const read = (): readonly (number | null)[] | undefined =>
      reader.curves('run1', { metrics: ['loss'], points: 100, smoothing: 0 })[0]?.values;
    expect(read()).toEqual([1, null, 3]);
    addSteps(4, 5, (number) => number);
    expect(read()).toEqual([1, null, 3, 4, 5]);
    runs.update('run1', { startedAt: 7 });
    runs.records.truncateAfter('run1', 3);
    expect(read()).toEqual([1, null, 3]);
    addSteps(4, 6, () => 40);
    expect(read()).toEqual([1, null, 3, 40, 40, 40]);
  });

  it('gives nothing for a run without steps', () => {
    expect(new RunCurveReader(database).curves('run1', { metrics: ['loss'], points: 100, smoothing: 0.9 })).toEqual([
      { metric: 'loss', steps: [], values: [], smoothed: [] },
    ]);
  });
});
