import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { engineTrainingWords } from '../../main/contract/words/engineTraining.ts';
import { AdapterRepository } from '../../main/database/adapters.ts';
import { DatasetRepository } from '../../main/database/datasets.ts';
import { newId } from '../../main/database/ids.ts';
import { ModelRepository } from '../../main/database/models.ts';
import { openDatabase } from '../../main/database/openDatabase.ts';
import { ProjectRepository } from '../../main/database/projects.ts';
import { RunRepository } from '../../main/database/runs.ts';
import { SettingsRepository } from '../../main/database/settings.ts';
import { z } from 'zod';
import { sampleAdapter, sampleDataset, sampleModel, sampleRun } from './sampleRows.ts';

const home = join('/', 'data');
let database: Database;

beforeEach(() => {
  database = openDatabase({ file: ':memory:' }).database;
  new ModelRepository(database, home).insert(sampleModel(home));
  new DatasetRepository(database, home).insert(sampleDataset(home));
  new ProjectRepository(database).insert({ id: 'project1', name: 'Default', modelId: null, createdAt: 1 });
});

describe('rows and entities', () => {
  it('give back what was written (a column swapped or lost on the way)', () => {
    const adapters = new AdapterRepository(database, home);
    adapters.save(sampleAdapter(home));
    const runs = new RunRepository(database, home);
    runs.insert(sampleRun(home));
    expect(new ModelRepository(database, home).list()).toEqual([sampleModel(home)]);
    expect(new DatasetRepository(database, home).list()).toEqual([sampleDataset(home)]);
    expect(adapters.list()).toEqual([sampleAdapter(home)]);
    expect(runs.list()).toEqual([sampleRun(home)]);
  });

  it('give any text back to the last character (NUL, quotes, scripts of the world)', () => {
    const adapters = new AdapterRepository(database, home);
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(text, { maxLength: 4 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (name, note, tags, loss) => {
          const adapter = sampleAdapter(home, { id: 'any', name, note, tags, evaluationLoss: loss });
          adapters.save(adapter);
          expect(adapters.list()).toEqual([{ ...adapter, evaluationLoss: loss === 0 ? expect.closeTo(0) : loss }]);
        },
      ),
    );
  });

  it('follow the data folder when it moves (absolute paths in the database)', () => {
    const moved = join('/', 'elsewhere');
    expect(new ModelRepository(database, moved).get('model1').dir).toBe(join(moved, 'models', 'model1'));
  });

  it('refuse a JSON column that lost its shape (a wrong type handed on as right)', () => {
    database.prepare(`UPDATE models SET shape = '{"family":"llama"}'`).run();
    expect(() => new ModelRepository(database, home).list()).toThrow(expect.objectContaining({ code: 'integrity' }));
  });

  it('keep what a run found, and only that (an update that wipes other columns)', () => {
    const runs = new RunRepository(database, home);
    runs.insert(sampleRun(home));
    runs.update('run1', { tokensPerSecond: 12.5, startedAt: 5 });
    runs.update('run1', { error: { code: 'outOfMemory', message: 'no', data: { step: 3 } } });
    expect(runs.get('run1')).toEqual(
      sampleRun(home, {
        tokensPerSecond: 12.5,
        startedAt: 5,
        error: { code: 'outOfMemory', message: 'no', data: { step: 3 } },
      }),
    );
  });
});

describe('removed content', () => {
  it('gets its old id back, so that adapters keep their base (a new id for the same model)', () => {
    const models = new ModelRepository(database, home);
    models.setTrashed('model1', 5);
    expect(models.list()).toEqual([]);
    expect(models.findByContentHash('hash-of-model1')).toBeUndefined();
    expect(models.listByComputation('hash-of-model1')).toMatchObject([{ id: 'model1', isRemoved: true }]);
    models.insert(sampleModel(home, { name: 'again' }));
    expect(models.get('again').id).toBe('model1');
  });

  it('stays readable for lineage (a run whose model is gone breaks the list)', () => {
    const models = new ModelRepository(database, home);
    const runs = new RunRepository(database, home);
    runs.insert(sampleRun(home));
    models.setTrashed('model1', 5);
    expect(runs.list()).toHaveLength(1);
    expect(models.findEver('model1')?.name).toBe('tiny');
  });
});

describe('looking up by id, prefix and name', () => {
  it('finds a whole id, a unique name, a unique prefix, and lists candidates otherwise (guessing one)', () => {
    const adapters = new AdapterRepository(database, home);
    adapters.save(sampleAdapter(home, { id: 'aa11', name: 'same' }));
    adapters.save(sampleAdapter(home, { id: 'aa22', name: 'same' }));
    adapters.save(sampleAdapter(home, { id: 'bb33', name: 'aa2' }));
    expect(adapters.get('aa11').id).toBe('aa11');
    expect(adapters.get('bb').id).toBe('bb33');
    expect(adapters.get('aa2').id).toBe('bb33');
    expect(() => adapters.get('same')).toThrow(
      expect.objectContaining({ code: 'conflict', message: expect.stringContaining('aa11 (same), aa22 (same)') }),
    );
    expect(() => adapters.get('aa')).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => adapters.get('zz')).toThrow(expect.objectContaining({ code: 'notFound' }));
    expect(adapters.find('%')).toBeUndefined();
  });

  it('leaves the trash out of names, not out of whole ids (a trashed adapter in the way of a new one)', () => {
    const adapters = new AdapterRepository(database, home);
    adapters.save(sampleAdapter(home, { id: 'aa11', name: 'same', trashedAt: 5 }));
    adapters.save(sampleAdapter(home, { id: 'aa22', name: 'same' }));
    expect(adapters.get('same').id).toBe('aa22');
    expect(adapters.get('aa11').trashedAt).toBe(5);
    expect(adapters.getTrashed('same').id).toBe('aa11');
  });

  it('uses the indexes for prefixes and names (a full scan of 10,000 adapters)', () => {
    const plan = (sql: string): string => JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
    expect(plan(`SELECT * FROM adapters WHERE trashed_at IS NULL AND name = 'x' ORDER BY id`)).toContain(
      'adapters_by_name',
    );
    expect(plan(`SELECT * FROM adapters WHERE trashed_at IS NULL AND id >= 'a' AND id < 'a~' ORDER BY id`)).toContain(
      'SEARCH',
    );
    expect(plan(`SELECT id FROM runs WHERE state IN ('queued', 'running') ORDER BY queued_at, id`)).toContain(
      'runs_open',
    );
  });
});

describe('ids', () => {
  it('sort by creation even within one millisecond and when the clock goes back', () => {
    const ids = [
      newId(5_000_000_000_000),
      newId(5_000_000_000_000),
      newId(4_000_000_000_000),
      newId(5_000_000_000_500),
    ];
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(4);
    expect(ids.every((id) => /^[0-9a-z]{13}$/.test(id))).toBe(true);
  });
});

describe('records of a run', () => {
  it('replace what a resumed run measures again, and forget what came after the checkpoint', () => {
    const runs = new RunRepository(database, home);
    runs.insert(sampleRun(home));
    const step = (n: number, loss: number) => ({
      step: n,
      loss,
      gradNorm: 1,
      learningRate: 0.1,
      tokens: 4,
      trainedTokens: 3,
      stepMs: 2.5,
    });
    runs.records.addSteps('run1', [step(1, 3), step(2, 2), step(3, Number.NaN)]);
    runs.records.addEvaluation('run1', { step: 3, loss: 1, trainedTokens: 9 });
    expect(runs.records.steps('run1', 1)).toEqual([step(2, 2), step(3, Number.NaN)]);
    runs.records.truncateAfter('run1', 2);
    runs.records.addSteps('run1', [step(2, 5)]);
    expect(runs.records.steps('run1')).toEqual([step(1, 3), step(2, 5)]);
    expect(runs.records.evaluations('run1')).toEqual([]);
    expect(runs.records.countSteps('run1', 10)).toBe(2);
  });

  it('keep what parts of training did in order, one a part and step, and go with their run', () => {
    const runs = new RunRepository(database, home);
    runs.insert(sampleRun(home));
    const mark = (step: number, part: string, slots: number) => {
      const said = engineTrainingWords.afterStep({ step, what: `${slots} slots` });
      return [
        { step, part, said },
        { step, message: said.text, reason: said },
      ] as const;
    };
    const [link, pruned, early, late] = [
      mark(4, 'chain', 1),
      mark(4, 'beam', 9),
      mark(2, 'beam', 2),
      mark(6, 'beam', 3),
    ];
    for (const [given] of [late, link, mark(4, 'beam', 8), pruned, early]) runs.records.addMark('run1', given);
    expect(runs.records.marks('run1')).toEqual([early, pruned, link, late].map(([, told]) => told));
    runs.records.truncateAfter('run1', 4);
    expect(runs.records.marks('run1')).toEqual([early, pruned, link].map(([, told]) => told));
    database.prepare("DELETE FROM runs WHERE id = 'run1'").run();
    expect(database.prepare('SELECT count(*) FROM run_marks').pluck().get()).toBe(0);
  });

  it('give any finite figure back to the last bit (a loss stored with fewer digits)', () => {
    const runs = new RunRepository(database, home);
    runs.insert(sampleRun(home));
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.nat(1e6), (loss, tokens) => {
        const step = { step: 1, loss, gradNorm: 0, learningRate: 0, tokens, trainedTokens: 0, stepMs: 0 };
        runs.records.addSteps('run1', [step]);
        expect(runs.records.steps('run1')[0]?.loss === loss).toBe(true);
      }),
    );
  });

  it('mark one checkpoint as best (two bests after a better one)', () => {
    const runs = new RunRepository(database, home);
    runs.insert(sampleRun(home));
    const checkpoint = (step: number, best: boolean) => ({
      step,
      dir: join(home, 'runs', 'run1', 'checkpoints', String(step)),
      best,
      createdAt: step,
    });
    runs.records.addCheckpoint('run1', checkpoint(5, true));
    runs.records.addCheckpoint('run1', checkpoint(10, true));
    expect(runs.get('run1').checkpoints).toEqual([checkpoint(5, false), checkpoint(10, true)]);
  });

  it('keep samples with every character (text cut at a NUL or mangled)', () => {
    const runs = new RunRepository(database, home);
    runs.insert(sampleRun(home));
    const samples = [{ prompt: '春\n"', adapter: true, ids: [1, 2], text: 'a\u2028b' }];
    runs.records.setSamples('run1', samples);
    expect(runs.get('run1').samples).toEqual(samples);
  });
});

describe('projects and settings', () => {
  it('keep project names apart (two projects with one name)', () => {
    const projects = new ProjectRepository(database);
    expect(() => projects.insert({ id: 'p2', name: 'Default', modelId: null, createdAt: 2 })).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
    expect(projects.ensure({ id: 'p2', name: 'Default', modelId: null, createdAt: 2 }).id).toBe('project1');
  });

  it('take a setting of another shape as not set (a crash on an old value)', () => {
    const settings = new SettingsRepository(database);
    settings.set('threads', 'two');
    expect(settings.find('threads', z.number())).toBeUndefined();
    settings.set('threads', 2);
    expect(settings.find('threads', z.number())).toBe(2);
  });
});
