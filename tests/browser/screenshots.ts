/**
 * `npm run screenshots`: every screen of support/shots.ts in a real Chromium on the real command, into screenshots/
 * with a contact sheet; `npm run screenshots -- chat run-` takes those whose names begin so. Ends non-zero where a page
 * wrote an error to its console, broke, or a request of it failed.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { Language } from '../../renderer/i18n/catalogue.ts';
import { launchChromium } from './support/chromium.ts';
import { settle } from './support/settle.ts';
import { type Shot, shots } from './support/shots.ts';
import { type RunningStudio, Studios } from './support/studios.ts';

const outDir = join(import.meta.dirname, '..', '..', 'screenshots');
const themes = ['light', 'dark'] as const;
const sizes = {
  small: { width: 1280, height: 800 },
  large: { width: 1920, height: 1080 },
  narrow: { width: 1024, height: 768 },
} as const;
const locales: Readonly<Record<Language, string>> = { en: 'en-US', ja: 'ja-JP' };

interface Look {
  readonly theme: (typeof themes)[number];
  readonly size: keyof typeof sizes;
}

/** English in both sizes and themes; Japanese once; narrow once. */
function looksOf({ narrow }: Shot, language: Language): readonly Look[] {
  if (language === 'ja') return [{ theme: 'light', size: 'small' }];
  const usual = (['small', 'large'] as const).flatMap((size) => themes.map((theme): Look => ({ theme, size })));
  return narrow === true ? [...usual, { theme: 'light', size: 'narrow' }] : usual;
}

class Camera {
  readonly troubles: string[] = [];
  readonly #studios = new Studios();
  readonly #contexts = new Map<string, Promise<BrowserContext>>();

  async take(shot: Shot, language: Language): Promise<void> {
    const studio = await this.#studios.get(shot.studio);
    const context = await this.#contextOf(studio, language);
    const page = await context.newPage();
    this.#listen(page, `${shot.name} (${language})`);
    try {
      await this.#takeLooks(page, { shot, language, studio });
    } catch (error) {
      this.troubles.push(`${shot.name} (${language}): ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await page.close();
    }
  }

  async end(): Promise<void> {
    for (const context of this.#contexts.values()) await (await context).close();
    await this.#studios.end();
  }

  async #takeLooks(
    page: Page,
    { shot, language, studio }: { shot: Shot; language: Language; studio: RunningStudio },
  ): Promise<void> {
    const address = typeof shot.address === 'string' ? shot.address : shot.address(studio.seeded);
    await page.setViewportSize(sizes.small);
    await page.goto(new URL(address, studio.process.address).href);
    await page.getByRole('navigation').first().waitFor();
    if (shot.ready !== undefined) await page.locator(shot.ready).first().waitFor();
    await settle(page);
    await shot.act?.(page, (words) => words[language]);
    for (const { theme, size } of looksOf(shot, language)) {
      await page.setViewportSize(sizes[size]);
      await page.emulateMedia({ colorScheme: theme });
      await settle(page, { quietMs: 150, longestMs: 1500 });
      const name = [shot.name, sizes[size].width, theme, ...(language === 'en' ? [] : [language])].join('-');
      await page.screenshot({ path: join(outDir, `${name}.png`), animations: 'disabled', caret: 'hide' });
    }
  }

  #contextOf({ process }: RunningStudio, language: Language): Promise<BrowserContext> {
    const key = `${process.address} ${language}`;
    const known = this.#contexts.get(key) ?? letIn(process.address, language);
    this.#contexts.set(key, known);
    return known;
  }

  #listen(page: Page, where: string): void {
    const note = (what: string): number => this.troubles.push(`${where}: ${what}`);
    page.on('pageerror', (error) => note(`threw ${error.stack ?? error.message}`));
    page.on('console', (message) => message.type() === 'error' && note(`console: ${message.text()}`));
    page.on('requestfailed', (request) =>
      note(`request failed: ${request.url()} ${request.failure()?.errorText ?? ''}`),
    );
    page.on('response', (response) => response.status() >= 400 && note(`${response.status()} for ${response.url()}`));
  }
}

const browser = await launchChromium();

async function letIn(address: string, language: Language): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: locales[language] });
  const page = await context.newPage();
  await page.goto(address);
  await page.getByRole('navigation').first().waitFor();
  await page.close();
  return context;
}

/** All pictures in the folder, those of other runs as well. */
function writeContactSheet(): void {
  const rank = (name: string): number =>
    shots.findIndex((shot) => name.startsWith(`${shot.name}-`) && /^\d/.test(name.slice(shot.name.length + 1)));
  const names = readdirSync(outDir)
    .filter((name) => name.endsWith('.png'))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const figures = names.map(
    (name) =>
      `<figure><a href="${name}"><img src="${name}" loading="lazy" alt=""></a><figcaption>${name}</figcaption></figure>`,
  );
  const style =
    'body{font:13px system-ui;background:#888;margin:16px;display:grid;grid-template-columns:repeat(auto-fill,minmax(420px,1fr));gap:16px}' +
    'figure{margin:0}img{width:100%;display:block}figcaption{padding:4px 0;color:#fff}';
  writeFileSync(
    join(outDir, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Graft</title><style>${style}</style>${figures.join('\n')}\n`,
  );
}

const filters = process.argv.slice(2);
const wanted = shots.filter(({ name }) => filters.length === 0 || filters.some((filter) => name.startsWith(filter)));
if (filters.length === 0) rmSync(outDir, { recursive: true, force: true });
mkdirSync(outDir, { recursive: true });
const camera = new Camera();
try {
  for (const [index, shot] of wanted.entries()) {
    process.stderr.write(`${index + 1} of ${wanted.length}  ${shot.name}\n`);
    for (const language of ['en', 'ja'] as const) await camera.take(shot, language);
  }
} finally {
  await camera.end();
  await browser.close();
}
writeContactSheet();
for (const trouble of camera.troubles) process.stderr.write(`${trouble}\n`);
process.stdout.write(
  `${wanted.length} screens in ${outDir}; ${camera.troubles.length} ${camera.troubles.length === 1 ? 'trouble' : 'troubles'}\n`,
);
process.exitCode = camera.troubles.length === 0 && wanted.length > 0 ? 0 : 1;
