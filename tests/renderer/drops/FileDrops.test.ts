import { cleanup, fireEvent, screen, waitFor } from '@testing-library/svelte';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileKind } from '../../../main/contract/machine.ts';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import FileDrops from '../../../renderer/components/drops/FileDrops.svelte';
import { draggedKind } from '../../../renderer/components/drops/draggedKind.ts';
import type { PickOptions, PickedFile } from '../../../renderer/lib/platform.ts';
import { pretendLayout, show, testWindow } from '../support/testWindow.ts';

beforeAll(pretendLayout);

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const transferOf = (types: readonly string[]) => ({ types, items: [{ kind: 'file', type: '' }], dropEffect: '' });

/** A window over which `files` are dropped; the studio calls each what `kinds` says. */
async function drop(files: Readonly<Record<string, FileKind | Uint8Array>>) {
  cleanup(); // another window's listener would take the drop first
  const recognise = ({ from }: { from: { uploadId: string } }): FileKind => {
    const kind = files[from.uploadId];
    if (typeof kind !== 'string') throw new GraftError('unsupported', verbatim('not this'));
    return kind;
  };
  const window = testWindow({ app: { recognise } });
  const forgotten: string[] = [];
  const { platform } = window.studio;
  platform.dropped = async (_, { accepts }: PickOptions = {}) =>
    Object.entries(files)
      .filter(([name, content]) => accepts?.(name, content instanceof Uint8Array ? content : new Uint8Array()) ?? true)
      .map(([name]): PickedFile => ({ name, source: { uploadId: name } }));
  platform.forget = async ({ name }) => void forgotten.push(name);
  show(window, FileDrops, {});
  const event = await fireEvent.drop(document.body, { dataTransfer: transferOf(['Files']) });
  return { ...window, forgotten, isTaken: !event };
}

describe('a drop anywhere', () => {
  it('never leaves Graft: also a link, a picture of a page, or a file that is refused', async () => {
    const { isTaken } = await drop({ 'a.png': png });
    expect(isTaken).toBe(true);
    expect(await fireEvent.drop(document.body, { dataTransfer: transferOf(['text/uri-list']) })).toBe(false);
    const field = document.body.appendChild(document.createElement('textarea'));
    // text into a field is text
    expect(await fireEvent.drop(field, { dataTransfer: transferOf(['text/plain']) })).toBe(true);
    field.remove();
  });

  it('says what will happen while files are over it, and nothing for text', async () => {
    await drop({});
    await fireEvent.dragEnter(document.body, { dataTransfer: transferOf(['text/plain']) });
    expect(screen.queryByRole('status')).toBeNull();
    await fireEvent.dragEnter(document.body, { dataTransfer: transferOf(['Files']) });
    expect(screen.getByRole('status').textContent).toContain('is previewed, and becomes a dataset');
    await fireEvent.dragLeave(document.body, { dataTransfer: transferOf(['Files']) });
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('leaves a list alone that is being sorted', async () => {
    await drop({});
    const row = document.body.appendChild(document.createElement('div'));
    row.addEventListener('dragover', (event) => event.preventDefault());
    const dataTransfer = { ...transferOf(['text/plain']), dropEffect: 'move' };
    await fireEvent.dragOver(row, { dataTransfer });
    expect(dataTransfer.dropEffect).toBe('move');
    row.remove();
  });

  it('goes to the screen of its kind, with all of it', async () => {
    const rows = await drop({ 'a.csv': 'dataset', 'b.csv': 'dataset' });
    await waitFor(() => expect(rows.studio.router.path).toBe('/datasets'));
    expect(rows.studio.router.query.getAll('import')).toEqual(['upload:a.csv', 'upload:b.csv']);
    const adapters = await drop({ voice: 'adapter', 'all.tar.gz': 'adapterArchive' });
    await waitFor(() => expect(adapters.studio.router.path).toBe('/adapters'));
    expect(adapters.studio.arrivals.take('adapters').map(({ name }) => name)).toEqual(['voice', 'all.tar.gz']);
    expect(adapters.studio.arrivals.take('adapters')).toEqual([]);
    const backup = await drop({ 'b.tar': 'backup' });
    await waitFor(() => expect(backup.studio.router.path).toBe('/settings/disk'));
  });

  it('sends nothing of what is known to be refused, says why, and takes the rest', async () => {
    const { studio, inputsOf } = await drop({ 'photo.csv': png, 'w.safetensors': new Uint8Array(), model: 'model' });
    await waitFor(() => expect(studio.router.path).toBe('/models'));
    expect(inputsOf('app.recognise')).toEqual([{ from: { uploadId: 'model' } }]);
    const told = studio.toasts.toasts.map(({ text }) => text);
    expect(told).toEqual([
      'photo.csv is a PNG picture, which Graft cannot take.',
      'w.safetensors holds weights alone.',
    ]);
  });

  it('of several kinds at once is refused, and what was sent is forgotten', async () => {
    const { studio, forgotten } = await drop({ 'a.csv': 'dataset', model: 'model' });
    await waitFor(() => expect(studio.toasts.toasts[0]?.text).toBe('These are of different kinds: a.csv, model.'));
    expect(studio.router.path).toBe('/');
    expect(forgotten).toEqual(['a.csv', 'model']);
  });
});

describe('what is known while dragging', () => {
  const kindOf = (...types: readonly string[]) => draggedKind(types.map((type) => ({ kind: 'file', type })));
  it('is the system’s guess by the ending, where all agree', () => {
    expect(kindOf('text/csv', 'application/json')).toBe('dataset');
    expect(kindOf('image/png', 'application/pdf')).toBe('refused');
    expect([kindOf('image/png', 'text/csv'), kindOf(''), kindOf(), kindOf('application/gzip')]).toEqual(
      Array(4).fill('unknown'),
    );
  });
});
