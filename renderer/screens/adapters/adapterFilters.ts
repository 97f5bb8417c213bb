/** What the address says about the list of adapters: its filters and order. */
import { adapterSorts } from '../../../main/contract/library.ts';

export type AdapterSort = (typeof adapterSorts)[number];

export interface AdapterFilters {
  readonly search: string;
  readonly modelId: string;
  readonly method: string;
  readonly tag: string;
  readonly sort: AdapterSort;
  readonly trashed: boolean;
}

export function readFilters(query: URLSearchParams): AdapterFilters {
  const text = (name: string): string => query.get(name) ?? '';
  return {
    search: text('search').slice(0, 200),
    modelId: text('base'),
    method: text('method'),
    tag: text('tag'),
    sort: adapterSorts.find((sort) => sort === query.get('sort')) ?? 'newest',
    trashed: query.get('trashed') === '1',
  };
}

/** The input of `adapters.list`; filters that are not set are left out. */
export function listInput({ search, modelId, method, tag, sort, trashed }: AdapterFilters) {
  const set = { search: search.trim(), modelId, method, tag };
  return { ...Object.fromEntries(Object.entries(set).filter(([, value]) => value !== '')), sort, trashed };
}

export function isFiltered({ search, modelId, method, tag }: AdapterFilters): boolean {
  return [search.trim(), modelId, method, tag].some((value) => value !== '');
}

/** The address of one adapter with the present filters, or of the list alone. */
export function adapterAddress(id: string | null, query: URLSearchParams): string {
  const kept = new URLSearchParams(query);
  kept.delete('compare');
  const text = kept.toString();
  return `/adapters${id === null ? '' : `/${encodeURIComponent(id)}`}${text === '' ? '' : `?${text}`}`;
}
