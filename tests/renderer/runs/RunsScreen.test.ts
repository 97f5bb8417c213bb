import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { RunSummary } from '../../../main/contract/runHistory.ts';
import RunsScreen from '../../../renderer/screens/runs/RunsScreen.svelte';
import { pretendLayout, show, testWindow, type TestWindow } from '../support/testWindow.ts';
import { details, summary } from './madeUpRuns.ts';

vi.mock('../../../renderer/components/chart/Chart.svelte', async () => import('./ChartStandIn.svelte'));

beforeAll(pretendLayout);

interface Asked {
  readonly states?: readonly string[];
  readonly search?: string;
  readonly offset?: number;
  readonly limit: number;
}

function open(all: readonly RunSummary[], address = '/runs'): TestWindow {
  const trashed = new Set<string>();
  const list = ({ states, search = '', offset = 0, limit }: Asked) => {
    const items = all.filter(
      (run) => !trashed.has(run.id) && (states?.includes(run.state) ?? true) && run.name.includes(search),
    );
    return { items: items.slice(offset, offset + limit), total: items.length };
  };
  const window = testWindow({
    app: { info: () => ({ ownsQueue: true }) },
    projects: { list: () => [{ id: 'p', name: 'Default', modelId: null, createdAt: 1 }] },
    runs: {
      ...{ list, reorder: () => null, stop: () => null },
      get: ({ id }: { id: string }) => details(id),
      curves: ({ id }: { id: string }) => ({ runId: id, lastStep: 1, curves: [], evaluations: [], marks: [] }),
      remove: ({ id }: { id: string }) => trashed.add(id),
      restore: ({ id }: { id: string }) => trashed.delete(id),
    },
  });
  window.studio.router.go(address);
  show(window, RunsScreen, {});
  return window;
}

const queue = [
  summary('a', { state: 'running', step: 10 }),
  ...['b', 'c', 'd'].map((id) => summary(id, { state: 'queued', step: 0 })),
];

describe('the queue', () => {
  it('is reordered with buttons, towards the end as well', async () => {
    const { inputsOf } = open(queue);
    await userEvent.click(await screen.findByRole('button', { name: 'Move run d up' }));
    await userEvent.click(screen.getByRole('button', { name: 'Move run c down' }));
    expect(inputsOf('runs.reorder')).toEqual([
      { id: 'd', before: 'c' },
      { id: 'c', before: null },
    ]);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Move run b up' }).disabled).toBe(true);
  });
});

describe('the history', () => {
  const history = [summary('x'), summary('y', { state: 'failed' }), summary('z')];

  it('teaches while nothing was trained, and not before it knows', async () => {
    open([]);
    expect(screen.queryByText('Nothing was trained yet')).toBeNull();
    expect(await screen.findByText('Nothing was trained yet')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Train an adapter' }).getAttribute('href')).toBe('/train');
  });

  it('says that it is being read, and why it could not be: the screen stayed empty without the project or the connection', async () => {
    const lost = new GraftError('network', verbatim('The connection to Graft was lost.'), {
      remedy: verbatim('It comes back.'),
    });
    let isLost = true;
    const window = testWindow({
      app: { info: () => ({ ownsQueue: true }) },
      projects: {
        list: () => (isLost ? Promise.reject(lost) : [{ id: 'p', name: 'Default', modelId: null, createdAt: 1 }]),
      },
      runs: { list: () => (isLost ? Promise.reject(lost) : { items: [], total: 0 }) },
    });
    window.studio.router.go('/runs');
    show(window, RunsScreen, {});
    expect(screen.getByRole('status').textContent).toBe('Loading…');
    expect(await screen.findByRole('heading', { name: 'The runs could not be read.' })).toBeTruthy();
    expect(screen.getByText('What trains and waits could not be read.')).toBeTruthy();
    expect(screen.queryByText('Nothing was trained yet')).toBeNull();
    isLost = false;
    window.studio.refresh(['projects', 'runs']); // as a new connection does
    expect(await screen.findByText('Nothing was trained yet')).toBeTruthy();
    expect(screen.queryByText('What trains and waits could not be read.')).toBeNull();
  });

  it('says how many of the selected a search hides, before they go to the trash unseen', async () => {
    open(history);
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Select run x' }));
    await userEvent.click(screen.getByRole('checkbox', { name: 'Select run z' }));
    await userEvent.type(screen.getByRole('searchbox'), 'z');
    expect((await screen.findByText(', 1 not in this list')).closest('[role=toolbar]')).toBeTruthy();
  });

  it('compares what is selected, in the address', async () => {
    const { studio } = open(history);
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Select run x' }));
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Compare' }).disabled).toBe(true);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Select run z' }));
    await userEvent.click(screen.getByRole('button', { name: 'Compare' }));
    expect(studio.router.query.get('compare')).toBe('x,z');
    expect(await screen.findByText('Their settings are the same.')).toBeTruthy();
  });

  it('moves to the trash and takes it back', async () => {
    const { studio, inputsOf } = open(history);
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Select run y' }));
    await userEvent.click(screen.getByRole('button', { name: 'Move to trash' }));
    studio.refresh(['runs']);
    await waitFor(() => expect(screen.queryByText('run y')).toBeNull());
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(inputsOf('runs.restore')).toEqual([{ id: 'y' }]);
  });

  it('finds by name and offers to clear the filters where nothing fits', async () => {
    const { studio } = open(history);
    await screen.findByText('run x');
    await userEvent.type(screen.getByRole('searchbox', { name: 'Search' }), 'no such');
    expect(studio.router.query.get('search')).toBe('no such');
    await userEvent.click(await screen.findByRole('button', { name: 'Clear the filters' }));
    expect(await screen.findByText('run x')).toBeTruthy();
  });

  it('stays quick with hundreds of runs: a page at a time', async () => {
    const { studio } = open(Array.from({ length: 230 }, (_, index) => summary(`n${index}`)));
    await screen.findByText('run n0');
    expect(within(screen.getByRole('table')).getAllByRole('row')).toHaveLength(101);
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(studio.router.query.get('page')).toBe('2');
    expect(await screen.findByText('run n100')).toBeTruthy();
    expect(screen.getByText('101–200 of 230')).toBeTruthy();
  });
});
