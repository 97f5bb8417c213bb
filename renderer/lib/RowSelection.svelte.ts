/**
 * Which rows of a long list are chosen, by mouse and keyboard as file managers do it. Ids are chosen, not positions: a
 * list that is read again keeps its choice. A range reaches rows that are not read yet, so extending waits for them.
 */
import { SvelteSet } from 'svelte/reactivity';

interface Setup {
  readonly count: () => number;
  readonly idAt: (index: number) => string | undefined;
  /** Ids from `from` to before `to`, read where they are not here yet. */
  readonly idsBetween: (from: number, to: number) => Promise<readonly string[]>;
  /** The one row that a person went to. */
  readonly onopen: (id: string, by: 'click' | 'key') => void;
}

/** What the keyboard and the mouse tell; a DOM event is one. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

const pageRows = 12;

export class RowSelection {
  readonly ids = new SvelteSet<string>();
  /** The row of the keyboard; -1 before it was used. */
  active = $state(-1);
  readonly #setup: Setup;
  #anchor = 0;
  #extension = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  /** This row alone. */
  choose(index: number, by: 'click' | 'key'): void {
    const id = this.#setup.idAt(index);
    this.active = index;
    this.#anchor = index;
    if (id === undefined) return;
    this.#set([id]);
    this.#setup.onopen(id, by);
  }

  toggle(index: number): void {
    const id = this.#setup.idAt(index);
    this.active = index;
    this.#anchor = index;
    if (id === undefined) return;
    if (!this.ids.delete(id)) this.ids.add(id);
  }

  /** From the row last chosen or toggled up to this one. */
  async extendTo(index: number): Promise<void> {
    this.active = index;
    const extension = ++this.#extension;
    const ids = await this.#setup.idsBetween(Math.min(this.#anchor, index), Math.max(this.#anchor, index) + 1);
    if (extension === this.#extension) this.#set(ids);
  }

  async all(): Promise<void> {
    this.#anchor = 0;
    const last = this.#setup.count() - 1;
    if (last >= 0) await this.extendTo(last);
  }

  /** Drops what is chosen; the keyboard stays where it is. */
  clear(): void {
    this.#extension++;
    this.ids.clear();
  }

  async click(index: number, { shiftKey, ctrlKey, metaKey }: Omit<KeyPress, 'key'>): Promise<void> {
    if (shiftKey) await this.extendTo(index);
    else if (ctrlKey || metaKey) this.toggle(index);
    else this.choose(index, 'click');
  }

  /** Returns whether the key meant something here. */
  press(event: KeyPress): boolean {
    const { key, shiftKey } = event;
    if (key === ' ') this.toggle(Math.max(0, this.active));
    else if (key === 'Escape' && this.ids.size > 1) this.clear();
    else if (key === 'a' && (event.ctrlKey || event.metaKey)) void this.all();
    else return this.#move(key, shiftKey);
    return true;
  }

  #move(key: string, isExtending: boolean): boolean {
    const last = this.#setup.count() - 1;
    const next = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      Home: 0,
      End: last,
      PageDown: this.active + pageRows,
      PageUp: this.active - pageRows,
    }[key];
    if (next === undefined || last < 0) return false;
    const index = Math.max(0, Math.min(last, next));
    if (isExtending) void this.extendTo(index);
    else this.choose(index, 'key');
    return true;
  }

  #set(ids: readonly string[]): void {
    const kept = new Set(ids);
    for (const id of this.ids) if (!kept.has(id)) this.ids.delete(id);
    for (const id of ids) this.ids.add(id);
  }
}
