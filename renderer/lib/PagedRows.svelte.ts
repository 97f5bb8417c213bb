/**
 * A long list of which pages are read as they come into view. The rows of the last query stay until the first page of
 * the next is here, so that typing into a search never empties the list; `reload` replaces what is in view in one go.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { Page } from '../../main/contract/library.ts';

export interface PageWindow {
  readonly offset: number;
  readonly limit: number;
}

interface Setup<Query, Found> {
  readonly read: (query: Query, page: PageWindow) => Promise<Found>;
  readonly pageSize?: number;
}

export class PagedRows<Query, Row extends object, Found extends Page<Row>> {
  /** The newest page, for totals; undefined before the first answer. */
  found: Found | undefined = $state.raw();
  error: unknown = $state.raw();
  /** Whose rows are shown: the last query, until the present one has answered. */
  shownQuery: Query | undefined = $state.raw();
  readonly #setup: Setup<Query, Found>;
  readonly #pageSize: number;
  readonly #pages = new SvelteMap<number, readonly Row[]>();
  readonly #reading = new Map<number, Promise<void>>();
  #query: Query | undefined;
  #generation = 0;
  #range = { from: 0, to: 1 };

  constructor(setup: Setup<Query, Found>) {
    this.#setup = setup;
    this.#pageSize = setup.pageSize ?? 100;
  }

  /** Undefined before anything is known. */
  get total(): number | undefined {
    return this.found?.total;
  }

  rowAt(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / this.#pageSize))?.[index % this.#pageSize];
  }

  /** Starts at the top of another query. */
  async setQuery(query: Query): Promise<void> {
    this.#query = query;
    this.#range = { from: 0, to: 1 };
    await this.reload();
  }

  /** Reads again what is in view; what is shown stays until then. */
  async reload(): Promise<void> {
    const query = this.#query;
    if (query === undefined) return;
    const generation = ++this.#generation;
    this.#reading.clear();
    const numbers = this.#pageNumbers(this.#range.from, this.#range.to);
    try {
      const found = await Promise.all(numbers.map(async (number) => this.#read(query, number)));
      if (generation !== this.#generation) return;
      this.#pages.clear();
      this.shownQuery = query;
      found.forEach((page, index) => this.#put(numbers[index] ?? 0, page));
      this.error = undefined;
    } catch (error) {
      if (generation === this.#generation) this.error = error;
      return;
    }
    // What was scrolled to meanwhile.
    await this.want(this.#range.from, this.#range.to);
  }

  /** Reads the pages that hold these rows and are not here yet. `to` is exclusive. */
  async want(from: number, to: number): Promise<void> {
    this.#range = { from, to: Math.max(to, from + 1) };
    await this.#ensure(from, to);
  }

  /** Rows from `from` to before `to`, read where they are missing. Fewer when the list changed meanwhile. */
  async rows(from: number, to: number): Promise<readonly Row[]> {
    await this.#ensure(from, to);
    const indices = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
    return indices.map((index) => this.rowAt(index)).filter((row) => row !== undefined);
  }

  async #ensure(from: number, to: number): Promise<void> {
    const [query, total, generation] = [this.#query, this.total, this.#generation];
    if (query === undefined || query !== this.shownQuery || total === undefined) return;
    const missing = this.#pageNumbers(from, Math.min(to, total)).filter((number) => !this.#pages.has(number));
    await Promise.all(missing.map(async (number) => this.#ensurePage({ query, number, generation })));
  }

  async #ensurePage({
    query,
    number,
    generation,
  }: {
    query: Query;
    number: number;
    generation: number;
  }): Promise<void> {
    const reading = this.#reading.get(number) ?? this.#readInto({ query, number, generation });
    this.#reading.set(number, reading);
    await reading;
  }

  async #readInto({ query, number, generation }: { query: Query; number: number; generation: number }): Promise<void> {
    try {
      const page = await this.#read(query, number);
      if (generation === this.#generation) this.#put(number, page);
    } catch (error) {
      if (generation === this.#generation) this.error = error;
    } finally {
      if (generation === this.#generation) this.#reading.delete(number);
    }
  }

  async #read(query: Query, number: number): Promise<Found> {
    return this.#setup.read(query, { offset: number * this.#pageSize, limit: this.#pageSize });
  }

  #put(number: number, page: Found): void {
    this.#pages.set(number, page.items);
    this.found = page;
  }

  #pageNumbers(from: number, to: number): number[] {
    const first = Math.floor(from / this.#pageSize);
    const last = Math.floor(Math.max(from, to - 1) / this.#pageSize);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }
}
