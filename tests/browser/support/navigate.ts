/** Ways from screen to screen within one window. */
import type { Page } from 'playwright-core';

/** As a link does: the screen changes, the page stays, with what it has loaded. */
export async function followTo(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, address);
}
