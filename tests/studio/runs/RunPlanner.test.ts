/** What a plan says of rows and steps is what the engine then does. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunWithSteps } from '../../../main/contract/entities.ts';
import { splitNotes } from '../../../main/contract/splitSummary.ts';
import type { Studio } from '../../../main/contract/services.ts';
import type { TrainingPlan } from '../../../main/contract/runHistory.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import { renderRun } from '../../../main/cli/runText.ts';
import { Terminal } from '../../../main/cli/terminal.ts';
import { backendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { RunPlanner, type RunPlannerSetup } from '../../../main/studio/runs/RunPlanner.ts';
import { sampleDataset, sampleModel } from '../../database/sampleRows.ts';
import { enginesHere } from '../../support/enginesHere.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { writeTinyEncoder } from '../../support/tinyEncoder.ts';

enginesHere();

let studio: Studio;
let dir: string;

beforeEach(async () => {
  dir = temporaryDir();
  studio = await openStudio({ home: join(dir, 'home'), cacheDir: join(dir, 'cache'), takes: 'all' });
});

afterEach(async () => studio.close());

/** Each row is one text of ids, so that the tiny Llama needs no tokenizer. */
async function rowsOfIds(name: string, rows: readonly (readonly number[])[]): Promise<string> {
  const file = join(dir, `${name}.jsonl`);
  writeFileSync(file, rows.map((ids) => JSON.stringify({ input_ids: ids })).join('\n'));
  return (await studio.datasets.import(file)).id;
}

const text = (row: number): number[] => Array.from({ length: 6 + (row % 5) }, (_, at) => (row * 7 + at * 3) % 64);

async function request(
  dataset: string,
  training: TrainRequest['training'],
  model = fixturePath('tiny_llama_base'),
): Promise<TrainRequest> {
  const { id } = await studio.models.import(model);
  return { model: id, dataset, method: 'lora', methodOptions: { rank: 2 }, training, backend: 'cpu', threads: 1 };
}

async function trained(
  asked: TrainRequest,
): Promise<{ readonly run: RunWithSteps; readonly plan: TrainingPlan; readonly log: string[] }> {
  const plan = await studio.runs.plan(asked);
  const { id } = await studio.runs.start(asked);
  await vi.waitFor(() => expect(['succeeded', 'failed']).toContain(studio.runs.get(id).state), {
    timeout: 120_000,
    interval: 20,
  });
  return { run: studio.runs.get(id), plan, log: studio.runHistory.log(id).map(({ message }) => message) };
}

describe('rows that are there three times', () => {
  it('are on one side, are counted at import, in plan, run and text, and steps of an epoch are exact', async () => {
    const dataset = await rowsOfIds(
      'thrice',
      Array.from({ length: 120 }, (_, row) => text(row % 40)),
    );
    expect(studio.datasets.get(dataset).equalRows).toBe(80);
    const { run, plan, log } = await trained(await request(dataset, { epochs: 1, batchSize: 7, evaluationSplit: 0.2 }));
    const split = { trainingRows: 96, trainingPieces: 96, evaluationRows: 24, evaluationPieces: 24, equalRows: 80 };
    expect(plan).toMatchObject({ split, training: { steps: Math.ceil(96 / 7) } });
    expect(run).toMatchObject({ state: 'succeeded', split });
    expect(log).toContain('96 rows to train on, 24 to evaluate on.');
    expect(log).toContain(
      '80 rows are equal in text to an earlier one; such rows are on one side, trained or evaluated.',
    );
    expect(renderRun(run, new Terminal({ json: false }))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^80 rows are equal/)]),
    );
    const trainedTokens = run.steps.reduce((sum, { trainedTokens: tokens }) => sum + tokens, 0);
    expect(trainedTokens % 3).toBe(0); // whole triples
  });
});

describe('rows that the model cannot take', () => {
  it('are counted with the first reason in plan and run, and told in text (left out in silence)', async () => {
    const dataset = await rowsOfIds('strange', [
      ...Array.from({ length: 6 }, (_, row) => text(row)),
      [1, 2, 9999],
      [9998, 1],
    ]);
    const { run, plan } = await trained(await request(dataset, { steps: 1, batchSize: 2, evaluationSplit: 0 }));
    const unusable = { rows: 2, line: 7, reason: { text: expect.stringContaining('token id 9999') } };
    expect(plan).toMatchObject({ split: { trainingRows: 6, unusable } });
    expect(run).toMatchObject({ split: { trainingRows: 6, unusable } });
    const said = /^2 rows of the dataset cannot be taken by this model and are left out \(line 7: token id 9999 /;
    expect(renderRun(run, new Terminal({ json: false }))).toEqual(
      expect.arrayContaining([expect.stringMatching(said)]),
    );
  });
});

describe('rows that are longer than the maximum length', () => {
  it('are counted with what that costs in plan and run, and told in text (cut in silence)', async () => {
    const long = Array.from({ length: 12 }, (_, at) => (at * 5) % 64);
    const dataset = await rowsOfIds('long', [
      ...Array.from({ length: 6 }, (_, row) => text(row)),
      long,
      [...long, 1, 2],
    ]);
    const { run, plan, log } = await trained(
      await request(dataset, { steps: 1, batchSize: 2, maxLength: 10, evaluationSplit: 0 }),
    );
    // Two rows of 12 and 14 tokens lose 2 and 4; the first token of a row is never trained.
    const cut = {
      maxLength: 10,
      pieces: 8,
      cutPieces: 2,
      lostTrainedTokens: 6,
      lostPieces: 0,
      wholeLength: 14,
      forLabels: false,
    };
    expect(plan).toMatchObject({ split: { cut } });
    expect(run).toMatchObject({ split: { cut } });
    expect(run.split?.cut?.trainedTokens).toBe(
      [6, 7, 8, 9, 10, 6, 12, 14].reduce((sum, length) => sum + length - 1, 0),
    );
    const said = '2 of 8 rows are longer than 10 tokens and cut there: 6 of 64 trained tokens (9.4 %) are lost. ';
    expect(renderRun(run, new Terminal({ json: false }))).toContain(`${said}A maximum length of 14 would cut nothing.`);
    expect(log.join('\n')).not.toContain('cut there'); // said before it starts
  });

  it('of an encoder lose what is read, not what is written', async () => {
    const file = join(dir, 'labelled.csv');
    const rows = Array.from(
      { length: 8 },
      (_, row) => `${'the sea is wide '.repeat(row === 0 ? 8 : 1)},${row % 2 === 0 ? 'a' : 'b'}`,
    );
    writeFileSync(file, ['text,label', ...rows].join('\n'));
    const { id: dataset } = await studio.datasets.import(file);
    const training = { steps: 1, batchSize: 2, maxLength: 12, evaluationSplit: 0 };
    const plan = await studio.runs.plan(
      await request(dataset, training, writeTinyEncoder(join(dir, 'encoder'), 'bert')),
    );
    expect(plan.split.cut).toMatchObject({ forLabels: true, lostPieces: 0 });
    expect(plan.split.cut?.cutPieces).toBeGreaterThan(0);
    expect(splitNotes(plan.split).join()).toMatch(/\d+ of \d+ tokens \([\d.]+ %\) are not read/);
  });
});

describe('the evaluation rows', () => {
  it('are the same for every seed, and others for another split seed', async () => {
    const dataset = await rowsOfIds(
      'different',
      Array.from({ length: 40 }, (_, row) => text(row)),
    );
    const short = { steps: 1, batchSize: 2, evaluationSplit: 0.25 };
    const baseOf = async (training: TrainRequest['training']) => {
      const { run } = await trained(await request(dataset, { ...short, ...training }));
      return run.baseEvaluation;
    };
    const first = await baseOf({ seed: 0 });
    expect(await baseOf({ seed: 1 })).toEqual(first);
    expect(await baseOf({ splitSeed: 1 })).not.toEqual(first);
  });

  it('are as many as the plan says where rows are kept in the order of the file, untrained ones too', async () => {
    const file = join(dir, 'labelled.jsonl');
    const row = (index: number) => ({
      input_ids: text(index),
      labels: text(index).map((id, at) => (index % 4 === 0 && at < 8 ? -100 : id)),
    });
    writeFileSync(file, Array.from({ length: 40 }, (_, index) => JSON.stringify(row(index))).join('\n'));
    const { id } = await studio.datasets.import(file);
    for (const shuffle of [true, false]) {
      const { plan, log } = await trained(
        await request(id, { epochs: 1, batchSize: 4, maxLength: 6, evaluationSplit: 0.1, shuffle }),
      );
      const { trainingRows, evaluationRows } = plan.split;
      expect([trainingRows + evaluationRows, plan.training['steps']]).toEqual(shuffle ? [30, 7] : [40, 9]);
      expect(log.join()).toContain(`${trainingRows} rows to train on, ${evaluationRows} to evaluate on`);
    }
  });
});

describe('classes of an encoder', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const words = (row: number): string =>
    `${letters[row % 26]} ${letters[(row * 7) % 26]} ${letters[Math.floor(row / 26)]}`;

  async function labelled(name: string, labelOf: (row: number) => string, count: number): Promise<string> {
    const file = join(dir, `${name}.csv`);
    writeFileSync(
      file,
      ['text,label', ...Array.from({ length: count }, (_, row) => `${words(row)},${labelOf(row)}`)].join('\n'),
    );
    return (await studio.datasets.import(file)).id;
  }

  it('have rows in the evaluation, also a rare one; of one that cannot, plan, run, log and text say so', async () => {
    const labelOf = (row: number): string => (row === 9 ? 'once' : row % 13 === 0 ? 'rare' : 'common');
    const dataset = await labelled('rare', labelOf, 60);
    const asked = await request(
      dataset,
      { steps: 2, batchSize: 4, evaluationSplit: 0.05 },
      writeTinyEncoder(join(dir, 'encoder'), 'bert'),
    );
    const { run, plan, log } = await trained(asked);
    const split = { trainingRows: 57, evaluationRows: 3, classesNotEvaluated: ['once'], classesNotEvaluatedCount: 1 };
    expect([plan.split, run.split]).toMatchObject([split, split]);
    const note = 'No row kept for evaluation has the label "once": its figures say nothing of it.';
    expect(log).toContain(note);
    expect(renderRun(run, new Terminal({ json: false }))).toContain(note);
  });
});

it('refuses at once a base that llama.cpp alone reads (the run would fail when its turn comes)', async () => {
  const model = sampleModel('/data', { notices: [{ kind: 'llamaCppOnly', types: ['IQ4_NL'] }] });
  // Nothing else is asked for before the refusal.
  const setup: Partial<RunPlannerSetup> = {
    ...{
      models: { get: () => model },
      datasets: { get: () => sampleDataset('/data') },
      adapters: { find: () => undefined },
    },
    world: () => backendWorld(join(dir, 'cache')),
  };
  const planner = new RunPlanner(setup as RunPlannerSetup);
  const planned = planner.plan({
    model: 'm',
    dataset: 'd',
    method: 'lora',
    methodOptions: {},
    training: {},
    backend: 'cpu',
  });
  await expect(planned).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('cannot be trained') as string,
  });
});
