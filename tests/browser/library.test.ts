import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { connectStudio, type StudioClient, trainBriefly, withSample } from './support/studioClient.ts';
import { browserSuite } from './support/suite.ts';

describeWith(chromiumRequirement, 'the adapter library', () => {
  const suite = browserSuite();
  let client: StudioClient;
  let close: () => void;

  beforeAll(async () => {
    ({ client, close } = await connectStudio(suite.studio.address));
    await trainBriefly(client, await withSample(client), 'Keep me');
  });
  afterAll(() => close());

  it('moves to the trash and back, and another window sees both', async () => {
    const page = await suite.open('/adapters');
    const second = await suite.open('/adapters');
    await page.getByText('Keep me').first().click();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: /Move to trash/ }).click();
    await second.getByText('No adapters yet').waitFor();
    await page.getByText('Keep me is in the trash.').waitFor();
    await second.goto(new URL('/adapters?trashed=1', suite.studio.address).href);
    await second.getByText('Keep me').first().click();
    await second.getByRole('button', { name: 'Restore' }).first().click();
    await expect.poll(async () => (await client.adapters.list({})).total).toBe(1);
    await page.getByRole('main').getByText('Keep me', { exact: true }).first().waitFor();
    await page.context().close();
    await second.context().close();
  });

  it('is found by what is typed, from anywhere', async () => {
    const page = await suite.open();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('keep me');
    await page
      .getByRole('option', { name: /Keep me/ })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/adapters\/|\/runs\//);
    await page.context().close();
  });
});
