import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DiskEntry, DiskUsage } from '../../../main/contract/disk.ts';
import type { Task } from '../../../main/contract/tasks.ts';
import DiskSettings from '../../../renderer/screens/settings/DiskSettings.svelte';
import { type GivenCalls, type TestWindow, pretendLayout, show, testWindow } from '../support/testWindow.ts';

beforeAll(pretendLayout);

const entry = (id: string, others: Partial<DiskEntry> = {}): DiskEntry => ({
  ...{
    kind: 'checkpoints',
    id,
    name: `run ${id}`,
    bytes: 320e6,
    keptBecause: null,
    consequence: 'It cannot be resumed.',
  },
  ...others,
});

const usage: DiskUsage = {
  ...{ dataFolder: '/data', cacheFolder: '/cache', freeBytes: 200e9, totalBytes: 500e9 },
  kinds: [
    { kind: 'database', bytes: 4e6, entries: [] },
    {
      kind: 'checkpoints',
      bytes: 960e6,
      entries: [entry('1'), entry('2'), entry('3', { keptBecause: 'it would go on from them' })],
    },
  ],
};

async function* ended(task: Task): AsyncGenerator<Task> {
  yield task;
}

const clearTask: Task = {
  ...{ id: 't1', kind: 'clearDisk', subject: '', state: 'succeeded', progress: null, result: { freedBytes: 640e6 } },
  ...{ error: null, startedAt: 0, finishedAt: 1, heard: false },
};

const calls: GivenCalls = {
  disk: {
    usage: () => usage,
    backups: () => [{ file: '/data/backups/graft-2026-11-20.tar', sizeBytes: 120e6, createdAt: 5 }],
    clear: () => ({ taskId: 't1' }),
    restore: () => null,
  },
  tasks: { list: () => [], watch: () => ended(clearTask) },
};

function open(others: GivenCalls['disk'] = {}): TestWindow {
  const window = testWindow({ ...calls, disk: { ...calls.disk, ...others } });
  show(window, DiskSettings, {});
  return window;
}

const answer = async (name: string): Promise<void> => {
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name }));
};

describe('DiskSettings', () => {
  it('says why something stays, and does not let it be marked', async () => {
    open();
    await userEvent.click(await screen.findByRole('button', { name: /Checkpoints/ }));
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /run 3/ }).disabled).toBe(true);
    expect(screen.getByText('Stays: it would go on from them')).toBeTruthy();
  });

  it('clears what is marked, after a question that says what is lost', async () => {
    const { inputsOf } = open();
    await userEvent.click(await screen.findByRole('button', { name: /Checkpoints/ }));
    await userEvent.click(screen.getByRole('checkbox', { name: /Select all/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Clear…' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('It cannot be resumed.')).toBeTruthy(); // once for both
    expect(inputsOf('disk.clear')).toEqual([]);
    await answer('Clear');
    await waitFor(() => expect(inputsOf('disk.clear')).toEqual([{ ids: ['1', '2'] }]));
    expect(await screen.findByText('640 MB are free again.')).toBeTruthy();
  });

  it('clears nothing when the person turns away', async () => {
    const { inputsOf } = open();
    await userEvent.click(await screen.findByRole('button', { name: /Checkpoints/ }));
    await userEvent.click(screen.getByRole('checkbox', { name: /run 1/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Clear…' }));
    await answer('Cancel');
    expect(inputsOf('disk.clear')).toEqual([]);
    expect(screen.getByText('1 item, 320 MB')).toBeTruthy(); // still marked
  });

  it('restores a backup only after saying that everything is replaced', async () => {
    const { inputsOf } = open();
    await userEvent.click(await screen.findByRole('button', { name: 'Restore…' }));
    expect(await screen.findByText(/is replaced by what graft-2026-11-20.tar holds/)).toBeTruthy();
    await answer('Restore');
    await waitFor(() =>
      expect(inputsOf('disk.restore')).toEqual([{ from: { path: '/data/backups/graft-2026-11-20.tar' } }]),
    );
  });
});

it('says that it counts until there is a figure', async () => {
  const { promise, resolve } = Promise.withResolvers<DiskUsage>();
  open({ usage: async () => promise });
  expect((await screen.findByText(/Counting what holds space/)).getAttribute('role')).toBe('status');
  resolve(usage);
  await screen.findByText(/held by Graft/);
  expect(screen.queryByText(/Counting/)).toBeNull();
});
