/**
 * A window in Japanese has no English sentence on any screen, names and what people wrote aside; nor where things go
 * wrong.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement, launchChromium } from './support/chromium.ts';
import { englishText } from './support/englishText.ts';
import { settle } from './support/settle.ts';
import { type Shot, shots } from './support/shots.ts';
import { type RunningStudio, Studios } from './support/studios.ts';

const shown = shots.filter(({ studio }) => studio === 'full');

describeWith(chromiumRequirement, 'a Japanese window', () => {
  const studios = new Studios();
  const folder = mkdtempSync(join(tmpdir(), 'graft-faults-'));
  let close: () => Promise<void> = async () => undefined;
  let page: Page;
  let studio: RunningStudio;

  beforeAll(async () => {
    const browser = await launchChromium();
    close = async () => browser.close();
    const context = await browser.newContext({
      locale: 'ja-JP',
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    });
    studio = await studios.get('full');
    page = await context.newPage();
    await page.goto(studio.process.address);
    await page.getByRole('navigation').first().waitFor();
  });
  afterAll(async () => {
    await close();
    await studios.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const go = async (address: string): Promise<void> => {
    await page.goto(new URL(address, studio.process.address).href);
    await page.getByRole('navigation').first().waitFor({ state: 'attached' });
    await settle(page, { quietMs: 200, longestMs: 3000 });
  };

  it.each(shown.map((shot): [string, Shot] => [shot.name, shot]))('%s', async (_name, { address, ready, act }) => {
    await go(typeof address === 'string' ? address : address(studio.seeded));
    if (ready !== undefined) await page.locator(ready).first().waitFor();
    await act?.(page, (words) => words.ja);
    if (act !== undefined) await settle(page, { quietMs: 150, longestMs: 1500 });
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    expect(await englishText(page)).toEqual([]);
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

  it('numbers that cannot be, in the form', async () => {
    const set = JSON.stringify({ training: { steps: -1, batchSize: 5000, learningRate: 'fast', maxLength: 99999 } });
    const { modelId, datasetIds } = studio.seeded;
    await go(`/train?model=${modelId}&dataset=${datasetIds.support}&set=${encodeURIComponent(set)}`);
    expect(await englishText(page)).toEqual([]);
  });
});
