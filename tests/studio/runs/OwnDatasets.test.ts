/** Runs that are evaluated and tested on datasets of their own, over a real studio with the tiny models. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunState, RunWithSteps } from '../../../main/contract/entities.ts';
import type { Studio } from '../../../main/contract/services.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import { renderRun } from '../../../main/cli/runText.ts';
import { Terminal } from '../../../main/cli/terminal.ts';
import { readConfiguration } from '../../../main/studio/runs/trainConfiguration.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { enginesHere } from '../../support/enginesHere.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { writeTinyEncoder } from '../../support/tinyEncoder.ts';
import { englishOf } from '../../../main/contract/words/words.ts';

enginesHere();

let studio: Studio;
let dir: string;

beforeEach(async () => {
  dir = temporaryDir();
  studio = await openStudio({ home: join(dir, 'home'), cacheDir: join(dir, 'cache'), takes: 'all' });
});

afterEach(async () => studio.close());

async function imported(name: string, text: string): Promise<string> {
  writeFileSync(join(dir, name), text);
  return (await studio.datasets.import(join(dir, name))).id;
}

const idsOf = (row: number): number[] => Array.from({ length: 6 + (row % 5) }, (_, at) => (row * 7 + at * 3) % 64);
const rowsOfIds = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => JSON.stringify({ input_ids: idsOf(from + at) })).join('\n');
const labelled = (...rows: readonly string[]): string => ['text,label', ...rows].join('\n');

async function writing(changes: Partial<TrainRequest>): Promise<TrainRequest> {
  const { id } = await studio.models.import(fixturePath('tiny_llama_base'));
  return {
    model: id,
    dataset: '',
    method: 'lora',
    methodOptions: { rank: 2 },
    training: {},
    backend: 'cpu',
    threads: 1,
    ...changes,
  };
}

async function sorting(changes: Partial<TrainRequest>): Promise<TrainRequest> {
  const { id } = await studio.models.import(writeTinyEncoder(join(dir, 'encoder'), 'bert'));
  return { ...(await writing(changes)), model: id };
}

async function until(id: string, ...states: readonly RunState[]): Promise<RunWithSteps> {
  await vi.waitFor(() => expect(states).toContain(studio.runs.get(id).state), { timeout: 120_000, interval: 20 });
  return studio.runs.get(id);
}

const rowsToLearn = (): Promise<string> => imported('train.jsonl', rowsOfIds(0, 30));

describe('a run with datasets of its own', () => {
  it('trains on all rows, is evaluated on the one, and the kept adapter and its base are measured on the other', async () => {
    const [dataset, evalDataset, testDataset] = [
      await rowsToLearn(),
      await imported('eval.jsonl', rowsOfIds(28, 40)),
      await imported(
        'test.jsonl',
        `${rowsOfIds(50, 60)}\n${JSON.stringify({ input_ids: Array.from({ length: 40 }, (_, at) => at) })}`,
      ),
    ];
    const training = { epochs: 2, batchSize: 4, maxLength: 32, learningRate: 0.01, earlyStopPatience: 9 };
    const asked = await writing({ dataset, evalDataset, testDataset, training });
    const plan = await studio.runs.plan(asked);
    const split = {
      ...{ trainingRows: 30, evaluationRows: 12, evaluationPieces: 12 },
      ...{
        evaluationDataset: { rows: 12, equalToTrained: 2, cutPieces: 0 },
        testDataset: { rows: 11, equalToTrained: 0, cutPieces: 1 },
      },
    };
    expect(plan).toMatchObject({ split, training: { steps: 16, evaluationSplit: 0 } });
    const run = await until((await studio.runs.start(asked)).id, 'succeeded', 'failed');
    expect(run).toMatchObject({ state: 'succeeded', split, error: null });
    const { evalDataset: kept } = studio.adapters.get(run.adapterId ?? '').lineage.configuration ?? {};
    expect(kept).toEqual({ id: evalDataset, name: 'eval', contentHash: studio.datasets.get(evalDataset).contentHash });
    const { testEvaluation, adapterEvaluation, baseEvaluation } = run;
    expect(testEvaluation?.step).toBe(adapterEvaluation?.step);
    expect(testEvaluation?.trainedTokens).toBe(testEvaluation?.base.trainedTokens);
    expect(testEvaluation?.loss).toBeLessThan(testEvaluation?.base.loss ?? 0);
    expect(testEvaluation?.base.loss).not.toBe(baseEvaluation?.loss);
    const text = renderRun(run, new Terminal({ json: false })).join('\n');
    expect(text).toMatch(/evaluated on +eval \(/);
    expect(text).toMatch(/test loss +base \d/);
    expect(text).toContain(
      '2 of the 12 rows of the evaluation dataset are equal in text to rows of the training dataset.',
    );
  });

  it('measures what a run on the test rows alone measures of the base (a split or a cut of its own would differ)', async () => {
    const [dataset, rows] = [await rowsToLearn(), await imported('test.jsonl', rowsOfIds(40, 52))];
    const short = { steps: 1, batchSize: 5, maxLength: 8 };
    const first = await studio.runs.start(
      await writing({ dataset, testDataset: rows, training: { ...short, evaluationSplit: 0 } }),
    );
    const second = await studio.runs.start(await writing({ dataset, evalDataset: rows, training: short }));
    const tested = await until(first.id, 'succeeded', 'failed');
    const evaluated = await until(second.id, 'succeeded', 'failed');
    expect(tested.testEvaluation?.base.loss).toBeCloseTo(evaluated.baseEvaluation?.loss ?? 0, 6);
    expect(tested.testEvaluation).toMatchObject({ step: 1, trainedTokens: evaluated.baseEvaluation?.trainedTokens });
  });

  it('has metrics of the test of an encoder', async () => {
    const dataset = await imported(
      'train.csv',
      labelled(...Array.from({ length: 12 }, (_, row) => `${'abcdefghijkl'[row]} sun,${'xy'[row % 2]}`)),
    );
    const testDataset = await imported('test.csv', labelled('sun a,x', 'b c,x', 'd e,y'));
    const { id } = await studio.runs.start(
      await sorting({ dataset, testDataset, training: { steps: 2, batchSize: 4 } }),
    );
    const { testEvaluation, error } = await until(id, 'succeeded', 'failed');
    expect(error).toBeNull();
    expect(testEvaluation).toMatchObject({
      trainedTokens: 3,
      metrics: { accuracy: expect.any(Number) },
      base: { metrics: { accuracy: expect.any(Number) } },
    });
  });
});

describe('a request with datasets of its own', () => {
  it('is refused where it contradicts itself, all at once', async () => {
    const dataset = await rowsToLearn();
    const asked = await writing({
      dataset,
      evalDataset: dataset,
      testDataset: 'gone',
      training: { evaluationSplit: 0.1 },
    });
    const { data } = await graftErrorOfAsync(async () => studio.runs.plan(asked));
    expect(data.problems?.map(({ field }) => field).sort()).toEqual([
      'evalDataset',
      'testDataset',
      'training.evaluationSplit',
    ]);
  });

  it('refuses labels that the training rows have not, with their lines; texts without labels too', async () => {
    const dataset = await imported('train.csv', labelled('a,x', 'b,y', 'c,x', 'd,y'));
    const evalDataset = await imported('eval.csv', labelled('e,x', 'f,z', 'g,y', 'h,z'));
    const { message, data } = await graftErrorOfAsync(async () =>
      studio.runs.plan(await sorting({ dataset, evalDataset })),
    );
    expect(message).toContain(
      'The evaluation dataset eval has labels that the training dataset has not (line 3: "z", line 5: "z")',
    );
    expect(data).toMatchObject({ field: 'evalDataset', remedy: expect.stringContaining('one of x, y') });
    const texts = await imported('texts.jsonl', '{"text": "a b"}\n{"text": "c d"}');
    const other = await graftErrorOfAsync(async () => studio.runs.plan(await sorting({ dataset, testDataset: texts })));
    expect(other).toMatchObject({ code: 'invalid', data: { field: 'testDataset' } });
    const numbers = await imported('numbers.csv', labelled('a,0.5', 'b,1.5', 'c,2.5'));
    const regression = await graftErrorOfAsync(async () =>
      studio.runs.plan(await sorting({ dataset: numbers, evalDataset })),
    );
    expect(regression.message).toMatch(/line 2: "x", line 3: "z".*line 5: "z"/);
  });

  it('may stop early and choose by a metric without a split', async () => {
    const dataset = await imported('train.csv', labelled('a,x', 'b,y', 'c,x', 'd,y'));
    const evalDataset = await imported('eval.csv', labelled('e,x'));
    const asked = await sorting({ dataset, evalDataset, training: { bestBy: 'accuracy', earlyStopPatience: 2 } });
    expect((await studio.runs.plan(asked)).split).toMatchObject({
      trainingRows: 4,
      evaluationRows: 1,
      classesNotEvaluated: ['y'],
    });
    expect((await studio.runs.plan({ ...asked, testDataset: evalDataset })).split.testIsEvaluation).toBe(true);
  });

  it('keeps its datasets from being removed while it waits, and is asked for again and written to a file with them', async () => {
    const datasets = { dataset: await rowsToLearn(), evalDataset: await imported('eval.jsonl', rowsOfIds(28, 40)) };
    const testDataset = await imported('test.jsonl', rowsOfIds(40, 52));
    const asked = await writing({
      ...datasets,
      testDataset,
      training: { steps: 100_000, batchSize: 2, evaluateEvery: 50_000 },
    });
    const { id } = await studio.runs.start(asked);
    for (const needed of [datasets.evalDataset, testDataset]) {
      expect(await graftErrorOfAsync(async () => studio.datasets.remove(needed))).toMatchObject({ code: 'conflict' });
      const items = (await studio.disk.usage()).kinds.flatMap(({ entries }) => entries);
      expect(englishOf(items.find((item) => item.id === `datasets:${needed}`)?.keptBecause ?? '')).toMatch(/needs it/);
    }
    const again = studio.runs.request(id);
    expect(again).toMatchObject({ evalDataset: datasets.evalDataset, testDataset, training: { evaluationSplit: 0 } });
    expect((await studio.runs.plan(again)).split.evaluationRows).toBe(12);
    expect(readConfiguration(studio.runs.exportConfiguration(again).text)).toMatchObject({
      evalDataset: 'eval',
      testDataset: 'test',
    });
    await studio.runs.stop(id, 'discard');
    await until(id, 'cancelled');
  });
});
