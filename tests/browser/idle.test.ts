/**
 * A screen on which nothing happens asks nothing: a question that is asked again and again takes a core away from
 * training, and nobody sees it. Every screen of the registry is looked at, in each state of support/shots.ts that an
 * address leads to.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findScreen, screens } from '../../renderer/screens/registry.ts';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement, launchChromium } from './support/chromium.ts';
import { type Shot, shots } from './support/shots.ts';
import { connectStudio, withSample } from './support/studioClient.ts';
import { type LookedAt, type StudioKind, Studios } from './support/studios.ts';
import { Traffic } from './support/Traffic.ts';

/** Longer than any pause after which a screen might look again. */
const quietMs = 6_000;
/** By then a screen has what it needs, on a busy machine too. */
const longestMs = 90_000;
const windowsAtOnce = 24;
/** New steps, curves and states of a live run; a question that repeats itself comes hundreds of times a second. */
const mostWhileTraining = 20;

/** Of screens that can be opened without naming anything. */
const bareAddresses = (): readonly string[] =>
  screens.map(({ path }) => path.replace(/\/:\w+\?$/, '')).filter((path) => !path.includes(':'));
const addressOf = ({ address }: Shot, seeded: LookedAt): string =>
  typeof address === 'string' ? address : address(seeded);

// Side by side: each waits most of its time.
describeWith(chromiumRequirement, 'a screen asks the studio', () => {
  const studios = new Studios();
  let browser: Browser | undefined;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await studios.end();
  });

  /** A context that the studio of this kind has let in. */
  async function letIn(kind: StudioKind): Promise<BrowserContext> {
    if (browser === undefined) throw new Error('the browser did not start');
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto((await studios.get(kind)).process.address);
    await page.getByRole('navigation').first().waitFor();
    await page.close();
    return context;
  }

  async function show(context: BrowserContext, address: string): Promise<{ page: Page; traffic: Traffic }> {
    const page = await context.newPage();
    const traffic = new Traffic(page);
    await page.goto(address);
    await page.getByRole('navigation').first().waitFor({ state: 'attached' });
    return { page, traffic };
  }

  /** What these go on asking: nothing, where each falls silent. A window that has makes room for the next. */
  async function neverSilent(context: BrowserContext, addresses: readonly string[]): Promise<readonly string[]> {
    const waiting = [...addresses];
    const noisy: string[] = [];
    const watchWindows = async (): Promise<void> => {
      for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
        const asked = await neverSilentAt(context, address);
        if (asked !== undefined) noisy.push(`${address} asks ${asked}`);
      }
    };
    await Promise.all(Array.from({ length: windowsAtOnce }, watchWindows));
    return noisy;
  }

  async function neverSilentAt(context: BrowserContext, address: string): Promise<string | undefined> {
    const { page, traffic } = await show(context, address);
    const startMs = performance.now();
    while (traffic.quietMs() < quietMs && performance.now() - startMs < longestMs)
      await new Promise((resolve) => setTimeout(resolve, 250));
    const asked = traffic.quietMs() < quietMs ? traffic.lately(quietMs) : undefined;
    await page.close();
    return asked;
  }

  it.concurrent('nothing while nothing happens, whichever of the registry it is', async () => {
    const { process, seeded } = await studios.get('full');
    const shown = shots.filter(({ studio }) => studio === 'full').map((shot) => addressOf(shot, seeded));
    const addresses = [
      ...new Set([...bareAddresses(), ...shown].map((address) => new URL(address, process.address).href)),
    ];
    const opened = new Set(addresses.map((address) => findScreen(new URL(address).pathname)?.screen));
    expect(
      screens.filter((screen) => !opened.has(screen)).map(({ path }) => `${path} has no line in support/shots.ts`),
    ).toEqual([]);

    const context = await letIn('full');
    expect(await neverSilent(context, addresses)).toEqual([]);
    await context.close();
  });

  it.concurrent('nothing while the guide of the first start waits for a person', async () => {
    const context = await letIn('new');
    expect(await neverSilent(context, [new URL('/', (await studios.get('new')).process.address).href])).toEqual([]);
    await context.close();
  });

  it.concurrent('a few times a second while a run trains and has been evaluated', async ({ expect }) => {
    const { address } = (await studios.get('empty')).process;
    const { client, close } = await connectStudio(address);
    const { model, dataset } = await withSample(client);
    const training = {
      steps: 5000,
      batchSize: 2,
      maxLength: 32,
      evaluateEvery: 20,
      samplePrompts: ['Write about the sea.'],
    };
    const run = await client.runs.start({
      name: 'watched',
      model: model.id,
      dataset: dataset.id,
      method: 'lora',
      methodOptions: {},
      threads: 1,
      training,
    });
    const context = await letIn('empty');
    const { traffic } = await show(context, new URL(`/runs/${run.id}`, address).href);
    await expect
      .poll(async () => (await client.runs.get({ id: run.id })).evaluations.length, { timeout: 120_000 })
      .toBeGreaterThan(2);
    const before = traffic.count;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    const asked = traffic.count - before;
    expect(asked, traffic.lately(quietMs)).toBeLessThan((mostWhileTraining * quietMs) / 1000);
    expect((await client.runs.get({ id: run.id })).state).toBe('running');
    await client.runs.stop({ id: run.id, keep: 'discard' });
    await context.close();
    close();
  });
});
