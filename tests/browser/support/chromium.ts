/**
 * The Chromium of the browser tests: the one that CHROMIUM names, else the npm package's (Linux on x64), started with
 * its usual protections but for the sandbox, which containers lack.
 */
import { chromium as playwright, type Browser } from 'playwright-core';
import type { Requirement } from '../../support/requirements.ts';

const executable = await findChromium();

export const chromiumRequirement: Requirement = {
  reason: executable === undefined ? 'there is no Chromium here: name one in the environment as CHROMIUM' : null,
};

/** For vitest, before all files: the package unpacks in place, and a second file would start what is half written. */
export async function setup(): Promise<void> {
  await findChromium();
}

export async function launchChromium(): Promise<Browser> {
  if (executable === undefined) throw new Error('a suite forgot to ask for chromiumRequirement');
  return playwright.launch({ executablePath: executable, args: ['--no-sandbox'] });
}

async function findChromium(): Promise<string | undefined> {
  const { CHROMIUM } = process.env;
  if (CHROMIUM !== undefined && CHROMIUM !== '') return CHROMIUM;
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}
