import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';
import CommandPalette from '../../../renderer/components/CommandPalette.svelte';
import { type GivenCalls, type TestWindow, pretendLayout, show, testWindow } from '../support/testWindow.ts';

const adapters = [
  { id: 'a1', name: 'support-voice', method: 'vera', tags: ['ship'] },
  { id: 'a2', name: 'haiku', method: 'lora', tags: [] },
];

const calls: GivenCalls = {
  projects: { list: () => [{ id: 'p1', name: 'Letters', modelId: null, createdAt: 0 }] },
  models: { list: () => [{ id: 'm1', name: 'SmolLM2' }] },
  datasets: { list: () => [{ id: 'd1', name: 'tickets-2026', rows: 4210 }] },
  runs: { list: () => ({ items: [], total: 0 }) },
  adapters: {
    list: ({ search = '' }: { search?: string }) => {
      const items = adapters.filter(({ name }) => name.includes(search));
      return { items, total: items.length, totalBytes: 0 };
    },
  },
  chats: {
    list: () => ({ items: [], total: 0 }),
    search: ({ text }: { text: string }) =>
      text === 'refund'
        ? [
            {
              chatId: 'c1',
              chatTitle: 'Late',
              turnId: 't9',
              role: 'assistant',
              excerpt: 'A \u0001refund\u0002 it is.',
              createdAt: 0,
            },
          ]
        : [],
  },
};

beforeAll(pretendLayout);

async function openPalette(): Promise<TestWindow> {
  const window = testWindow(calls);
  show(window, CommandPalette, { open: true });
  const field = await screen.findByRole('combobox');
  await waitFor(() => expect(document.activeElement).toBe(field));
  return window;
}

const activeName = (): string | null => {
  const id = screen.getByRole('combobox').getAttribute('aria-activedescendant');
  return id === null ? null : (document.getElementById(id)?.textContent.trim() ?? null);
};

describe('CommandPalette', () => {
  it('goes to an adapter that was typed, by Enter alone', async () => {
    const { studio } = await openPalette();
    await userEvent.type(screen.getByRole('combobox'), 'voice');
    await waitFor(() => expect(activeName()).toContain('support-voice'));
    await userEvent.keyboard('{Enter}');
    expect(studio.router.path).toBe('/adapters/a1');
    await waitFor(() => expect(screen.queryByRole('combobox')).toBeNull());
  });

  it('moves with the arrows around the end, and names the row for screen readers', async () => {
    await openPalette();
    expect(activeName()).toBe('Home');
    await userEvent.keyboard('{ArrowDown}');
    expect(activeName()).toBe('Datasets');
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    expect(activeName()).toBe('Keyboard shortcuts');
  });

  it('runs a command, and shows it first the next time', async () => {
    const { studio, inputsOf } = await openPalette();
    await userEvent.type(screen.getByRole('combobox'), 'dark');
    await waitFor(() => expect(activeName()).toBe('Theme: dark'));
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(studio.preferences.value.recentFinds).toEqual(['command:themeDark']));
    expect(inputsOf('preferences.update')).toContainEqual({ theme: 'dark' });
  });

  it('finds what was said in a chat and goes to that message', async () => {
    const { studio } = await openPalette();
    await userEvent.type(screen.getByRole('combobox'), 'refund');
    await userEvent.click(await screen.findByRole('option', { name: /A refund it is/ }));
    expect(studio.router.path).toBe('/chat/c1');
    expect(studio.router.query.get('at')).toBe('t9');
  });

  it('says so when nothing is called like that', async () => {
    await openPalette();
    await userEvent.type(screen.getByRole('combobox'), 'zzzz');
    expect(await screen.findByText('Nothing is called “zzzz”.')).toBeTruthy();
    await userEvent.keyboard('{Enter}'); // does nothing
    expect(screen.getByRole('combobox')).toBeTruthy();
  });

  it('reads nothing before it is opened: every window has one', async () => {
    const window = testWindow(calls);
    show(window, CommandPalette, { open: false });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(window.calls).toEqual([]);
  });
});
