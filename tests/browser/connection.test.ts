import { expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { connectStudio, withSample } from './support/studioClient.ts';
import { startStudio } from './support/studioProcess.ts';
import { browserSuite } from './support/suite.ts';

describeWith(chromiumRequirement, 'a lost connection', () => {
  const suite = browserSuite();

  it('is told, and mended by itself when Graft runs again; the run that was cut off offers to go on', async () => {
    const { client, close } = await connectStudio(suite.studio.address);
    const { model, dataset } = await withSample(client);
    const training = { steps: 4000, batchSize: 2, maxLength: 32 };
    const { id } = await client.runs.start({
      name: 'Cut off',
      model: model.id,
      dataset: dataset.id,
      method: 'vera',
      training,
    });
    const page = await suite.open(`/runs/${id}`);
    await page.getByText(/^[1-9][\d,]* of 4,000$/).waitFor({ timeout: 90_000 });
    close();

    await suite.studio.kill();
    await page.getByText('The connection to Graft was lost.').waitFor();
    suite.studio = await startStudio(suite.home); // on the same port, with the same key
    await page.getByText(/The run was interrupted/).waitFor({ timeout: 120_000 });
    await expect.poll(async () => page.getByText('The connection to Graft was lost.').count()).toBe(0);
    await page
      .getByRole('button', { name: /Resume|Start again/ })
      .first()
      .waitFor();
    await page.context().close();
  });
});
