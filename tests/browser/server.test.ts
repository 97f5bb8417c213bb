/** The server's switch: what a person turns on in one window is on for every window, and other programs can ask. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { connectStudio, type StudioClient, withSample } from './support/studioClient.ts';
import { browserSuite } from './support/suite.ts';

describeWith(chromiumRequirement, 'the server page', () => {
  const suite = browserSuite();
  let client: StudioClient;
  let close: () => void;

  beforeAll(async () => {
    ({ client, close } = await connectStudio(suite.studio.address));
    await withSample(client);
  });
  afterAll(() => close());

  it('turns the server on with a key, shows how to ask it, and off again', async () => {
    const page = await suite.open('/settings/server');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('Base URL').waitFor();
    const second = await suite.open('/settings/server');
    const { address, apiKey } = await client.server.status();
    await second.getByText(address ?? '', { exact: true }).waitFor();
    await second.getByText('openai import OpenAI').waitFor();
    expect((await fetch(`${address ?? ''}/models`)).status).toBe(401);
    const answer = await fetch(`${address ?? ''}/models`, { headers: { Authorization: `Bearer ${apiKey ?? ''}` } });
    expect(await answer.json()).toMatchObject({ data: [{ id: 'sample' }] });
    await second.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
    await expect(fetch(`${address ?? ''}/models`)).rejects.toThrow();
    await page.context().close();
    await second.context().close();
  });
});
