/**
 * Rows of a long list, fetched a page at a time when they come into sight and kept, so that scrolling back costs nothing.
 * One for each list and search: answers of an older one have nowhere to go.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { Page } from '../../../main/contract/library.ts';

export const pageRows = 100;
/** Beyond these the page that was fetched first goes, since rows may be long. */
const keptPages = 120;

type ReadPage<Row> = (page: { readonly offset: number; readonly limit: number }) => Promise<Page<Row>>;

export class PagedRows<Row> {
  /** Undefined until the first page is here. */
  total: number | undefined = $state();
  /** Why the last page that was asked for is not here. */
  error: unknown = $state.raw();
  readonly #pages = new SvelteMap<number, readonly Row[]>();
  readonly #asked = new Set<number>();
  readonly #read: ReadPage<Row>;

  constructor(read: ReadPage<Row>) {
    this.#read = read;
    void this.#fetch(0);
  }

  rowAt(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / pageRows))?.[index % pageRows];
  }

  /** Fetches what is missing of `from` to `to` (exclusive). */
  request(from: number, to: number): void {
    const last = Math.floor(Math.max(from, to - 1) / pageRows);
    for (let page = Math.floor(from / pageRows); page <= last; page++) if (!this.#asked.has(page)) void this.#fetch(page);
  }

  /** The row itself, from a page that is here or is fetched now. Throws what reading throws. */
  async read(index: number): Promise<Row | undefined> {
    const known = this.rowAt(index);
    if (known !== undefined) return known;
    const { items } = await this.#read({ offset: index, limit: 1 });
    return items[0];
  }

  /** After an error: the pages that failed are asked for again as soon as they are in sight. */
  retry(): void {
    this.error = undefined;
    if (this.total === undefined) void this.#fetch(0);
  }

  async #fetch(page: number): Promise<void> {
    this.#asked.add(page);
    try {
      const { items, total } = await this.#read({ offset: page * pageRows, limit: pageRows });
      this.#pages.set(page, items);
      this.total = total;
      this.#dropOldest();
    } catch (error) {
      this.#asked.delete(page);
      this.error = error;
    }
  }

  #dropOldest(): void {
    const oldest = this.#pages.keys().next().value;
    if (this.#pages.size <= keptPages || oldest === undefined) return;
    this.#pages.delete(oldest);
    this.#asked.delete(oldest);
  }
}
