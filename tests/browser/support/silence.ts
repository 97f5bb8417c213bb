/**
 * A screen on which nothing happens asks nothing: a question that is asked again and again takes a core away from
 * training, and nobody sees it.
 */
import type { BrowserContext } from 'playwright-core';
import { Traffic } from './Traffic.ts';

/** Longer than any pause after which a screen might look again. */
export const quietMs = 6_000;
/** By then a screen has what it needs, on a busy machine too. */
const longestMs = 90_000;
/** Side by side: each waits most of its time. */
const windowsAtOnce = 24;

/** What windows at these addresses go on asking: nothing, where each falls silent. One that has makes room. */
export async function neverSilent(context: BrowserContext, addresses: readonly string[]): Promise<readonly string[]> {
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
  const page = await context.newPage();
  const traffic = new Traffic(page);
  await page.goto(address, { timeout: longestMs });
  await page.getByRole('navigation').first().waitFor({ state: 'attached', timeout: longestMs });
  const startMs = performance.now();
  while (traffic.quietMs() < quietMs && performance.now() - startMs < longestMs)
    await new Promise((resolve) => setTimeout(resolve, 250));
  const asked = traffic.quietMs() < quietMs ? traffic.lately(quietMs) : undefined;
  await page.close();
  return asked;
}
