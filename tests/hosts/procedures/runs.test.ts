/**
 * The procedures of runs, runtimes, doctor and the first run, as a window calls them, with everything behind them real.
 */
import { backendSpecs } from '../../../main/backends/registry.ts';
import { mkdir, rm } from 'node:fs/promises';
import { createRouterClient } from '@orpc/server';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunNews } from '../../../main/contract/runHistory.ts';
import type { Studio } from '../../../main/contract/services.ts';
import type { Task, TaskTicket } from '../../../main/contract/tasks.ts';
import type { HostContext } from '../../../main/hosts/procedures/HostContext.ts';
import { router } from '../../../main/hosts/procedures/registry.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { enginesHere } from '../../support/enginesHere.ts';

enginesHere();

const dir = join(tmpdir(), `graft-runs-${process.pid}`);
let studio: Studio;

beforeAll(async () => {
  await mkdir(dir, { recursive: true });
  studio = await openStudio({ home: join(dir, 'home'), cacheDir: join(dir, 'cache'), takes: 'all' });
});

afterAll(async () => {
  await studio.close();
  await rm(dir, { recursive: true, force: true });
});

const client = createRouterClient(router, { context: (): HostContext => ({ studio }) as HostContext });

async function resultOf<Result>({ taskId }: TaskTicket<Result>): Promise<Result> {
  let last: Task | undefined;
  for await (const task of await client.tasks.watch({ id: taskId })) last = task;
  expect(last).toMatchObject({ state: 'succeeded', error: null });
  return last?.result as Result;
}

it('the first run is prepared as a task, started, followed, and read again', async () => {
  const first = await resultOf(await client.app.prepareFirstRun());
  const asked = { ...first.request, training: { ...(first.request.training as object), steps: 2, evaluateEvery: 2 } };
  const request = asked as unknown as Parameters<typeof client.runs.start>[0];
  expect(await client.runs.plan(request)).toMatchObject({ training: { steps: 2 }, backend: 'wasm' });
  const { id } = await client.runs.start(request);
  const news: RunNews[] = [];
  for await (const one of await client.runs.watch({ id })) news.push(one);
  expect(news.at(-1)).toMatchObject({ type: 'run', run: { state: 'succeeded', step: 2 } });
  const { curves, evaluations, lastStep } = await client.runs.curves({ id, metrics: ['loss', 'learningRate'] });
  expect([curves.map(({ steps }) => steps), evaluations.map(({ step }) => step), lastStep]).toEqual([
    [
      [1, 2],
      [1, 2],
    ],
    [2],
    2,
  ]);
  const samples = await client.runs.samples({ id });
  expect([...new Set(samples.map(({ step }) => step))]).toEqual([0, 2]);
  expect(samples.every(({ base }) => typeof base === 'string')).toBe(true);
  const log = await client.runs.log({ id });
  expect(await client.runs.log({ id, after: log[0]?.sequence ?? 0 })).toEqual(log.slice(1));
  expect((await client.runs.list({ search: 'pirate lora' })).items.map((run) => run.id)).toEqual([id]);
  await client.runs.rename({ id, name: 'Captain' });
  await client.runs.remove({ id });
  expect((await client.runs.list({ trashed: true })).items.map(({ name }) => name)).toEqual(['Captain']);
  await client.runs.restore({ id });
  const again = await client.runs.request({ id });
  const { text } = await client.runs.exportConfiguration(again);
  expect((await client.runs.readConfiguration({ text })).training).toEqual(JSON.parse(JSON.stringify(again.training)));
});

it('what is wrong with a request crosses with every field', async () => {
  const plan = client.runs.plan({ model: '', dataset: '', method: 'vera' });
  await expect(plan).rejects.toMatchObject({
    data: { code: 'invalid', data: { problems: [{ field: 'model' }, { field: 'dataset' }] } },
  });
});

it('runtimes are offered, an installation that cannot be is a failed task with its reason', async () => {
  const offers = await client.runtimes.list();
  expect(offers.map(({ id }) => id)).toEqual(['tensorflow-cpu', 'tensorflow-cuda', 'webgpu', 'llama.cpp']);
  const { taskId } = await client.runtimes.install({ id: 'tensorflow-cpu', wheel: join(dir, 'nothing.whl') });
  let last: Task | undefined;
  for await (const task of await client.tasks.watch({ id: taskId })) last = task;
  expect(last?.state).toBe('failed');
  expect(['notFound', 'unsupported', 'diskFull']).toContain(last?.error?.code);
  await expect(client.runtimes.remove({ id: 'tensorflow-cpu' })).rejects.toMatchObject({ data: { code: 'notFound' } });
});

it('the doctor looks without testing, and can be cancelled while it tests', async () => {
  const report = await client.doctor.report();
  expect(report.backends.map(({ backend, selfTest }) => [backend, selfTest])).toEqual(
    [...backendSpecs.flatMap(({ places }) => places.map(({ id }) => id)), 'llama.cpp'].map((backend) => [
      backend,
      null,
    ]),
  );
  const { taskId } = await client.doctor.selfTest();
  await client.tasks.cancel({ id: taskId });
  let last: Task | undefined;
  for await (const task of await client.tasks.watch({ id: taskId })) last = task;
  expect(last?.state).toBe('cancelled');
  expect(await client.doctor.diagnostics()).toContain('Last failed runs');
});
