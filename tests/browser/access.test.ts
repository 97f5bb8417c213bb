import { expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { browserSuite } from './support/suite.ts';

describeWith(chromiumRequirement, 'who may open the studio', () => {
  const suite = browserSuite();

  it('lets the printed address in, takes the token out of the address bar, and breaks no rule of its own policy', async () => {
    const page = await (await suite.browser.newContext()).newPage();
    const refusals: string[] = [];
    page.on(
      'console',
      (message) => message.text().includes('Content Security Policy') && refusals.push(message.text()),
    );
    await page.goto(suite.studio.address);
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(page.url()).not.toContain('token');
    await page.waitForTimeout(500);
    expect(refusals).toEqual([]);
    await page.context().close();
  });

  it('shows nothing to a wrong token but how to come in', async () => {
    const page = await (await suite.browser.newContext()).newPage();
    const response = await page.goto(suite.studio.address.replace(/token=.*/, 'token=guessed'));
    expect(response?.status()).toBe(401);
    expect(await page.getByRole('navigation').count()).toBe(0);
    await page.context().close();
  });

  it('gives a page of another origin no connection, though the browser has the cookie', async () => {
    const page = await suite.open();
    const { port } = new URL(suite.studio.address);
    await page.goto('data:text/html,<title>elsewhere</title>');
    const opened = await page.evaluate(
      async (address) =>
        new Promise((resolve) => {
          const socket = new WebSocket(address);
          socket.onopen = () => resolve(true);
          socket.onerror = () => resolve(false);
        }),
      `ws://127.0.0.1:${port}/rpc`,
    );
    expect(opened).toBe(false);
    await page.context().close();
  });
});
