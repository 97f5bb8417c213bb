/**
 * The library as one window sees it: the list that the address asks for, what is chosen in it, and what can be done
 * with what is chosen. Everything that removes says how to take it back.
 */
import type { Adapter } from '../../../main/contract/entities.ts';
import type { AdapterPage, AdapterSummary, UnarchiveResult } from '../../../main/contract/library.ts';
import { adapterWords } from '../../i18n/adapters.ts';
import { commonWords } from '../../i18n/common.ts';
import { fileNameOf } from '../../lib/fileName.ts';
import { PagedRows } from '../../lib/PagedRows.svelte.ts';
import { RowSelection } from '../../lib/RowSelection.svelte.ts';
import type { StudioWindow } from '../../state/studio.ts';
import { type AdapterFilters, adapterAddress, isFiltered, listInput, readFilters } from './adapterFilters.ts';

/** What the actions need of an adapter. */
export type NamedAdapter = Pick<AdapterSummary, 'id' | 'name'>;

export const mostCompared = 4;

export class AdapterLibrary {
  readonly studio: StudioWindow;
  readonly rows: PagedRows<AdapterFilters, AdapterSummary, AdapterPage>;
  readonly selection: RowSelection;
  readonly #known = new Map<string, AdapterSummary>();

  constructor(studio: StudioWindow) {
    this.studio = studio;
    const { queries, queryClient } = studio;
    this.rows = new PagedRows({
      read: async (filters, page) =>
        queryClient.query(queries.adapters.list.queryOptions({ input: { ...listInput(filters), ...page } })),
    });
    this.selection = new RowSelection({
      count: () => this.rows.total ?? 0,
      idAt: (index) => this.#remember(this.rows.rowAt(index)),
      idsBetween: async (from, to) => {
        const rows = await this.rows.rows(from, to);
        return rows.map((row) => this.#remember(row)).filter((id) => id !== undefined);
      },
      onopen: (id, by) => this.open(id, by === 'key'),
    });
  }

  get filters(): AdapterFilters {
    return readFilters(this.studio.router.query);
  }

  /** Chosen ones of which the list has told more than the id. */
  get chosen(): readonly AdapterSummary[] {
    return [...this.selection.ids].map((id) => this.#known.get(id)).filter((row) => row !== undefined);
  }

  open(id: string | null, replace = false): void {
    const { router } = this.studio;
    router.go(adapterAddress(id, router.query), { replace });
  }

  /**
   * A search that does not find the adapter which is shown closes it: beside other rows it would pass for one of them.
   */
  async closeHidden(filters: AdapterFilters, shownId: string | undefined): Promise<void> {
    if (shownId === undefined || !isFiltered(filters)) return;
    const { api, router } = this.studio;
    const { total } = await api.adapters.list({ ...listInput(filters), id: shownId, limit: 1 });
    const isAsked =
      router.path === adapterAddress(shownId, new URLSearchParams()) && this.filters.search === filters.search;
    if (total === 0 && isAsked) this.open(null, true);
  }

  compare(ids: readonly string[]): void {
    this.studio.router.setQuery({ compare: ids.slice(0, mostCompared).join(',') }, {});
  }

  async trash(adapters: readonly NamedAdapter[]): Promise<void> {
    const { api, toasts } = this.studio;
    const ids = adapters.map(({ id }) => id);
    const wasOpened = await toasts.attempt(async () => api.adapters.remove({ ids }));
    if (!wasOpened) return;
    this.#leave();
    toasts.say(this.#words.movedToTrash(ids.length, adapters[0]?.name ?? ''), {
      label: this.#common.undo,
      run: async () => {
        await api.adapters.restore({ ids });
      },
    });
  }

  async restore(adapters: readonly NamedAdapter[]): Promise<void> {
    const { api, toasts } = this.studio;
    const ids = adapters.map(({ id }) => id);
    if (!(await toasts.attempt(async () => api.adapters.restore({ ids })))) return;
    this.#leave();
    toasts.say(this.#words.restored(ids.length, adapters[0]?.name ?? ''));
  }

  async purge(adapters: readonly NamedAdapter[]): Promise<void> {
    const { api, toasts, confirmations } = this.studio;
    const ids = adapters.map(({ id }) => id);
    const title = this.#words.purgeTitle(ids.length, adapters[0]?.name ?? '');
    const answers = [{ id: 'purge', label: this.#words.purge, kind: 'danger' as const }];
    if ((await confirmations.ask({ title, text: this.#words.purgeText(ids.length), answers })) !== 'purge') return;
    if (!(await toasts.attempt(async () => api.adapters.purge({ ids })))) return;
    this.#leave();
    toasts.say(this.#words.purged(ids.length));
  }

  async archive(adapters: readonly NamedAdapter[]): Promise<void> {
    const { api, toasts, tasks, platform } = this.studio;
    const [first] = adapters;
    const fileName = `${adapters.length === 1 && first !== undefined ? fileNameOf(first.name) : 'adapters'}.graft.tar.gz`;
    await toasts.attempt(async () => {
      const target = await platform.saveTarget(fileName);
      if (target === undefined) return;
      const written = await tasks.run(api.adapters.archive({ ids: adapters.map(({ id }) => id), target }));
      platform.deliver(written);
      toasts.say(this.#words.archived(adapters.length));
    });
  }

  /** Says what an import brought, with the way to it. */
  announce({ added, known }: Pick<UnarchiveResult, 'added' | 'known'>): void {
    const { toasts } = this.studio;
    const shown: Adapter | undefined = added[0] ?? known[0];
    const isOne = added.length + known.length === 1 && shown !== undefined;
    const text = isOne ? this.#words.imported(shown.name) : this.#words.importedSeveral(added.length, known.length);
    if (shown === undefined) toasts.say(text);
    else toasts.say(text, { label: this.#words.show, run: () => this.studio.router.go(`/adapters/${shown.id}`) });
  }

  get #words() {
    return this.studio.i18n.words(adapterWords);
  }

  get #common() {
    return this.studio.i18n.words(commonWords);
  }

  /** What was shown is not in this list any more. */
  #leave(): void {
    this.selection.clear();
    this.open(null, true);
  }

  #remember(row: AdapterSummary | undefined): string | undefined {
    if (row !== undefined) this.#known.set(row.id, row);
    return row?.id;
  }
}
