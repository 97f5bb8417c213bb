import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { Task } from '../../../main/contract/tasks.ts';
import type { DatasetRow } from '../../../main/contract/workbench.ts';
import DatasetScreen from '../../../renderer/screens/datasets/DatasetScreen.svelte';
import { type GivenCalls, pretendLayout, show, testWindow } from '../support/testWindow.ts';

beforeAll(pretendLayout);
afterEach(cleanup);

const badRows = [{ line: 12, reason: 'not JSON' }];
const reading = {
  usedColumns: [{ role: 'prompt', column: 'question' }],
  unusedColumns: ['id', 'source'],
  notices: ['Line 7 was mended.'],
  classes: null,
};
const dataset = {
  ...{
    id: 'd1',
    name: 'tickets',
    format: 'prompt',
    rows: 50_000,
    badRows,
    badRowCount: 1,
    sizeBytes: 9e6,
    trainOn: 'answers',
  },
  reading,
};
/** Lines 1 to 11, then 13 on: line 12 could not be read. */
const rowAt = (row: number): DatasetRow => {
  const turns = [
    { role: 'prompt', text: `question ${row}` },
    { role: 'completion', text: `answer ${row}` },
  ];
  return { row, line: row < 11 ? row + 1 : row + 2, turns };
};

interface RowsInput {
  readonly offset: number;
  readonly limit: number;
  readonly search?: string;
}

function open(address: string, calls: GivenCalls['datasets'] = {}) {
  const page = ({ offset, limit, search }: RowsInput) => {
    const total = search === undefined ? dataset.rows : 2;
    const indices =
      search === undefined
        ? Array.from({ length: Math.min(limit, total - offset) }, (_, index) => offset + index)
        : [70, 900];
    return { items: indices.map(rowAt), total };
  };
  const window = testWindow({
    datasets: { get: () => dataset, rows: page, ...calls },
    models: {
      list: () => [{ id: 'm1', name: 'sample', family: 'llama', hasTokenizer: true, shape: { maxPositions: 512 } }],
    },
    projects: { list: () => [] },
    tasks: { list: () => [], cancel: () => null },
  });
  window.studio.router.go(address);
  show(window, DatasetScreen, { parameters: { id: 'd1' } });
  return window;
}

const list = async (): Promise<HTMLElement> => screen.findByRole('listbox', { name: 'Rows' });

describe('the rows of a dataset', () => {
  it('reads only the pages in sight of fifty thousand rows', async () => {
    const { inputsOf } = open('/datasets/d1');
    await within(await list()).findByText('question 0');
    expect(inputsOf('datasets.rows').every((input) => (input as RowsInput).offset === 0)).toBe(true);
  });

  it.each([
    ['prompt', ['Asked', 'Answered']],
    ['classification', ['Text', 'Label']],
  ])('are headed by what they are: %s', async (format, headings) => {
    open('/datasets/d1', { get: () => ({ ...dataset, format }) });
    await list();
    for (const heading of headings) expect(screen.getByText(heading)).toBeTruthy();
  });

  it('walks with the arrows, keeps the row in the address, and does not begin the list anew', async () => {
    const { studio, inputsOf } = open('/datasets/d1');
    const box = await list();
    await userEvent.click(await within(box).findByText('question 2'));
    expect(studio.router.query.get('row')).toBe('3');
    box.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await waitFor(() => expect(studio.router.query.get('row')).toBe('5'));
    expect(await screen.findByText('line 5 of the file')).toBeTruthy();
    expect(inputsOf('datasets.rows').filter((input) => (input as RowsInput).limit === 100)).toHaveLength(1);
  });

  it('shows a found row by its place in the dataset, not in the search', async () => {
    const { studio } = open('/datasets/d1');
    await userEvent.type(await screen.findByRole('searchbox', { name: 'Search the rows' }), 'late');
    await userEvent.click(await within(await list()).findByText('question 900'));
    expect(studio.router.query.get('row')).toBe('901');
    expect(studio.router.query.get('search')).toBe('late');
  });

  it('jumps from a row in error to the row after its line', async () => {
    const { studio } = open('/datasets/d1?tab=errors');
    await userEvent.click(await screen.findByRole('button', { name: 'Row after it (12)' }));
    await waitFor(() => expect(studio.router.query.get('row')).toBe('12'));
  });
});

describe('how the file was read', () => {
  it('is said above the rows: columns used, left aside, notices', async () => {
    open('/datasets/d1');
    expect(await screen.findByText('question (prompt)')).toBeTruthy();
    expect(screen.getByText('id, source')).toBeTruthy();
    expect(screen.getByText('Line 7 was mended.')).toBeTruthy();
  });

  it.each([
    ['prompt', 'answers', 'trains on the answers'],
    ['prompt', 'all', 'trains on everything'],
    ['text', 'answers', 'trains on everything'],
    ['tokens', 'answers', 'trains on everything'],
  ])('never says that answers are trained where all is: %s, %s', async (format, trainOn, words) => {
    open('/datasets/d1', { get: () => ({ ...dataset, format, trainOn }) });
    expect(await screen.findByText(words)).toBeTruthy();
  });
});

describe('what the model sees', () => {
  it('crosses out what the cut of the address takes and counts what is left to train', async () => {
    const tokens = ['<u>', 'a', 'b', 'c'].map((text, id) => ({ id, text, trained: id > 1 }));
    const { inputsOf } = open('/datasets/d1?tab=sees&row=5&cut=3', {
      view: () => ({ rows: [{ row: 4, piece: 0, pieces: 1, text: '', tokens, truncated: 0 }] }),
    });
    expect(await screen.findByText('1 of 3 tokens trained')).toBeTruthy();
    expect(screen.getByText('1 cut off')).toBeTruthy();
    expect(screen.getByText('c').className).toContain('line-through');
    expect(inputsOf('datasets.view')).toMatchObject([{ id: 'd1', modelId: 'm1', from: 4, count: 10 }]);
  });
});

describe('lengths', () => {
  const lengths = {
    min: 4,
    median: 20,
    p95: 60,
    max: 99,
    histogram: [
      { from: 4, to: 52, count: 49_000 },
      { from: 52, to: 100, count: 1000 },
    ],
  };
  const statistics = ({ maxLength }: { maxLength: number }) => ({
    ...{
      lengths,
      totalTokens: 1000 * Math.min(99, maxLength),
      trainedTokens: 10 * maxLength,
      emptyRows: 0,
      longestRow: 9,
      duplicates: [],
    },
    truncatedRows: maxLength < 99 ? 123 : 0,
    lostTrainedTokens: maxLength < 99 ? 456 : 0,
    spelled: { rows: 2, tokens: 5, countAs: 'text' },
    pieceCounts: { pieces: 50_000, splitRows: 0, splitPieces: 0, ownWords: 0, closedThoughts: 0, leavesOut: 0 },
  });

  it('are a task with its progress while they are counted for the first time, which can be cancelled and tried again', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const { studio, inputsOf } = open('/datasets/d1?tab=lengths', { statistics: async () => promise });
    await screen.findByText('Counting the tokens of 50,000 rows …');
    const progress = { label: 'Tokenising', done: 12_800, total: 50_000, unit: 'rows' };
    const task = { id: 't1', kind: 'countTokens', subject: 'tickets, sample', state: 'running', progress };
    studio.tasks.tasks = [task as unknown as Task];
    expect(await screen.findByText('Tokenising 12,800 / 50,000')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(inputsOf('tasks.cancel')).toEqual([{ id: 't1' }]));
    studio.tasks.tasks = [];
    reject(new GraftError('cancelled', verbatim('Cancelled.')));
    await userEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(inputsOf('datasets.statistics')).toHaveLength(2));
  });

  it('takes a typed cut into the address, the exact counts, and the way to training', async () => {
    const { studio, inputsOf } = open('/datasets/d1?tab=lengths', { statistics });
    const field = await screen.findByLabelText('Cut rows to', { selector: 'input' });
    await userEvent.clear(field);
    await userEvent.type(field, '50{Tab}');
    await waitFor(() => expect(studio.router.query.get('cut')).toBe('50'));
    expect(await screen.findByText(/^123/)).toBeTruthy();
    expect(screen.getByText('456 (48 %)')).toBeTruthy(); // of 500 + 456 trained tokens
    expect(screen.getByText(/2 rows: the text spells special tokens of this model \(5 in all\)/)).toBeTruthy();
    expect(inputsOf('datasets.statistics').at(-1)).toEqual({ id: 'd1', modelId: 'm1', maxLength: 50 });
    expect(screen.getByRole('link', { name: 'Train with this cut' }).getAttribute('href')).toBe(
      '/train?dataset=d1&maxLength=50',
    );
  });
});

describe('the labels of a dataset', () => {
  const labelled = { ...dataset, format: 'classification' };

  it('stand with their rows, also a class of no row, and what an encoder makes of them', async () => {
    const counts = [
      { label: '1', rows: 30 },
      { label: '2', rows: 12 },
      { label: '3', rows: 0 },
    ];
    open('/datasets/d1?tab=labels', { get: () => labelled, labels: () => counts });
    const bars = within(await screen.findByRole('region', { name: 'Labels' })).getAllByRole('listitem');
    expect(bars.map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim())).toEqual([
      '1 30',
      '2 12',
      '3 no row',
    ]);
    expect(screen.getByText(/tell 3 classes apart.*regression under Task/)).toBeTruthy();
  });

  it('of fractions are values', async () => {
    const counts = ['0.5', '2.5'].map((label) => ({ label, rows: 1 }));
    open('/datasets/d1?tab=labels', { get: () => labelled, labels: () => counts });
    expect(await screen.findByText(/come near to these numbers, from 0.5 to 2.5/)).toBeTruthy();
  });

  it('have no place where there are none', async () => {
    open('/datasets/d1?tab=labels');
    await list();
    expect(screen.queryByRole('tab', { name: 'Labels' })).toBeNull();
  });
});
