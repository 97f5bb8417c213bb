import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { browserSuite } from './support/suite.ts';

describeWith(chromiumRequirement, 'the first run', () => {
  const suite = browserSuite();
  let page: Page;

  it('starts on an empty data folder with one button', async () => {
    page = await suite.open();
    await page.getByRole('button', { name: 'Train your first adapter' }).click();
    await page.getByText(/Step \d+ of \d+/).waitFor({ timeout: 120_000 });
  });

  it('goes on after a reload, and in a second window', async () => {
    await page.reload();
    const second = await suite.open();
    await Promise.all(
      [page, second].map(async (window) => window.getByText(/\d+ steps in /).waitFor({ timeout: 180_000 })),
    );
    await second.context().close();
  });

  it('ends with base and adapter answering the same question, and leads on into the chat', async () => {
    const goOn = page.getByRole('button', { name: 'Go on chatting with both' });
    await goOn.waitFor({ timeout: 120_000 });
    const answers = await page.getByRole('main').innerText();
    expect(answers).toContain('With your adapter');
    await goOn.click();
    await page.waitForURL(/\/chat\//);
    await page.getByText('Tell me about the sea.').first().waitFor();
  });

  it('leaves an adapter in the library', async () => {
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /Adapters/ })
      .click();
    await page.getByText('Pirate').first().waitFor();
  });
});
