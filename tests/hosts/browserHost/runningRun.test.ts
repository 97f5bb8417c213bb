/** A real run in a real engine process, started and watched from a window, when the host ends under it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { openWindow, startHost } from './hostFixture.ts';

function writeRows(dir: string): string {
  const file = join(dir, 'rows.jsonl');
  const row = (i: number): string =>
    JSON.stringify({ input_ids: Array.from({ length: 12 }, (_, j) => (i * 7 + j * 3) % 64) });
  writeFileSync(file, Array.from({ length: 20 }, (_, i) => row(i)).join('\n'));
  return file;
}

it('the end of the host ends the windows’ streams, stops the run and saves it, so that it can be resumed', async () => {
  const dir = temporaryDir();
  const before = await openStudio({ home: join(dir, 'home') });
  const model = await before.models.import(fixturePath('tiny_llama_base'));
  const dataset = await before.datasets.import(writeRows(dir));
  await before.close();

  const host = await startHost(dir);
  const { client } = await openWindow(host);
  const training = { steps: 5000, batchSize: 2, maxLength: 32, evaluateEvery: 0 };
  const request = { model: model.id, dataset: dataset.id, method: 'vera', methodOptions: { rank: 8 }, training };
  const { id } = await client.runs.start({ ...request, backend: 'cpu', threads: 1 });
  const news: string[] = [];
  const watching = (async () => {
    for await (const each of await client.runs.watch({ id })) news.push(each.type);
  })().catch(() => undefined); // its wire goes away
  await vi.waitFor(() => expect(news).toContain('steps'), { timeout: 120_000 });
  await host.close();
  await watching;

  const after = await openStudio({ home: join(dir, 'home') });
  onTestFinished(async () => after.close());
  const run = after.runs.get(id);
  expect(run.state).toBe('interrupted');
  expect(run.checkpoints.at(-1)?.step).toBe(run.steps.length);
}, 180_000);
