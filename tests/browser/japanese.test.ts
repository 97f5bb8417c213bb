/**
 * A window in Japanese has no English sentence where a run trains, an answer is written or things go wrong, names and
 * what people wrote aside. The screens that stand still are looked at in everyScreen.test.ts.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adapterWords } from '../../renderer/i18n/adapters.ts';
import { chatWords } from '../../renderer/i18n/chat.ts';
import { commonWords } from '../../renderer/i18n/common.ts';
import { exportWords } from '../../renderer/i18n/exports.ts';
import { describeWith } from '../support/requirements.ts';
import { suiteDir } from '../support/temporaryDir.ts';
import { chromiumRequirement, launchChromium } from './support/chromium.ts';
import { englishText } from './support/englishText.ts';
import { settle } from './support/settle.ts';
import { type Shot, shots } from './support/shots.ts';
import { connectStudio, ended } from './support/studioClient.ts';
import { type RunningStudio, type StudioKind, Studios } from './support/studios.ts';

describeWith(chromiumRequirement, 'a Japanese window', () => {
  const studios = new Studios();
  const folder = suiteDir();
  let close: () => Promise<void> = async () => undefined;
  /** One for each kind of studio, opened when first asked for. */
  const windows = new Map<StudioKind, Page>();
  let context: BrowserContext;
  let page: Page;
  let studio: RunningStudio;

  beforeAll(async () => {
    const browser = await launchChromium();
    close = async () => browser.close();
    context = await browser.newContext({
      locale: 'ja-JP',
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    });
    await open('full');
  });
  afterAll(async () => {
    await close();
    await studios.end();
  });

  /** Makes the window of this studio the one that is looked at. */
  async function open(kind: StudioKind): Promise<void> {
    studio = await studios.get(kind);
    const known = windows.get(kind);
    page = known ?? (await context.newPage());
    if (known !== undefined) return;
    windows.set(kind, page);
    await page.goto(studio.process.address);
    await page.getByRole('navigation').first().waitFor();
  }

  const go = async (address: string): Promise<void> => {
    await page.goto(new URL(address, studio.process.address).href);
    await page.getByRole('navigation').first().waitFor({ state: 'attached' });
    await settle(page, { quietMs: 200, longestMs: 3000 });
  };

  /** What the models of a run have answered so far. */
  async function sampleAnswers(runId: string): Promise<readonly string[]> {
    const { client, close: hangUp } = await connectStudio(studio.process.address);
    const samples = await client.runs.samples({ id: runId });
    hangUp();
    return samples.flatMap(({ base, adapter }) => [base ?? '', adapter ?? '']);
  }

  it('an answer while it is written, and when it stands there', async () => {
    await open('full');
    const { modelId, adapterIds } = studio.seeded;
    await go(`/chat?new=1&model=${modelId}&adapter=${adapterIds.loadable}`);
    const asked = 'Tell me a story about a fox.';
    const composer = page.getByRole('textbox', { name: chatWords.ja.compose });
    await composer.fill(asked);
    await composer.press('Enter');
    const stop = page.getByRole('button', { name: chatWords.ja.stop, exact: true });
    await stop.waitFor({ timeout: 120_000 });
    const whileWritten = await englishText(page, [asked]);
    await stop.waitFor({ state: 'detached', timeout: 120_000 });
    await settle(page, { quietMs: 200, longestMs: 3000 });
    const { client, close: hangUp } = await connectStudio(studio.process.address);
    const { turns } = await client.chats.get({ id: new URL(page.url()).pathname.split('/').at(-1) ?? '' });
    hangUp();
    const answers = turns.map(({ content }) => content);
    expect(whileWritten.filter((text) => !answers.some((answer) => answer.startsWith(text)))).toEqual([]);
    expect(await englishText(page, [asked, ...answers])).toEqual([]);
  });

  it.each([
    ['rows of the wrong form', 'bad.csv', 'question,answer\n"open quote,a\nb,c\nd,e\n'],
    ['rows that no format fits', 'other.csv', 'alpha,beta\n1,2\n3,4\n'],
    ['rows that are no JSON', 'rows.jsonl', 'nothing here\nnor here\n'],
    [
      'conversations in the wrong order',
      'chats.jsonl',
      `${JSON.stringify({ messages: [{ role: 'assistant', content: 'a' }] })}\n`,
    ],
  ])('an import of %s', async (_what, name, content) => {
    writeFileSync(join(folder, name), content);
    await go(`/datasets?import=path:${encodeURIComponent(join(folder, name))}`);
    expect(await englishText(page, [content])).toEqual([]);
  });

  it('a folder that is no model, and an adapter that is none', async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    for (const screen of ['models', 'adapters']) {
      await go(`/${screen}?import=path:${encodeURIComponent(join(folder, 'empty'))}`);
      expect(await englishText(page), screen).toEqual([]);
    }
  });

  it('long work that failed, and what an export as one file says', async () => {
    await open('full');
    const { client, close: hangUp } = await connectStudio(studio.process.address);
    const { loadable, others } = studio.seeded.adapterIds;
    const nowhere = join(folder, 'not', 'there.tar.gz');
    const model = client.models.import({ from: { path: join(folder, 'no-model') } });
    await expect(ended(client, model)).rejects.toThrow();
    const archive = client.adapters.archive({ ids: [loadable, ...others], target: { path: nowhere } });
    await expect(ended(client, archive)).rejects.toThrow();
    await go(`/adapters/${loadable}`);
    await page.getByRole('alert').nth(1).waitFor();
    await page.getByRole('button', { name: adapterWords.ja.export, exact: true }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[value=merged-gguf]').check();
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: exportWords.ja.download, exact: true }).click();
    await (await download).cancel();
    await dialog.getByRole('button', { name: commonWords.ja.close, exact: true }).last().waitFor();
    expect(await englishText(page)).toEqual([]);
    for (const { id, state } of await client.tasks.list()) if (state === 'failed') await client.tasks.dismiss({ id });
    hangUp();
  });

  it('numbers that cannot be, in the form', async () => {
    const set = JSON.stringify({ training: { steps: -1, batchSize: 5000, learningRate: 'fast', maxLength: 99999 } });
    const { modelId, datasetIds } = studio.seeded;
    await go(`/train?model=${modelId}&dataset=${datasetIds.support}&set=${encodeURIComponent(set)}`);
    expect(await englishText(page)).toEqual([]);
  });

  // Last: what trains takes a core from the moment that its studio is opened.
  const live = shots.filter(({ studio: kind }) => kind === 'live');

  it.each(live.map((shot): [string, Shot] => [shot.name, shot]))('%s', async (_name, shot) => {
    const { address, ready, act } = shot;
    await open('live');
    await go(typeof address === 'string' ? address : address(studio.seeded));
    if (ready !== undefined) await page.locator(ready).first().waitFor();
    await act?.(page, (words) => words.ja);
    if (act !== undefined) await settle(page, { quietMs: 150, longestMs: 1500 });
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    const answers = await sampleAnswers(studio.seeded.runIds.live);
    expect((await englishText(page)).filter((text) => !answers.includes(text))).toEqual([]);
  });

  it('a run that trains, is stopped with its adapter kept, and what it wrote into its log', async () => {
    await open('live');
    const { client, close: hangUp } = await connectStudio(studio.process.address);
    const { live } = studio.seeded.runIds;
    const step = async (): Promise<number> => (await client.runs.get({ id: live })).step;
    await expect.poll(step, { timeout: 120_000 }).toBeGreaterThan(1);
    await go(`/runs/${live}`);
    expect(await englishText(page, await sampleAnswers(live))).toEqual([]);
    await client.runs.stop({ id: live, keep: 'save' });
    await expect.poll(async () => (await client.runs.get({ id: live })).state, { timeout: 120_000 }).toBe('cancelled');
    await go(`/runs/${live}`);
    expect(await englishText(page, await sampleAnswers(live))).toEqual([]);
    hangUp();
  });
});
