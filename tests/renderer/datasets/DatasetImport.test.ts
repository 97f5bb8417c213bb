import { cleanup, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readingWords } from '../../../main/contract/words/reading.ts';
import type { DatasetFormat } from '../../../main/contract/entities.ts';
import type { DatasetPreview } from '../../../main/contract/workbench.ts';
import DatasetsScreen from '../../../renderer/screens/datasets/DatasetsScreen.svelte';
import { type GivenCalls, pretendLayout, show, testWindow } from '../support/testWindow.ts';

beforeAll(pretendLayout);
afterEach(cleanup);

interface Asked {
  readonly format?: DatasetFormat;
  readonly columns?: Readonly<Record<string, string>>;
}

/** A file whose columns no format knows, as the studio previews it. */
function previewOf({ format, columns = {} }: Asked): DatasetPreview {
  const roles = format === 'prompt' ? ['prompt', 'completion'] : [];
  const roleOf = (name: string): string | null => roles.find((role) => columns[role] === name) ?? null;
  return {
    ...{ fileName: 'tickets.csv', sizeBytes: 900, encoding: 'utf-8', recognised: null, format: format ?? null },
    roles: roles.map((role) => ({ role, required: true })),
    columns: ['frage', 'reply'].map((name) => ({ name, role: roleOf(name), examples: [] })),
    rows: [{ frage: 'Where is it?', reply: 'On its way.' }],
    ...{ notices: [], proposal: null, offers: [] },
    badRows: [{ line: 7, reason: 'empty answer: completion' }],
    problem:
      roles.every((role) => (columns[role] ?? '') !== '') && format !== undefined ? null : readingWords.noColumns(),
  };
}

function open(address: string, calls: GivenCalls = {}) {
  const dataset = { id: 'd9', name: 'tickets', rows: 41 };
  const task = {
    id: 'task',
    kind: 'importDataset',
    subject: 'tickets',
    state: 'succeeded',
    progress: null,
    error: null,
    result: dataset,
  };
  const window = testWindow({
    datasets: {
      preview: previewOf,
      import: () => ({ taskId: 'task' }),
      list: () => [],
      listTrashed: () => [],
      samples: () => [],
    },
    tasks: { list: () => [], watch: () => once(task), get: () => task },
    runs: { list: () => ({ items: [], total: 0 }) },
    ...calls,
  });
  window.studio.router.go(address);
  show(window, DatasetsScreen, {});
  return window;
}

async function* once<Item>(item: Item): AsyncGenerator<Item> {
  yield item;
}

describe('importing a file', () => {
  it('offers roles in the headers where no format is recognised, and imports nothing before the needed ones are there', async () => {
    const { inputsOf } = open('/datasets?import=path:/tickets.csv');
    expect(await screen.findByText(/Still needs a column for prompt, completion/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Import' }).hasAttribute('disabled')).toBe(true);
    expect(inputsOf('datasets.preview').at(-1)).toEqual({ from: { path: '/tickets.csv' }, format: 'prompt' });
  });

  it('imports with exactly the mapping of the address, as a reload finds it, and shows the dataset', async () => {
    const columns = { prompt: 'frage', completion: 'reply' };
    const query = new URLSearchParams({
      import: 'path:/tickets.csv',
      format: 'prompt',
      columns: JSON.stringify(columns),
    });
    const { studio, inputsOf } = open(`/datasets?${query.toString()}`);
    const button = await screen.findByRole('button', { name: 'Import' });
    await waitFor(() => expect(button.hasAttribute('disabled')).toBe(false));
    await userEvent.type(screen.getByLabelText('Name'), 'support');
    await userEvent.click(button);
    await waitFor(() => expect(studio.router.path).toBe('/datasets/d9'));
    expect(inputsOf('datasets.import')).toEqual([
      { from: { path: '/tickets.csv' }, format: 'prompt', columns, name: 'support', trainOn: 'answers' },
    ]);
  });

  it('goes on to the next of several files instead of forgetting it', async () => {
    const columns = JSON.stringify({ prompt: 'frage', completion: 'reply' });
    const { studio } = open(
      `/datasets?import=path:/a.csv&import=path:/b.csv&format=prompt&columns=${encodeURIComponent(columns)}`,
    );
    const button = await screen.findByRole('button', { name: 'Import' });
    await waitFor(() => expect(button.hasAttribute('disabled')).toBe(false));
    await userEvent.click(button);
    await waitFor(() => expect(studio.router.query.getAll('import')).toEqual(['path:/b.csv']));
  });

  it('fills in what the values suggest where the names say nothing, and says that it is a suggestion', async () => {
    const proposal = { format: 'prompt', columns: { prompt: 'frage', completion: 'reply' } } as const;
    const { studio } = open('/datasets?import=path:/tickets.csv', {
      datasets: { preview: (asked: Asked) => ({ ...previewOf(asked), proposal }), list: () => [] },
    });
    expect(await screen.findByText(/Their values suggest what is chosen/)).toBeTruthy();
    expect(studio.router.query.get('columns')).toBe(JSON.stringify(proposal.columns));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Import' }).hasAttribute('disabled')).toBe(false));
  });

  it('says which columns are left aside and what was noticed, and takes another reading with one click', async () => {
    const offer = { format: 'classification', columns: { text: 'frage', label: 'reply' }, column: 'reply' } as const;
    const { studio } = open('/datasets?import=path:/tickets.csv', {
      datasets: {
        list: () => [],
        preview: () => ({
          ...previewOf({ format: 'text' }),
          ...{ recognised: 'text', roles: [{ role: 'text', required: true }], problem: null, offers: [offer] },
          columns: [
            { name: 'frage', role: 'text', examples: [] },
            { name: 'reply', role: null, examples: [] },
          ],
          notices: ['Line 3 was mended.'],
        }),
      },
    });
    expect((await screen.findByText('Left aside')).nextElementSibling?.textContent).toBe('reply');
    expect(screen.getByText('Line 3 was mended.')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Learn “reply” as the label' }));
    await waitFor(() => expect(studio.router.query.get('format')).toBe('classification'));
    expect(studio.router.query.get('columns')).toBe(JSON.stringify(offer.columns));
  });

  it('lists the rows in error before anything is kept', async () => {
    open('/datasets?import=path:/tickets.csv');
    expect(await screen.findByText('empty answer: completion')).toBeTruthy();
    expect(screen.getByText('Line 7')).toBeTruthy();
  });

  it('teaches where there is no dataset, and imports a sample with one click', async () => {
    const { studio, inputsOf } = open('/datasets', {
      datasets: {
        list: () => [],
        listTrashed: () => [],
        samples: () => [{ id: 'pirate-replies', name: 'pirate replies', description: '', rows: 96 }],
        importSample: () => ({ id: 'd1' }),
      },
    });
    expect(await screen.findByText('Rows to learn from')).toBeTruthy();
    await userEvent.click(await screen.findByRole('button', { name: 'Use: pirate replies' }));
    await waitFor(() => expect(studio.router.path).toBe('/datasets/d1'));
    expect(inputsOf('datasets.importSample')).toEqual([{ id: 'pirate-replies' }]);
  });
});
