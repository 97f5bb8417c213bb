/**
 * `npm run bench -- studio`: how quick the screens are, in a real Chromium on the real command with a seeded data
 * folder of 10,000 adapters and a run of 100,000 steps. Prints a table and appends one JSON line to
 * tests/bench/studioResults.jsonl. The machine should have nothing else to do.
 *
 *   GRAFT_BENCH_ROUNDS how often each click and each first paint is measured (default 5)
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../browser/support/chromium.ts';
import { manyRows } from '../browser/support/seed/datasetFiles.ts';
import { type SeededStudio, seedStudio } from '../browser/support/seedStudio.ts';
import { settle } from '../browser/support/settle.ts';
import { startStudio } from '../browser/support/studioProcess.ts';
import { adapterWords } from '../../renderer/i18n/adapters.ts';
import { datasetWords } from '../../renderer/i18n/datasets.ts';
import { type BundleWeights, weighBundle } from './studio/bundle.ts';
import { openCaller, timed } from './studio/call.ts';
import { type Spread, rounded, spreadOf } from './studio/figures.ts';
import { measureFirstPaint } from './studio/firstPaint.ts';
import { framesDuring, jumpTo, scrollFrames, timeTo } from './studio/inPage.ts';
import { LiveRun } from './studio/liveRun.ts';

const here = import.meta.dirname;
const rounds = Number(process.env.GRAFT_BENCH_ROUNDS ?? 5);
const [adapters, rows, historySteps] = [10_000, 50_000, 97_000];
const rowHeightPx = 36;

/** What stands on each screen when its data does, and on no other. */
const screens = [
  { href: '/', data: 'main a[href^="/chat/"]' },
  { href: '/datasets', data: 'main a[href^="/datasets/"]' },
  { href: '/models', data: 'main a[href*="model="], main [role="option"]' },
  { href: '/train', data: 'main [role="radiogroup"], main form' },
  { href: '/runs', data: 'main a[href^="/runs/"]' },
  { href: '/adapters', data: 'main [role="option"]' },
  { href: '/chat', data: 'main a[href^="/chat/"]' },
  { href: '/settings', data: 'main nav a[href="/settings/disk"]' },
] as const;

type Figures = Record<string, Spread | number>;

async function measureClicks(page: Page): Promise<Figures> {
  const marked = new Map<string, number[]>();
  const shown = new Map<string, number[]>();
  const first: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    for (const { href, data } of [...screens.slice(1), screens[0]]) {
      const link = `nav a[href="${href}"]:not(.text-m)`;
      const [answer = NaN, ready = NaN] = await timeTo(page, { type: 'click', selector: link }, [
        { selector: `${link}[aria-current="page"]` },
        { selector: data },
      ]);
      await settle(page, { quietMs: 80, longestMs: 1000 });
      if (round === 0) first.push(ready);
      else {
        marked.set(href, [...(marked.get(href) ?? []), answer]);
        shown.set(href, [...(shown.get(href) ?? []), ready]);
      }
    }
  }
  const named = ([href, times]: readonly [string, readonly number[]]): [string, Spread] => [
    `click ${href}, data shown`,
    spreadOf(times),
  ];
  return {
    'click, answered (all screens)': spreadOf([...marked.values()].flat()),
    'click, data shown (all screens)': spreadOf([...shown.values()].flat()),
    'click, data shown, first visit': spreadOf(first),
    ...Object.fromEntries([...shown].map(named)),
  };
}

async function measureLongRun(
  page: Page,
  context: BrowserContext,
  { runIds, live, origin }: LongRun,
): Promise<Figures> {
  const caller = await openCaller(context, origin);
  const ask = async (range: { from?: number; to?: number } = {}): Promise<unknown> =>
    caller.api.runs.curves({
      id: runIds.long,
      metrics: ['loss', 'gradNorm', 'learningRate'],
      points: 1200,
      smoothing: 0.9,
      ...range,
    });
  const cold = rounded(await timed(ask));
  const warm = await repeat(20, async () => timed(ask));
  const zoomed = await repeat(20, async () => timed(async () => ask({ from: 20_000, to: 60_000 })));
  caller.close();
  await page.goto(new URL(`/runs/${runIds.long}`, origin).href);
  const chart = page.locator('.graft-chart .u-over').first();
  await chart.waitFor();
  await settle(page);
  const hover = await framesDuring(page, async () => moveOver(page));
  const zoom = await framesDuring(page, async () => zoomInAndOut(page));
  live.start(historySteps);
  await sleep(1500);
  const watching = await framesDuring(page, async () => sleep(10_000));
  const liveHover = await framesDuring(page, async () => moveOver(page));
  const liveZoom = await framesDuring(page, async () => zoomInAndOut(page));
  return {
    ...{
      'curves of 100,000 steps, first request': cold,
      'curves, again': spreadOf(warm),
      'curves, 40,000 of them': spreadOf(zoomed),
    },
    ...{
      'frames, hovering': spreadOf(hover),
      'frames, zooming': spreadOf(zoom),
      'frames, live, watching': spreadOf(watching),
    },
    ...{ 'frames, live, hovering': spreadOf(liveHover), 'frames, live, zooming': spreadOf(liveZoom) },
  };
}

interface LongRun extends SeededStudio {
  readonly live: LiveRun;
  readonly origin: string;
}

async function repeat(times: number, work: () => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let time = 0; time < times; time++) taken.push(await work());
  return taken;
}

async function chartBox(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator('.graft-chart .u-over').first().boundingBox();
  if (box === null) throw new Error('the chart is not to be seen');
  return box;
}

async function moveOver(page: Page): Promise<void> {
  const { x, y, width, height } = await chartBox(page);
  for (let move = 0; move <= 150; move++) await page.mouse.move(x + (width * move) / 150, y + height / 2);
}

async function zoomInAndOut(page: Page): Promise<void> {
  const { x, y, width, height } = await chartBox(page);
  for (let time = 0; time < 5; time++) {
    await page.mouse.move(x + width * 0.3, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + height / 2, { steps: 12 });
    await page.mouse.up();
    await sleep(250);
    await page.mouse.dblclick(x + width * 0.5, y + height / 2);
    await sleep(250);
  }
}

async function measureManyRows(page: Page, folder: string, origin: string): Promise<Figures> {
  const file = join(folder, 'many-rows.jsonl');
  writeFileSync(file, manyRows(rows));
  await page.goto(new URL(`/datasets?import=path:${encodeURIComponent(file)}`, origin).href);
  const start = page.getByRole('button', { name: datasetWords.en.import, exact: true });
  await start.waitFor();
  await settle(page);
  const list = 'main [role="listbox"]';
  const importMs = await timed(async () => {
    await start.click();
    await page.locator(`${list} [role="option"]`, { hasText: 'Row 1:' }).first().waitFor({ timeout: 120_000 });
  });
  const frames = await framesDuring(page, async () => scrollFrames(page, list, 240));
  const jumps: number[] = [];
  for (const row of [40_000, 12_345, 49_900, 25_000, 31_000]) {
    jumps.push(
      await jumpTo(page, list, {
        topPx: row * rowHeightPx,
        sight: { selector: `${list} [role="option"]`, text: `Row ${row + 1}:` },
      }),
    );
  }
  return {
    'import of 50,000 rows': Math.round(importMs),
    'frames, scrolling 50,000 rows': spreadOf(frames),
    'jump to a row': spreadOf(jumps),
  };
}

async function measureLibrary(page: Page, origin: string): Promise<Figures> {
  await page.goto(new URL('/adapters', origin).href);
  const list = 'main [role="listbox"]';
  const firstRow = `${list} [aria-posinset="1"]`;
  await page.locator(firstRow).waitFor();
  await settle(page);
  const frames = await framesDuring(page, async () => scrollFrames(page, list, 240));
  const search = `main input[aria-label="${adapterWords.en.searchLabel}"]`;
  const keystrokes: number[] = [];
  for (const text of ['4021', 'captain', '7007', 'notary', '9123', 'patient', '2345', '司書']) {
    const [ms = NaN] = await timeTo(page, { type: 'type', selector: search, text }, [{ selector: firstRow, text }]);
    keystrokes.push(ms);
    await sleep(300);
  }
  return {
    'search of 10,000 adapters, keystroke to results': spreadOf(keystrokes),
    'frames, scrolling 10,000 adapters': spreadOf(frames),
  };
}

function print(figures: Figures, bundle: BundleWeights): void {
  const lines = Object.entries(figures).map(([name, figure]) =>
    typeof figure === 'number'
      ? `| ${name} | ${figure} | | | |`
      : `| ${name} | ${figure.p50} | ${figure.p95} | ${figure.worst} | ${figure.count} |`,
  );
  process.stdout.write(`\n| milliseconds | p50 | p95 | worst | of |\n|---|---|---|---|---|\n${lines.join('\n')}\n`);
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
  const weights = Object.entries({ 'loaded at once': bundle.initial, ...bundle.screens, everything: bundle.all }).map(
    ([name, { rawBytes, gzipBytes }]) => `| ${name} | ${kilobytes(rawBytes)} | ${kilobytes(gzipBytes)} |`,
  );
  process.stdout.write(`\n| renderer | raw | gzip |\n|---|---|---|\n${weights.join('\n')}\n`);
}

const folder = mkdtempSync(join(os.tmpdir(), 'graft-bench-'));
const home = join(folder, 'graft');
const browser = await launchChromium();
let live: LiveRun | undefined;
try {
  const seeded = await seedStudio(home, { adapters });
  live = new LiveRun(home, { runId: seeded.runIds.long, historySteps });
  const studio = await startStudio(home);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    const page = await context.newPage();
    await page.goto(studio.address);
    await settle(page);
    const { origin } = new URL(studio.address);
    const homePaint = await measureFirstPaint(browser, context, {
      address: `${origin}/`,
      data: 'main a[href^="/chat/"]',
      rounds,
    });
    const runPaint = await measureFirstPaint(browser, context, {
      ...{ address: `${origin}/runs/${seeded.runIds.long}`, data: '.graft-chart .u-over', rounds },
    });
    const paints = Object.entries({ home: homePaint, 'run of 100,000 steps': runPaint }).flatMap(([name, paint]) => [
      [`${name}, first contentful paint`, paint.firstContentfulPaint] as const,
      [`${name}, navigation shown`, paint.navigation] as const,
      [`${name}, data shown`, paint.data] as const,
    ]);
    const figures: Figures = {
      ...Object.fromEntries(paints),
      ...(await measureClicks(page)),
      ...(await measureLibrary(page, origin)),
      ...(await measureManyRows(page, folder, origin)),
      ...(await measureLongRun(page, context, { ...seeded, live, origin })),
    };
    const bundle = weighBundle(join(here, '..', '..', 'dist', 'renderer'));
    print(figures, bundle);
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
    const machine = { cpu: os.cpus()[0]?.model, cores: os.cpus().length, load: os.loadavg()[0], node: process.version };
    const line = { at: new Date().toISOString(), commit, machine, browser: browser.version(), rounds, figures, bundle };
    appendFileSync(join(here, 'studioResults.jsonl'), `${JSON.stringify(line)}\n`);
  } finally {
    live.stop();
    await studio.stop();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
