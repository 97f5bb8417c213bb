import { expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { browserSuite } from './support/suite.ts';

const rows = [
  ...Array.from({ length: 12 }, (_, index) => JSON.stringify({ frage: `Question ${index}`, reply: `Answer ${index} 日本語` })),
  '{"frage": "cut off',
  JSON.stringify({ frage: 'No answer here' }),
  JSON.stringify({ frage: 'Last', reply: 'One more' }),
];

describeWith(chromiumRequirement, 'importing a dataset', () => {
  const suite = browserSuite();

  it('maps columns in their headers, lists every bad row with line and reason, and shows what training sees', async () => {
    const page = await suite.open('/datasets');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose files…' }).first().click();
    await (await chooser).setFiles({ name: '質問.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(rows.join('\n')) });
    await page.getByRole('heading', { name: /質問/ }).waitFor();
    await page.getByLabel('Role of the column frage').click();
    await page.getByRole('option', { name: /^prompt/ }).click();
    await page.getByText('2 rows in error among them').waitFor();
    await page.getByRole('button', { name: 'Import', exact: true }).click();

    await page.waitForURL(/\/datasets\/[^?]+/);
    await page.getByText('Question 0').first().waitFor();
    await page.getByRole('tab', { name: /Errors/ }).click();
    await page.getByRole('main').getByText('13', { exact: true }).first().waitFor();
    await page.getByRole('main').getByText('14', { exact: true }).first().waitFor();
    await page.getByText(/2 .*left out, 13 .*kept/).waitFor();

    await page.reload();
    await page.getByRole('tab', { name: /Errors/, selected: true }).waitFor();
    await expect.poll(async () => page.getByRole('main').innerText()).toMatch(/2 .*left out, 13 .*kept/);
    await page.context().close();
  });
});
