import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';
import ScreenOutlet from '../../../renderer/components/ScreenOutlet.svelte';
import AdaptersScreen from '../../../renderer/screens/adapters/AdaptersScreen.svelte';
import type { AdapterSummary } from '../../../main/contract/library.ts';
import type { Task } from '../../../main/contract/tasks.ts';
import { type GivenCalls, type TestWindow, pretendLayout, show, testWindow } from '../support/testWindow.ts';
import { detailsOf, libraryCalls, summary } from './library.ts';

beforeAll(pretendLayout);

interface Opened extends TestWindow {
  readonly library: { rows: readonly AdapterSummary[] };
  /** As the change feed would. */
  readonly refresh: () => void;
}

function open(rows: readonly AdapterSummary[], address = '/adapters', more: GivenCalls = {}): Opened {
  const library = { rows };
  const calls = libraryCalls(library);
  const window = testWindow({ ...calls, ...more, adapters: { ...calls.adapters, ...more.adapters } });
  window.studio.router.go(address);
  show(window, AdaptersScreen, { parameters: {} });
  return { ...window, library, refresh: () => window.studio.refresh(['adapters']) };
}

const many = Array.from({ length: 250 }, (_, index) => summary(index));
const list = async (): Promise<HTMLElement> => screen.findByRole('listbox', { name: /^Adapters/ });

describe('AdaptersScreen', () => {
  it('teaches what an adapter is while there is none, with the two ways to one', async () => {
    open([]);
    expect(await screen.findByText('No adapters yet')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Train a new one' }).getAttribute('href')).toBe('/train');
    expect(screen.getByRole('button', { name: 'Import…' })).toBeTruthy();
  });

  it('does not say that nothing is there before it knows', () => {
    open([]);
    expect(screen.queryByText('No adapters yet')).toBeNull();
  });

  it('opens what the arrows reach, and keeps that in the address', async () => {
    const { studio } = open(many);
    const box = await list();
    await within(box).findByText('adapter 0');
    box.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(studio.router.path).toBe('/adapters/a1');
    expect(box.getAttribute('aria-activedescendant')).not.toBeNull();
  });

  it('reads only the pages in view of a long list', async () => {
    const { inputsOf } = open(many);
    await within(await list()).findByText('adapter 0');
    const offsets = inputsOf('adapters.list').map((input) => (input as { offset: number }).offset);
    expect(Math.max(...offsets)).toBe(0);
  });

  it('searches as one types, in the address; "/" goes to the field', async () => {
    const { studio } = open(many);
    await within(await list()).findByText('adapter 0');
    await userEvent.keyboard('/');
    await userEvent.keyboard('adapter 24');
    expect(studio.router.query.get('search')).toBe('adapter 24');
    await waitFor(() =>
      expect(within(screen.getByRole('listbox', { name: /^Adapters/ })).queryByText('adapter 0')).toBeNull(),
    );
    expect(screen.getByText('adapter 240')).toBeTruthy();
  });

  it('closes the adapter that a search hides, and keeps one that it finds', async () => {
    const window = testWindow(libraryCalls({ rows: many }));
    const { studio } = window;
    studio.router.go('/adapters/a7');
    show(window, ScreenOutlet, {});
    await screen.findByRole('heading', { name: 'adapter 7' });
    await userEvent.type(screen.getByRole('searchbox'), 'adapter 7');
    await waitFor(() =>
      expect(window.inputsOf('adapters.list')).toContainEqual(
        expect.objectContaining({ search: 'adapter 7', id: 'a7' }),
      ),
    );
    expect(studio.router.path).toBe('/adapters/a7');
    await userEvent.type(screen.getByRole('searchbox'), '8');
    await waitFor(() => expect(studio.router.path).toBe('/adapters'));
    expect(await screen.findByRole('heading', { name: 'adapter 78' })).toBeTruthy();
    await userEvent.type(screen.getByRole('searchbox'), 'x');
    await screen.findByText('Nothing matches');
    expect(screen.queryByRole('heading', { name: /^adapter/ })).toBeNull();
  });

  it('keeps the search field while a search without answers is taken back: it must not look like an empty library', async () => {
    open(many, '/adapters?search=nothing');
    await screen.findByText('Nothing matches');
    const field = screen.getByRole('searchbox');
    await userEvent.clear(field);
    await userEvent.type(field, 'adapter 24');
    expect(document.activeElement).toBe(field);
    expect(await within(await list()).findByText('adapter 240')).toBeTruthy();
  });

  it('offers to take the filters away where nothing matches', async () => {
    const { studio } = open(many, '/adapters?search=nothing+like+this');
    await screen.findByText('Nothing matches');
    await userEvent.click(screen.getAllByRole('button', { name: 'Clear filters' }).at(-1) ?? document.body);
    expect(studio.router.query.get('search')).toBeNull();
    expect(await within(await list()).findByText('adapter 0')).toBeTruthy();
  });

  it('moves several to the trash with the keyboard, and takes it back', async () => {
    const { library, refresh } = open(many);
    const box = await list();
    await within(box).findByText('adapter 0');
    box.focus();
    await userEvent.keyboard('{ArrowDown}{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    expect(await screen.findByRole('heading', { name: '3 chosen' })).toBeTruthy();
    await userEvent.keyboard('{Delete}');
    await waitFor(() => expect(library.rows.filter(({ trashedAt }) => trashedAt !== null)).toHaveLength(3));
    refresh();
    await waitFor(() => expect(within(box).queryByText('adapter 1')).toBeNull());
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(library.rows.every(({ trashedAt }) => trashedAt === null)).toBe(true);
  });

  it('deletes for good only after the question', async () => {
    const { library, inputsOf } = open([summary(1, { trashedAt: 5 })], '/adapters?trashed=1');
    await userEvent.click(await screen.findByRole('button', { name: 'Delete for good' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/nothing brings them back/)).toBeTruthy();
    expect(inputsOf('adapters.purge')).toEqual([]);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Delete for good' }));
    await waitFor(() => expect(library.rows).toEqual([]));
  });

  it('compares two chosen ones at an address of its own', async () => {
    const { studio } = open(many);
    const box = await list();
    await within(box).findByText('adapter 0');
    box.focus();
    await userEvent.keyboard('{ArrowDown}{Shift>}{ArrowDown}{/Shift}');
    await userEvent.click(await screen.findByRole('button', { name: 'Compare' }));
    expect(studio.router.query.get('compare')).toBe('a0,a1');
    expect(await screen.findByText('All settings are the same.')).toBeTruthy();
    await userEvent.click(screen.getByRole('switch', { name: 'Only differences' }));
    expect(await screen.findByText('Batch size')).toBeTruthy();
  });

  it('keeps a note when its field is left, and takes it back', async () => {
    const { inputsOf, refresh } = open([summary(1, { note: 'old' })]);
    await userEvent.click(await screen.findByRole('button', { name: 'Note: old' }));
    const field = screen.getByRole('textbox', { name: 'Note' });
    await userEvent.clear(field);
    await userEvent.type(field, 'new');
    await userEvent.tab();
    await waitFor(() => expect(inputsOf('adapters.update')).toEqual([{ id: 'a1', note: 'new' }]));
    refresh();
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(inputsOf('adapters.update').at(-1)).toEqual({ id: 'a1', note: 'old' }));
  });

  it('does not rename on Escape, nor to nothing', async () => {
    const { inputsOf } = open([summary(1)]);
    await userEvent.click(await screen.findByRole('button', { name: 'Rename' }));
    await userEvent.keyboard('other{Escape}');
    await userEvent.click(screen.getByRole('button', { name: 'Rename' }));
    await userEvent.clear(screen.getByRole('textbox', { name: 'Name' }));
    await userEvent.keyboard('{Enter}');
    expect(inputsOf('adapters.update')).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Rename' }));
    await userEvent.keyboard('other{Enter}');
    await waitFor(() => expect(inputsOf('adapters.update')).toEqual([{ id: 'a1', name: 'other' }]));
  });

  it('adds a tag by Enter and takes one off', async () => {
    const { inputsOf } = open([summary(1, { tags: ['ship'] })]);
    await userEvent.type(await screen.findByRole('combobox', { name: 'Add a tag' }), 'voice{Enter}');
    expect(inputsOf('adapters.update')).toEqual([{ id: 'a1', tags: ['ship', 'voice'] }]);
    await userEvent.click(screen.getByRole('button', { name: 'Remove the tag ship' }));
    await waitFor(() => expect(inputsOf('adapters.update')).toHaveLength(2));
  });

  it('exports twice: the second time the form is asked again, and each file is handed over', async () => {
    const parity = { of: 'logits', difference: 2e-6, tolerance: 1e-3, rounding: null };
    const truncation = { rank: 4, relativeError: 0.125, layers: [{ name: 'layers.0.q_proj', relativeError: 0.125 }] };
    const result = { files: ['README.md'], parity, truncation, notes: ['A note of the engine.'] };
    const written = { path: '/tmp/x', sizeBytes: 270_000, downloadId: 'd1', export: result };
    const { delivered, inputsOf } = open([summary(1)], '/adapters', {
      adapters: { export: () => ({ taskId: 't1' }), exportSize: () => 271_000_000 },
      tasks: { list: () => [], watch: () => ended(written) },
    });
    for (const times of [1, 2]) {
      await userEvent.click(await screen.findByRole('button', { name: 'Export…' }));
      const dialog = await screen.findByRole('dialog');
      await userEvent.click(within(dialog).getByRole('radio', { name: /Plain LoRA/ }));
      await userEvent.type(within(dialog).getByLabelText('Smaller rank'), '4');
      await userEvent.click(within(dialog).getByRole('button', { name: 'Download' }));
      for (const shown of [/2.0e-6/, /12.5 % of the change/, 'A note of the engine.'])
        expect(await within(dialog).findByText(shown)).toBeTruthy();
      expect(delivered).toHaveLength(times);
      await userEvent.click(within(dialog).getAllByRole('button', { name: 'Close' }).at(-1) ?? dialog);
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    }
    const asked = { id: 'a1', to: 'lora', options: { rank: 4 }, target: { download: true } };
    expect(inputsOf('adapters.export')).toEqual([asked, asked]);
  });

  it('offers what needs the base only where it is known', async () => {
    open([summary(1, { modelId: null })]);
    await userEvent.click(await screen.findByRole('button', { name: 'Export…' }));
    const dialog = await screen.findByRole('dialog');
    const radio = (name: RegExp): HTMLInputElement => within(dialog).getByRole('radio', { name });
    expect(radio(/PEFT, its own/).disabled).toBe(false);
    expect(radio(/GGUF LoRA/).disabled).toBe(true);
  });

  it('fetches one of the hub, asks for nothing that is no id, and offers to fetch the base that it says', async () => {
    const adapter = detailsOf(summary(7, { modelId: null })).adapter;
    const missing = { kind: 'baseMissing', base: 'owner/base', fetch: 'owner/base', isQuantised: false } as const;
    const { inputsOf } = open([summary(1)], '/adapters?import=hub', {
      adapters: { import: () => ({ taskId: 't1' }) },
      tasks: { list: () => [], watch: () => ended({ adapter, notices: [{ kind: 'projectionDiffers' }, missing] }) },
      models: { list: () => [], fetch: () => ({ taskId: 't2' }) },
    });
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByLabelText('Adapter id'), 'no id{Enter}');
    expect(within(dialog).getByText(/An id looks like owner\/name/)).toBeTruthy();
    expect(inputsOf('adapters.import')).toEqual([]);
    await userEvent.clear(within(dialog).getByLabelText('Adapter id'));
    await userEvent.type(within(dialog).getByLabelText('Adapter id'), 'https://hub.example/owner/lora/tree/v1{Enter}');
    expect(await screen.findByText(/says that it is for owner\/base/)).toBeTruthy();
    expect(inputsOf('adapters.import')).toEqual([{ from: { hub: 'owner/lora@v1' } }]);
    await userEvent.click(screen.getByRole('button', { name: 'Fetch owner/base' }));
    await waitFor(() => expect(inputsOf('models.fetch')).toEqual([{ source: 'owner/base' }]));
  });

  it('says what is to be known of an adapter that came in, and only then', async () => {
    const adapter = detailsOf(summary(7)).adapter;
    const notices = [
      { kind: 'converted', tool: 'mlx-lm' },
      { kind: 'baseFound', base: 'x-4bit', model: 'mine', isQuantised: true },
    ] as const;
    open([summary(1)], '/adapters?import=hub', {
      adapters: { import: () => ({ taskId: 't1' }) },
      tasks: { list: () => [], watch: () => ended({ adapter, notices }) },
    });
    await userEvent.type(await screen.findByLabelText('Adapter id'), 'owner/lora{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Good to know about adapter 7' });
    expect(
      within(dialog)
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    ).toEqual([
      expect.stringMatching(/layout of mlx-lm/),
      expect.stringMatching(/x-4bit; your mine/),
      expect.stringMatching(/quantised/),
    ]);
    await userEvent.click(within(dialog).getAllByRole('button', { name: 'Close' }).at(-1) ?? dialog);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

async function* ended(result: unknown): AsyncGenerator<Task> {
  yield {
    ...{
      id: 't1',
      kind: 'exportAdapter',
      subject: '',
      state: 'succeeded',
      progress: null,
      error: null,
      startedAt: 0,
      finishedAt: 1,
      heard: false,
    },
    result,
  };
}
