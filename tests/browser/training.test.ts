import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { sendSignal } from '../support/sendSignal.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { quietMs } from './support/silence.ts';
import { connectStudio, type Sample, type StudioClient, withSample } from './support/studioClient.ts';
import { browserSuite } from './support/suite.ts';
import { Traffic } from './support/Traffic.ts';

/** New steps, curves and states of a live run; a question that repeats itself comes hundreds of times a second. */
const mostWhileTraining = 20;

describeWith(chromiumRequirement, 'training', () => {
  const suite = browserSuite();
  let client: StudioClient;
  let close: () => void;
  let sample: Sample;

  beforeAll(async () => {
    ({ client, close } = await connectStudio(suite.studio.address));
    sample = await withSample(client);
  });
  afterAll(() => close());

  /** A run that lasts until somebody stops it, begun on the Train screen: trains and ends at once, saves often. */
  async function startLongRun(name: string) {
    const set = JSON.stringify({ training: { sampleTokens: 0, evaluationSplit: 0, checkpointEvery: 20 } });
    const page = await suite.open(`/train?set=${encodeURIComponent(set)}`);
    await page.getByLabel('Steps', { exact: true }).fill('4000');
    await page.getByLabel('Batch size', { exact: true }).fill('2');
    await page.getByLabel('Maximum length', { exact: true }).fill('32');
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.waitForURL(/\/runs\/.+/);
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.getByText(/^[1-9][\d,]* of 4,000$/).waitFor({ timeout: 90_000 });
    return page;
  }

  const stepOf = async (id: string): Promise<number> => (await client.runs.get({ id })).step;
  const idOf = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? '';

  it('shows the same run after a reload and in a second window; stops and saves; goes on from where it was', async () => {
    const page = await startLongRun('Until stopped');
    const id = idOf(page.url());
    await page.reload();
    const second = await suite.open(`/runs/${id}`);
    for (const window of [page, second]) await window.getByText(/^[1-9][\d,]* of 4,000$/).waitFor();

    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.getByRole('button', { name: 'Stop and save' }).click();
    for (const window of [page, second]) await window.getByText(/Stopped at step/).waitFor({ timeout: 120_000 });
    const stoppedAt = await stepOf(id);

    await page
      .getByRole('button', { name: /Resume/ })
      .first()
      .click();
    await expect.poll(async () => stepOf(id), { timeout: 120_000 }).toBeGreaterThan(stoppedAt);
    await client.runs.stop({ id, keep: 'discard' });
    await page.context().close();
    await second.context().close();
  });

  it('says so when the engine dies, offers to resume, and resumes', async () => {
    const page = await startLongRun('Killed');
    const id = idOf(page.url());
    await expect
      .poll(async () => (await client.runs.get({ id })).checkpoints.length, { timeout: 90_000 })
      .toBeGreaterThan(0);
    for (const pid of suite.studio.enginePids('train')) sendSignal(pid, 'SIGKILL');
    await page.getByText(/The run was interrupted at step/).waitFor({ timeout: 120_000 });
    await page
      .getByRole('button', { name: /Resume/ })
      .first()
      .click();
    await page.getByText('Training', { exact: true }).first().waitFor({ timeout: 120_000 });
    await client.runs.stop({ id, keep: 'discard' });
    await page.context().close();
  });

  it('asks the studio a few times a second while it trains and has been evaluated', async () => {
    const { model, dataset } = sample;
    const training = {
      ...{ steps: 5000, batchSize: 2, maxLength: 32, evaluateEvery: 20 },
      ...{ samplePrompts: ['Write about the sea.'], sampleTokens: 4 },
    };
    const of = { model: model.id, dataset: dataset.id, method: 'lora', methodOptions: {} } as const;
    const { id } = await client.runs.start({ name: 'Watched', ...of, threads: 1, training });
    const page = await suite.open();
    const traffic = new Traffic(page);
    await page.goto(new URL(`/runs/${id}`, suite.studio.address).href);
    await expect
      .poll(async () => (await client.runs.get({ id })).evaluations.length, { timeout: 120_000 })
      .toBeGreaterThan(2);
    const before = traffic.count;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    const asked = traffic.count - before;
    expect(asked, traffic.lately(quietMs)).toBeLessThan((mostWhileTraining * quietMs) / 1000);
    expect((await client.runs.get({ id })).state).toBe('running');
    await client.runs.stop({ id, keep: 'discard' });
    await page.context().close();
  });

  it('names the field of a value that does not hold, and starts nothing', async () => {
    const page = await suite.open('/train');
    await page.getByLabel('Steps', { exact: true }).fill('-5');
    await page.getByText('One thing to mend').waitFor();
    expect(await page.getByLabel('Steps', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await page.context().close();
  });
});
