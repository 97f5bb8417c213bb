/**
 * Waits until a page looks as it will: fonts are there and nothing has changed for a moment, or (where a run is live)
 * for long enough.
 */
import type { Page } from 'playwright-core';

export interface Quiet {
  readonly quietMs: number;
  readonly longestMs: number;
}

export async function settle(page: Page, quiet: Quiet = { quietMs: 250, longestMs: 3000 }): Promise<void> {
  await page.evaluate(
    async ({ quietMs, longestMs }) =>
      new Promise<void>((resolve) => {
        let timer = setTimeout(end, quietMs);
        const latest = setTimeout(end, longestMs);
        const observer = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(end, quietMs);
        });
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        function end(): void {
          clearTimeout(timer);
          clearTimeout(latest);
          observer.disconnect();
          void document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
        }
      }),
    quiet,
  );
}
