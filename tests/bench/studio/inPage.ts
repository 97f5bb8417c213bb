/**
 * What is measured inside the page. A thing counts as shown when the frame after the one that it appeared in begins:
 * until then it may not have been painted.
 */
import type { Page } from 'playwright-core';
import { rounded } from './figures.ts';

/** Where something is: a selector, and a text that it has to contain. */
export interface Sight {
  readonly selector: string;
  readonly text?: string;
}

export type Action =
  | { readonly type: 'click'; readonly selector: string }
  | { readonly type: 'type'; readonly selector: string; readonly text: string };

/**
 * Milliseconds from the action to each sight; a sight that was there before counts from when it is there after the
 * action's own work.
 */
export async function timeTo(page: Page, action: Action, sights: readonly Sight[]): Promise<readonly number[]> {
  const times = await page.evaluate(
    async ({ action: what, sights: wanted }) => {
      const isThere = ({ selector, text }: Sight): boolean =>
        [...document.querySelectorAll(selector)].some(
          (element) => text === undefined || (element.textContent ?? '').includes(text),
        );
      const shown = async (sight: Sight): Promise<number> =>
        new Promise((resolve, reject) => {
          const late = performance.now() + 30_000;
          const look = (): void => {
            if (isThere(sight)) requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
            else if (performance.now() > late)
              reject(new Error(`${sight.selector} ${sight.text ?? ''} did not appear`));
            else requestAnimationFrame(look);
          };
          look();
        });
      const element = document.querySelector(what.selector);
      if (!(element instanceof HTMLElement)) throw new Error(`there is no ${what.selector}`);
      const start = performance.now();
      if (what.type === 'click') element.click();
      else if (element instanceof HTMLInputElement) {
        element.value = what.text;
        element.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }
      const ends = await Promise.all(wanted.map(shown));
      return ends.map((end) => end - start);
    },
    { action, sights },
  );
  return times.map(rounded);
}

/** Records the time between frames until the given work is done, in milliseconds. */
export async function framesDuring(page: Page, work: () => Promise<unknown>): Promise<readonly number[]> {
  await page.evaluate(() => {
    const frames: number[] = [];
    let last: number | undefined;
    const take = (now: number): void => {
      if (last !== undefined) frames.push(now - last);
      last = now;
      if ('isTakingFrames' in window) requestAnimationFrame(take);
    };
    Object.assign(window, { isTakingFrames: true, takenFrames: frames });
    requestAnimationFrame(take);
  });
  await work();
  return page.evaluate(() => {
    const taken = (window as unknown as { readonly takenFrames: readonly number[] }).takenFrames;
    Reflect.deleteProperty(window, 'isTakingFrames');
    return taken;
  });
}

/** Scrolls down a little each frame, as a wheel that does not stop. */
export async function scrollFrames(page: Page, selector: string, frames: number): Promise<void> {
  await page.evaluate(
    async ({ selector: which, frames: count }) => {
      const element = document.querySelector(which);
      if (element === null) throw new Error(`there is no ${which}`);
      for (let frame = 0; frame < count; frame++) {
        element.scrollTop += 240;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    },
    { selector, frames },
  );
}

/** To a place far away, until the row is there. */
export async function jumpTo(
  page: Page,
  selector: string,
  { topPx, sight }: { topPx: number; sight: Sight },
): Promise<number> {
  await page.evaluate(({ selector: which, topPx: top }) => document.querySelector(which)?.scrollTo(0, top), {
    selector,
    topPx,
  });
  const start = Date.now();
  await page.locator(sight.selector, { hasText: sight.text }).first().waitFor();
  return Date.now() - start;
}
