import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { Run, RunWithSteps } from '../../main/contract/entities.ts';
import type { Studio } from '../../main/contract/services.ts';
import type { TrainRequest } from '../../main/contract/trainRequest.ts';
import { schemaVersion } from '../../main/database/migrations/registry.ts';
import { openStudio } from '../../main/studio/openStudio.ts';
import { fixturePath } from '../support/fixtures.ts';
import { englishOf } from '../../main/contract/words/words.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const studios: Studio[] = [];

afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
});

async function open(home: string): Promise<Studio> {
  const studio = await openStudio({ home, cacheDir: join(home, '..', 'cache') });
  studios.push(studio);
  return studio;
}

const training: Pick<TrainRequest, 'method' | 'methodOptions' | 'training' | 'backend' | 'threads'> = {
  method: 'vera',
  methodOptions: { rank: 8 },
  training: { steps: 30, batchSize: 2, maxLength: 32, checkpointEvery: 5, evaluateEvery: 10, evaluationSplit: 0.2 },
  backend: 'cpu',
  threads: 1,
};

function writeRows(dir: string): string {
  const file = join(dir, 'rows.jsonl');
  const row = (i: number): string =>
    JSON.stringify({ input_ids: Array.from({ length: 10 + (i % 5) }, (_, j) => (i * 7 + j * 3) % 64) });
  writeFileSync(file, Array.from({ length: 20 }, (_, i) => row(i)).join('\n'));
  return file;
}

async function prepare(home: string): Promise<TrainRequest> {
  const studio = await openStudio({ home });
  const model = await studio.models.import(fixturePath('tiny_llama_base'));
  const dataset = await studio.datasets.import(writeRows(join(home, '..')));
  await studio.close();
  return { ...training, model: model.id, dataset: dataset.id };
}

async function ended(studio: Studio, id: string): Promise<RunWithSteps> {
  for await (const event of studio.runs.watch(id)) if (event.type === 'state') expect(event.run.id).toBe(id);
  return studio.runs.get(id);
}

/** A studio in another process that starts a run and reports each step; it is there to be killed. */
function trainInChild(home: string, request: TrainRequest) {
  const script = join(home, '..', 'train.mts');
  const source = `
    import { openStudio } from ${JSON.stringify(join(import.meta.dirname, '../../main/studio/openStudio.ts'))};
    const studio = await openStudio({ home: ${JSON.stringify(home)} });
    const run = await studio.runs.start(${JSON.stringify(request)});
    process.send({ id: run.id, step: 0 });
    for await (const event of studio.runs.watch(run.id)) {
      if (event.type === 'metrics') process.send({ id: run.id, step: event.steps.at(-1).step });
    }`;
  writeFileSync(script, source);
  return fork(script, { execArgv: ['--disable-warning=ExperimentalWarning'] });
}

describe('openStudio', () => {
  it('refuses a newer version’s folder without a trace (folders and locks made in it)', async () => {
    const home = join(temporaryDir(), 'home');
    mkdirSync(home);
    const database = new Sqlite(join(home, 'graft.db'));
    database.exec('CREATE TABLE later (a)');
    database.pragma(`user_version = ${schemaVersion + 1}`);
    database.close();
    const before = readFileSync(join(home, 'graft.db'));
    await expect(openStudio({ home })).rejects.toMatchObject({ code: 'newerVersion' });
    expect(readdirSync(home)).toEqual(['graft.db']);
    expect(readFileSync(join(home, 'graft.db')).equals(before)).toBe(true);
  });

  it('sets a broken database aside, says so, and takes up the adapters that are there', async () => {
    const home = join(temporaryDir(), 'home');
    mkdirSync(join(home, 'adapters'), { recursive: true });
    writeFileSync(join(home, 'graft.db'), 'broken');
    cpSync(fixturePath('lora_r4_a8'), join(home, 'adapters', 'mine'), { recursive: true });
    const studio = await open(home);
    expect(studio.notices.map(englishOf).join('\n')).toMatch(/set aside[\s\S]*mine/);
    expect(studio.adapters.get('mine').method).toBe('lora');
    expect(readdirSync(home).some((name) => name.startsWith('graft.db.damaged-'))).toBe(true);
  });

  it('leaves one database file behind when it closes (a WAL that the next start takes for a crash)', async () => {
    const home = join(temporaryDir(), 'home');
    const studio = await openStudio({ home });
    studio.projects.create('Poems', null);
    await studio.close();
    expect(readdirSync(home).filter((name) => name.startsWith('graft.db'))).toEqual(['graft.db']);
  });

  it('backs up, restores and moves as a service; the next studio finds what should be there', async () => {
    const dir = temporaryDir();
    const home = join(dir, 'home');
    const first = await openStudio({ home });
    const adapter = await first.adapters.import(fixturePath('lora_r4_a8'));
    await first.dataFolder.backup(join(dir, 'backup.tar'));
    await first.adapters.import(fixturePath('vblora_full'));
    const other = await openStudio({ home });
    await expect(first.dataFolder.restore(join(dir, 'backup.tar'))).rejects.toMatchObject({ code: 'conflict' });
    expect(first.adapters.list()).toHaveLength(2);
    await other.close();
    await first.dataFolder.restore(join(dir, 'backup.tar'));
    await first.close();
    const second = await openStudio({ home });
    expect(second.adapters.list()).toEqual([adapter]);
    await second.dataFolder.move(join(dir, 'elsewhere'));
    await second.close();
    const third = await open(home);
    expect(third.dataFolder.dir).toBe(join(dir, 'elsewhere'));
    expect(third.adapters.get(adapter.id).dir).toBe(join(dir, 'elsewhere', 'adapters', adapter.id));
    expect(readdirSync(third.adapters.get(adapter.id).dir)).toHaveLength(2);
  });
});

describe('a run', () => {
  it('that lost its studio to kill -9 is interrupted, and resumes to the same curve as one that was never stopped', async () => {
    const home = join(temporaryDir(), 'home');
    const request = await prepare(home);
    const child = trainInChild(home, request);
    let id = '';
    for (let step = 0; step < 12;) {
      const [told] = (await once(child, 'message')) as [{ id: string; step: number }];
      ({ id, step } = told);
    }
    const watcher = await open(home);
    expect(watcher.runs.get(id).state).toBe('running');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const studio = await open(home);
    const cut = studio.runs.get(id);
    expect([cut.state, cut.checkpoints.length > 0, cut.steps.length < 30]).toEqual(['interrupted', true, true]);
    await studio.runs.resume(id);
    const resumed = await ended(studio, id);
    const whole = await ended(studio, (await studio.runs.start(request)).id);
    const curve = (run: RunWithSteps): unknown =>
      run.steps.map(({ step, loss, gradNorm, learningRate }) => ({ step, loss, gradNorm, learningRate }));
    expect([resumed.state, whole.state]).toEqual(['succeeded', 'succeeded']);
    expect(curve(resumed)).toEqual(curve(whole));
    expect(resumed.evaluations).toEqual(whole.evaluations);
    expect(studio.adapters.list()).toHaveLength(2);
  }, 120_000);

  it('waits in a second process until the first is gone, and then runs there', async () => {
    const home = join(temporaryDir(), 'home');
    const request = await prepare(home);
    const child = trainInChild(home, { ...request, training: { ...request.training, steps: 2_000 } });
    await once(child, 'message');
    await once(child, 'message');
    const studio = await open(home);
    const mine = await studio.runs.start({ ...request, training: { ...request.training, steps: 3 } });
    const states: Run['state'][] = [];
    for await (const event of studio.runs.watch(mine.id)) {
      if (event.type !== 'state') continue;
      states.push(event.run.state);
      if (states.length === 1) child.kill('SIGKILL');
    }
    expect(states[0]).toBe('queued');
    expect(states.at(-1)).toBe('succeeded');
    expect(studio.runs.list().map(({ state }) => state)).toEqual(['interrupted', 'succeeded']);
  }, 120_000);

  it('is stopped and saved by another process', async () => {
    const home = join(temporaryDir(), 'home');
    const request = await prepare(home);
    const child = trainInChild(home, {
      ...request,
      training: { ...request.training, steps: 2_000, checkpointEvery: 1_000 },
    });
    const [{ id }] = (await once(child, 'message')) as [{ id: string }];
    await once(child, 'message');
    const studio = await open(home);
    await studio.runs.stop(id);
    const run = await ended(studio, id);
    expect(run.state).toBe('cancelled');
    expect(run.checkpoints.at(-1)?.step).toBe(run.steps.at(-1)?.step);
    child.kill('SIGKILL');
  }, 120_000);
});
