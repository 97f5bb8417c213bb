/**
 * A data folder of an earlier version, with a run that broke off at its checkpoint of step 16: without a split seed,
 * with tokens without groups. `whole.json` is what the same version measured in the same run when nothing broke off.
 */
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RunWithSteps } from '../../../main/contract/entities.ts';
import type { Studio } from '../../../main/contract/services.ts';
import { migrate } from '../../../main/database/migrate.ts';
import { migrations } from '../../../main/database/migrations/registry.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { enginesHere } from '../../support/enginesHere.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

enginesHere();

type Rows = Readonly<Record<string, readonly Readonly<Record<string, string | number>>[]>>;

const rows = JSON.parse(readFileSync(fixturePath('old_run/rows.json'), 'utf8')) as Rows;
const whole = JSON.parse(readFileSync(fixturePath('old_run/whole.json'), 'utf8')) as Readonly<Record<string, unknown>>;
const schemaOfThen = 5;
let home: string;
let studio: Studio | undefined;

beforeEach(() => {
  home = join(temporaryDir(), 'home');
  cpSync(fixturePath('old_run/home'), home, { recursive: true });
  cpSync(fixturePath('tiny_llama_base'), join(home, String(rows['models']?.[0]?.['dir'])), { recursive: true });
  const database = new Database(join(home, 'graft.db'));
  migrate(database, { migrations: migrations.slice(0, schemaOfThen) });
  for (const [table, entries] of Object.entries(rows)) {
    for (const entry of entries) {
      const names = Object.keys(entry);
      database
        .prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`)
        .run(entry);
    }
  }
  database.close();
});

afterEach(async () => studio?.close());

async function resumed(): Promise<RunWithSteps> {
  studio = await openStudio({ home, cacheDir: join(home, '..', 'cache'), takes: 'all' });
  const { runs } = studio;
  await runs.resume('old2');
  await vi.waitFor(() => expect(['succeeded', 'failed']).toContain(runs.get('old2').state), {
    timeout: 120_000,
    interval: 20,
  });
  return runs.get('old2');
}

function tokenFiles(): readonly string[] {
  const datasetDir = join(home, String(rows['datasets']?.[0]?.['dir']));
  return readdirSync(join(datasetDir, 'tokens')).map((name) => join(datasetDir, 'tokens', name));
}

it('goes on to the last digit, with the split and the tokens that it was made with', async () => {
  const before = tokenFiles();
  const run = await resumed();
  const { steps, evaluations, adapterSha256, ...ends } = whole;
  expect(run.error).toBeNull();
  expect(run.configuration.training).not.toHaveProperty('splitSeed');
  expect(run.configuration.training).not.toHaveProperty('specialTokens');
  expect(
    run.steps.map(({ step, loss, gradNorm, learningRate, tokens }) => [step, loss, gradNorm, learningRate, tokens]),
  ).toEqual(steps);
  expect(run.evaluations.map(({ step, loss, trainedTokens }) => [step, loss, trainedTokens])).toEqual(evaluations);
  expect(run).toMatchObject(ends);
  const adapter = readFileSync(join(run.dir, 'adapter', 'adapter_model.safetensors'));
  expect(createHash('sha256').update(adapter).digest('hex')).toBe(adapterSha256);
  expect(tokenFiles()).toEqual(before);
});

it('goes on all the same where its tokens were cleared away and those made anew are the same', async () => {
  for (const file of tokenFiles()) rmSync(file);
  const run = await resumed();
  expect(run.steps.map(({ loss }) => loss)).toEqual((whole['steps'] as readonly number[][]).map(([, loss]) => loss));
  expect(tokenFiles()).toHaveLength(3);
});

it('is asked for again with a split seed: a new run is split as all new ones are', async () => {
  studio = await openStudio({ home, cacheDir: join(home, '..', 'cache'), takes: 'own' });
  const request = studio.runs.request('old2');
  expect((await studio.runs.plan(request)).training['splitSeed']).toBe(0);
  expect(
    await graftErrorOfAsync(async () => studio?.runs.plan({ ...request, training: { splitSeed: -1 } })),
  ).toMatchObject({
    data: { problems: [{ field: 'training.splitSeed' }] },
  });
});
