/** A browser and a studio for a whole suite; both end with it, and the data folder goes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from './chromium.ts';
import { startStudio, type StudioProcess } from './studioProcess.ts';

export interface BrowserSuite {
  readonly home: string;
  readonly browser: Browser;
  /** Restarted ones take the place of the first. */
  studio: StudioProcess;
  /** A window of its own, let in, at an address of the studio. */
  open(address?: string, options?: BrowserContextOptions): Promise<Page>;
}

export function browserSuite(): BrowserSuite {
  let home = '';
  let browser: Browser | undefined;
  let studio: StudioProcess | undefined;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'graft-browser-'));
    [browser, studio] = await Promise.all([launchChromium(), startStudio(home)]);
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.stop();
    rmSync(home, { recursive: true, force: true });
  });
  return {
    get home() {
      return home;
    },
    get browser() {
      return started(browser);
    },
    get studio() {
      return started(studio);
    },
    set studio(other) {
      studio = other;
    },
    async open(address = '/', options = {}) {
      const context = await started(browser).newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      await page.goto(started(studio).address);
      await page.getByRole('navigation').waitFor();
      if (address !== '/') await page.goto(new URL(address, started(studio).address).href);
      return page;
    },
  };
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the suite has not started');
  return value;
}
