import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { chromiumRequirement } from './support/chromium.ts';
import { browserSuite } from './support/suite.ts';

const rows = [
  ...Array.from({ length: 12 }, (_, index) =>
    JSON.stringify({ frage: `Question ${index}`, reply: `Answer ${index} 日本語` }),
  ),
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
    await (
      await chooser
    ).setFiles({ name: '質問.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from(rows.join('\n')) });
    await page.getByRole('heading', { name: /質問/ }).waitFor();
    await page.getByText('Their values suggest what is chosen').waitFor();
    await page.getByLabel('Role of the column frage').click();
    await page.getByRole('option', { name: /^system/ }).click();
    await page.getByText('Still needs a column for prompt').waitFor();
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

  it('learns a column of a few values as the label with one click, and says in both languages what is left aside', async () => {
    const table = Array.from(
      { length: 12 },
      (_, row) => `荷物 ${row} が届きました。,${row % 2 === 0 ? '北' : '南'},${row}`,
    );
    const file = join(suite.home, '支店.csv');
    writeFileSync(file, `本文,支店,番号\n${table.join('\n')}`);
    const page = await suite.open(`/datasets?import=${encodeURIComponent(`path:${file}`)}`, { locale: 'ja-JP' });
    await page.getByText('支店、番号', { exact: true }).waitFor();
    await page.getByRole('button', { name: '「支店」をラベルとして学習' }).click();
    await page.getByText('本文（text）、支店（label）').waitFor();
    await page.getByRole('button', { name: '取り込む', exact: true }).click();
    await page.waitForURL(/\/datasets\/[^?]+/);
    const aside = page.getByRole('main').locator('dl');
    await expect.poll(async () => aside.innerText()).toMatch(/本文（text）、支店（label）\s*使わない列\s*番号/);
    await page.context().close();

    const english = await suite.open(page.url(), { locale: 'en-US' });
    await expect
      .poll(async () => english.getByRole('main').locator('dl').innerText())
      .toMatch(/支店 \(label\)\s*Left aside\s*番号/);
    await english.context().close();
  });
});
