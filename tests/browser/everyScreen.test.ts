/**
 * Over every screen of support/shots.ts, empty and full: axe in both themes, for what people who cannot see or point
 * would stumble on; in narrow windows, which a zoom of 200 % makes too, that nothing is cut off or lies over anything;
 * that no English sentence stays when the language changes to Japanese; and that a screen that stands still asks
 * nothing of the studio.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findScreen, screens } from '../../renderer/screens/registry.ts';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement, launchChromium } from './support/chromium.ts';
import { englishText } from './support/englishText.ts';
import { layoutFaults } from './support/layoutFaults.ts';
import { followTo } from './support/navigate.ts';
import { settle } from './support/settle.ts';
import { type Shot, shots } from './support/shots.ts';
import { neverSilent } from './support/silence.ts';
import { connectStudio, type StudioClient } from './support/studioClient.ts';
import { type LookedAt, type StudioKind, Studios } from './support/studios.ts';

/** What trains changes under axe's eyes, and its screens differ from the ended ones in few words. */
const kinds = ['new', 'empty', 'full'] as const satisfies readonly StudioKind[];

/** Of screens that can be opened without naming anything. */
const bareAddresses = (): readonly string[] =>
  screens.map(({ path }) => path.replace(/\/:\w+\?$/, '')).filter((path) => !path.includes(':'));
const addressOf = ({ address }: Shot, seeded: LookedAt): string =>
  typeof address === 'string' ? address : address(seeded);

const wide = { width: 1280, height: 800 };
/** 640 × 400 is `wide` at a zoom of 200 %. */
const narrow = [
  { width: 800, height: 600 },
  { width: 640, height: 400 },
];

describeWith(
  chromiumRequirement,
  'every screen is sound for axe in both themes, lies well in narrow windows, speaks Japanese, and asks nothing',
  () => {
    const studios = new Studios();
    const windows = new Map<StudioKind, Looking>();
    const hasActed = new Map<Page, boolean>();
    let context: BrowserContext | undefined;
    const ends: (() => unknown)[] = [];

    beforeAll(async () => {
      const browser = await launchChromium();
      ends.push(async () => browser.close());
      // axe is a script that is put into the page, which the studio's policy rightly refuses.
      context = await browser.newContext({ viewport: wide, bypassCSP: true, reducedMotion: 'reduce' });
      for (const kind of kinds) {
        const page = await context.newPage();
        const { address } = (await studios.get(kind)).process;
        await page.goto(address);
        await page.getByRole('navigation').first().waitFor();
        const { client, close: hangUp } = await connectStudio(address);
        windows.set(kind, { page, client });
        ends.push(hangUp);
      }
    });
    afterAll(async () => {
      for (const end of ends) await end();
      await studios.end();
    });

    it('folds the navigation behind a button that the keyboard opens, and gives the keyboard back to it', async () => {
      const page = windows.get('full')?.page;
      if (page === undefined) throw new Error('the window did not open');
      await page.goto(new URL('/models', (await studios.get('full')).process.address).href);
      await page.setViewportSize({ width: 800, height: 600 });
      const button = page.getByRole('button', { name: 'Open the navigation' });
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('link', { name: 'Settings' }).waitFor();
      expect([...(await faults(page)), ...(await layoutFaults(page))].join('\n')).toBe('');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('link', { name: 'Runs' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(new URL(page.url()).pathname).toBe('/runs');
      await page.setViewportSize(wide);
    });

    for (const shot of shots.filter(({ studio }) => kinds.some((kind) => kind === studio))) {
      it(shot.name, async () => {
        const looking = windows.get(shot.studio);
        if (looking === undefined) throw new Error('the window did not open');
        const { page } = looking;
        // What was done on a screen is not carried to the next.
        await show(page, shot, { studios, isFresh: hasActed.get(page) !== false });
        hasActed.set(page, shot.act !== undefined);
        // Nothing but colours differs between the themes.
        const light = await lastingFaults(page);
        await turn(page, 'dark');
        const dark = await lastingFaults(page, ['color-contrast']);
        expect([...light, ...dark, ...(await faultsWhenNarrow(page))].join('\n')).toBe('');
        await page.emulateMedia({ colorScheme: 'light' });
        const passing = await page.getByRole('status').allInnerTexts(); // said once, in the language of then
        await speak(looking, 'ja');
        expect(await englishText(page, passing)).toEqual([]);
        await speak(looking, 'en');
      });
    }

    it('asks nothing while nothing happens, whichever of the registry it is', async () => {
      const full = await studios.get('full');
      const shown = shots.filter(({ studio }) => studio === 'full').map((shot) => addressOf(shot, full.seeded));
      const addresses = [
        ...new Set([...bareAddresses(), ...shown].map((address) => new URL(address, full.process.address).href)),
      ];
      const opened = new Set(addresses.map((address) => findScreen(new URL(address).pathname)?.screen));
      expect(
        screens.filter((screen) => !opened.has(screen)).map(({ path }) => `${path} has no line in support/shots.ts`),
      ).toEqual([]);
      const guide = new URL('/', (await studios.get('new')).process.address).href; // waits for a person
      if (context === undefined) throw new Error('the browser did not start');
      expect(await neverSilent(context, [guide, ...addresses])).toEqual([]);
    });
  },
);

/** Until the new colours stand: they are faded in. */
async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.waitForTimeout(200);
}

/** Until the words stand there: what a screen asks the studio again for comes a moment later. */
async function speak({ page, client }: Looking, language: 'en' | 'ja'): Promise<void> {
  await client.preferences.update({ language });
  await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
  if (language === 'ja') await settle(page, { quietMs: 100, longestMs: 1500 });
}

/** One for each studio. */
interface Looking {
  readonly page: Page;
  readonly client: StudioClient;
}

interface Showing {
  readonly studios: Studios;
  /** Loaded anew, or as a link does: that takes half the time. */
  readonly isFresh: boolean;
}

async function show(page: Page, shot: Shot, { studios, isFresh }: Showing): Promise<void> {
  const { studio, ready, act } = shot;
  const { process, seeded } = await studios.get(studio);
  await page.setViewportSize(wide); // whatever a failure left
  await page.emulateMedia({ colorScheme: 'light' });
  const shown = addressOf(shot, seeded);
  if (isFresh) await page.goto(new URL(shown, process.address).href);
  else await followTo(page, shown);
  await page.getByRole('navigation').first().waitFor({ state: 'attached' });
  if (ready !== undefined) await page.locator(ready).first().waitFor();
  await settle(page, { quietMs: 150, longestMs: 2000 });
  await act?.(page, (words) => words.en);
  if (act !== undefined) await settle(page, { quietMs: 150, longestMs: 1500 });
}

async function faultsWhenNarrow(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const size of narrow) {
    await page.setViewportSize(size);
    await settle(page, { quietMs: 100, longestMs: 800 });
    found.push(...(await layoutFaults(page)).map((fault) => `at ${size.width} × ${size.height}: ${fault}`));
  }
  await page.setViewportSize(wide);
  return found;
}

/** Colours are faded in, and a browser that has much to do draws late: what is wrong is wrong a moment later, too. */
async function lastingFaults(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  const found = await faults(page, rules);
  if (found.length === 0) return found;
  await page.waitForTimeout(1500);
  return faults(page, rules);
}

/**
 * By axe's rules, or by these alone. Surprising: the legacy mode. The other opens a window of its own for each answer,
 * for frames of other origins, which the studio has none of; and what is in order is not described, which takes longer
 * than to find it so. Half a megabyte of script is put into a page once, not four times a screen.
 */
async function faults(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  const isThere = await page.evaluate(() => 'axe' in window);
  const builder = new AxeBuilder(isThere ? { page, axeSource: ';' } : { page });
  const axe = builder.setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await (rules === undefined ? axe : axe.withRules([...rules])).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`),
  );
}
