/** The chooser alone: what it shows of every method of the registry, and that it asks nothing of anybody. */
import { readFileSync } from 'node:fs';
import { screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { llamaFamily } from '../../../main/contract/families/llama.ts';
import { methodFacts } from '../../../main/methods/methodFacts.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import { bytes } from '../../../renderer/lib/format.ts';
import MethodChooser from '../../../renderer/screens/train/MethodChooser.svelte';
import { emptyDraft } from '../../../renderer/screens/train/draft.ts';
import { show, testWindow, type TestWindow } from '../support/testWindow.ts';

const file = 'resources/sample-model/config.json';
const shape = llamaFamily.parseConfig(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>, file);
const specs = Object.values(methodSpecs);

async function open(method: string, isOpen = false): Promise<TestWindow & { readonly chosen: string[] }> {
  const chosen: string[] = [];
  const window = testWindow();
  if (isOpen) await window.studio.preferences.update({ moreMethods: true });
  show(window, MethodChooser, {
    draft: { ...emptyDraft, method },
    model: { name: 'sample', shape },
    error: undefined,
    onchoose: (id: string) => void chosen.push(id),
  });
  return { ...window, chosen };
}

const rows = (): HTMLElement[] => within(screen.getByRole('table')).getAllByRole('row').slice(1);
const radiosIn = (element: HTMLElement): HTMLInputElement[] => within(element).getAllByRole('radio');

it('has three cards, and keeps another one that is chosen in sight', async () => {
  await open('vera');
  expect(screen.getAllByRole('radio').length).toBe(3);
  screen.getByRole('radio', { name: /^VeRA/, checked: true });
});

it('shows a chosen method that has no card of its own until the table does', async () => {
  const { inputsOf } = await open('ia3');
  expect(screen.getAllByRole('radio').length).toBe(4);
  screen.getByRole('radio', { name: /^IA3/, checked: true });
  await userEvent.click(screen.getByRole('button', { name: /^More methods/ }));
  expect(inputsOf('preferences.update')).toEqual([{ moreMethods: true }]); // remembered
  expect(rows().length).toBe(specs.length);
  expect(radiosIn(screen.getByRole('group', { name: 'Method' })).length).toBe(3);
  expect(radiosIn(screen.getByRole('table')).filter(({ checked }) => checked).length).toBe(1);
});

it('has the sizes of every method for the model, without asking anybody, and what the model cannot have with its reason', async () => {
  const { calls, chosen } = await open('vera', true);
  for (const spec of specs) {
    const row = screen.getByRole('row', { name: (name) => name.startsWith(`${spec.title} ${spec.summary.en}`) });
    const { size, refusal } = methodFacts({ spec, shape });
    expect(row.textContent).toContain(size === null ? 'Not for this model' : bytes(size.storedBytes));
    expect(radiosIn(row)[0].disabled).toBe(refusal !== null);
  }
  await userEvent.click(screen.getByText(/and this one has none/));
  expect(chosen).toEqual([]);
  await userEvent.click(within(screen.getByRole('table')).getByText('MoS'));
  expect(chosen).toEqual(['mos']);
  expect(calls.map(({ name }) => name)).toEqual(['preferences.update']);
});

it('finds by name and by what is said, and offers to clear a search without hits', async () => {
  await open('vera', true);
  const search = screen.getByRole('searchbox', { name: 'Search the methods' });
  await userEvent.type(search, 'baseline');
  expect(rows().length).toBeLessThan(specs.length);
  await userEvent.clear(search);
  await userEvent.type(search, 'qlora');
  expect(screen.getByRole('status').textContent).toContain('No method fits “qlora”.');
  await userEvent.click(screen.getByRole('button', { name: 'Clear the search' }));
  expect(rows().length).toBe(specs.length);
  expect(document.activeElement).toBe(search);
});

it('puts the smallest first when asked to, and what cannot be had last', async () => {
  await open('vera', true);
  await userEvent.click(screen.getByRole('button', { name: 'Stored' }));
  const stored = rows().map(
    (row) => methodFacts({ spec: methodSpecs[radiosIn(row)[0].value], shape }).size?.storedBytes,
  );
  expect(stored).toEqual(stored.toSorted((a = Infinity, b = Infinity) => a - b));
  expect(stored.at(-1)).toBeUndefined();
  expect(screen.getByRole('columnheader', { name: 'Stored' }).getAttribute('aria-sort')).toBe('ascending');
});
