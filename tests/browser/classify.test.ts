/** An encoder as a person meets it: trained on labelled texts through the form, then asked for the label of a text. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { weatherRows, writeTinyEncoder } from '../support/tinyEncoder.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { connectStudio, ended, type StudioClient } from './support/studioClient.ts';
import { browserSuite } from './support/suite.ts';

describeWith(chromiumRequirement, 'an encoder', () => {
  const suite = browserSuite();
  let client: StudioClient;
  let close: () => void;
  let form = '';

  beforeAll(async () => {
    ({ client, close } = await connectStudio(suite.studio.address));
    const encoder = writeTinyEncoder(join(suite.home, 'brought', 'sorter'), 'bert');
    const rows = join(suite.home, 'brought', 'weather.jsonl');
    writeFileSync(rows, weatherRows);
    const { model } = await ended(client, client.models.import({ from: { path: encoder } }));
    const dataset = await ended(client, client.datasets.import({ from: { path: rows } }));
    form = `/train?model=${model.id}&dataset=${dataset.id}&method=lora`;
  });
  afterAll(() => close());

  it('is trained with a head, shows what it measured instead of prompts, and sorts a text with its adapter beside the base', async () => {
    const page = await suite.open(form);
    await page.getByLabel('Steps', { exact: true }).fill('20');
    await page.getByLabel('Learning rate', { exact: true }).fill('0.05');
    await page.getByLabel('Head learning rate', { exact: true }).fill('0.05');
    await page.getByRole('textbox', { name: 'Name' }).fill('Weather');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.waitForURL(/\/runs\/.+/);

    await page.getByRole('main').getByRole('link', { name: 'Classify' }).waitFor({ timeout: 90_000 });
    await page.getByText('Accuracy').first().waitFor();
    expect(await page.getByText(/What it sa(id|ys)/).count()).toBe(0);

    await page.getByRole('main').getByRole('link', { name: 'Classify' }).click();
    await page.getByLabel('Text', { exact: true }).fill('a sun');
    await page.getByLabel('Base', { exact: true }).check();
    await page.getByRole('button', { name: 'Classify' }).click();
    const answers = page.getByRole('region', { name: 'Answers' });
    await answers.getByRole('heading', { name: 'Weather' }).waitFor({ timeout: 120_000 });
    const first = answers.locator('section').filter({ hasText: 'Weather' }).getByRole('listitem').first();
    await expect.poll(async () => first.textContent()).toMatch(/^\s*dry/);
    await answers.getByRole('heading', { name: 'Base' }).waitFor();
    await page.context().close();
  });

  it('is where the palette finds it', async () => {
    const page = await suite.open('/');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('classify');
    await page.getByRole('option', { name: 'Classify' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/classify/);
    await page.getByRole('heading', { name: 'Classify', level: 1 }).waitFor();
    await page.context().close();
  });
});
