import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { connectStudio, type StudioClient, trainBriefly, withSample } from './support/studioClient.ts';
import { browserSuite } from './support/suite.ts';

describeWith(chromiumRequirement, 'chat', () => {
  const suite = browserSuite();
  let client: StudioClient;
  let close: () => void;
  let adapters: readonly string[];

  beforeAll(async () => {
    ({ client, close } = await connectStudio(suite.studio.address));
    const sample = await withSample(client);
    const one = await trainBriefly(client, sample, 'First voice');
    const other = await trainBriefly(client, sample, 'Second voice');
    adapters = [one.id, other.id];
    const preferences = await client.preferences.get();
    await client.preferences.update({ sampling: { ...preferences.sampling, maxTokens: 24 } });
  });
  afterAll(() => close());

  it('swaps the adapter in the middle of a conversation and says how long the swap took', async () => {
    const page = await suite.open(`/chat?adapter=${adapters[0]}`);
    const composer = page.getByRole('textbox', { name: 'Message' });
    await composer.fill('Tell me about the sea.');
    await composer.press('Enter');
    await page
      .getByText(/tok\/s/)
      .first()
      .waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Swap First voice for another' }).click();
    await page.getByRole('option', { name: /Second voice/ }).click();
    await composer.fill('And of the land?');
    await composer.press('Enter');
    await expect.poll(async () => page.getByText(/swapped in/).count(), { timeout: 120_000 }).toBe(2);
    await page.reload();
    await page.getByText('And of the land?').first().waitFor();
    await page.context().close();
  });

  it('compares blind, reveals the names with the vote, and counts it', async () => {
    const page = await suite.open(`/chat?adapter=${adapters[0]}&compare=${adapters[1]}`);
    await page.getByRole('switch', { name: /Blind/ }).click();
    const composer = page.getByRole('textbox', { name: 'Message' });
    await composer.fill('Who are you?');
    await composer.press('Enter');
    const prefer = page.getByRole('button', { name: /Prefer this answer/ });
    await expect.poll(async () => prefer.count(), { timeout: 90_000 }).toBeGreaterThan(1);
    await page.getByText('Answer A', { exact: true }).waitFor();
    await prefer.first().click();
    await page.getByText('Preferred').waitFor();
    expect(await page.getByText('Answer A', { exact: true }).count()).toBe(0);
    expect((await client.chats.tally()).reduce((sum, { won }) => sum + won, 0)).toBe(1);
    await page.context().close();
  });
});
