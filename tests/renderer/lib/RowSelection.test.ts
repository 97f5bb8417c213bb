import { describe, expect, it } from 'vitest';
import { type KeyPress, RowSelection } from '../../../renderer/lib/RowSelection.svelte.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  ...held,
});
const plainClick = { shiftKey: false, ctrlKey: false, metaKey: false };

/** Rows r0, r1, … of which those from `loaded` on are not read yet. */
function start({ count = 100, loaded = 100 } = {}) {
  const opened: string[] = [];
  const ids = Array.from({ length: count }, (_, index) => `r${index}`);
  const selection = new RowSelection({
    count: () => count,
    idAt: (index) => (index < loaded ? ids[index] : undefined),
    idsBetween: async (from, to) => ids.slice(from, to),
    onopen: (id, by) => opened.push(`${id} ${by}`),
  });
  return {
    selection,
    opened,
    chosen: () => [...selection.ids].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
  };
}

const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('RowSelection', () => {
  it('opens the row that the arrows reach, and stops at both ends', () => {
    const { selection, opened } = start({ count: 2 });
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp'])
      expect(selection.press(press(key))).toBe(true);
    expect(opened).toEqual(['r0 key', 'r1 key', 'r1 key', 'r0 key', 'r0 key']);
  });

  it('leaves keys alone that mean nothing here: Tab must leave the list', () => {
    const { selection } = start();
    expect(selection.press(press('Tab'))).toBe(false);
    expect(selection.press(press('x'))).toBe(false);
    expect(start({ count: 0 }).selection.press(press('ArrowDown'))).toBe(false);
  });

  it('extends with Shift from the row chosen last, in both directions over it', async () => {
    const { selection, chosen } = start();
    selection.choose(5, 'click');
    selection.press(press('ArrowDown', { shiftKey: true }));
    selection.press(press('ArrowDown', { shiftKey: true }));
    await settle();
    expect(chosen()).toEqual(['r5', 'r6', 'r7']);
    for (let times = 0; times < 4; times++) selection.press(press('ArrowUp', { shiftKey: true }));
    await settle();
    expect(chosen()).toEqual(['r3', 'r4', 'r5']);
  });

  it('reaches rows with a Shift click that are not read yet', async () => {
    const { selection, chosen } = start({ count: 100, loaded: 10 });
    selection.choose(8, 'click');
    await selection.click(14, { ...plainClick, shiftKey: true });
    expect(chosen()).toEqual(['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14']);
  });

  it('takes rows in and out one by one with Ctrl or Space, without opening them', async () => {
    const { selection, opened, chosen } = start();
    selection.choose(1, 'click');
    await selection.click(4, { ...plainClick, ctrlKey: true });
    selection.active = 6;
    selection.press(press(' '));
    expect(chosen()).toEqual(['r1', 'r4', 'r6']);
    selection.press(press(' '));
    expect(chosen()).toEqual(['r1', 'r4']);
    expect(opened).toEqual(['r1 click']);
  });

  it('chooses everything with Ctrl-A and nothing but the next row with a plain click', async () => {
    const { selection, chosen } = start({ count: 30 });
    selection.press(press('a', { ctrlKey: true }));
    await settle();
    expect(chosen()).toHaveLength(30);
    await selection.click(2, plainClick);
    expect(chosen()).toEqual(['r2']);
  });

  it('forgets a range that is still being read when the choice is dropped', async () => {
    const { selection, chosen } = start();
    const extending = selection.extendTo(50);
    selection.clear();
    await extending;
    expect(chosen()).toEqual([]);
  });

  it('gives Escape back to others when there is nothing to drop', () => {
    const { selection } = start();
    selection.choose(1, 'click');
    expect(selection.press(press('Escape'))).toBe(false);
  });
});
