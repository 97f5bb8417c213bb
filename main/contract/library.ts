/** The adapter library as a screen reads it: pages, facets, lineage, archives. */
import type { Adapter, Dataset, Model, Run } from './entities.ts';
import type { ImportNotice } from './importNotices.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** That match the query, not only on this page. */
  readonly total: number;
}

export const adapterSorts = ['newest', 'oldest', 'name', 'size', 'evaluation'] as const;
export type AdapterSort = (typeof adapterSorts)[number];

export interface AdapterQuery {
  readonly offset: number;
  readonly limit: number;
  readonly search?: string | undefined;
  readonly method?: string | undefined;
  readonly modelId?: string | undefined;
  readonly tag?: string | undefined;
  readonly id?: string | undefined;
  readonly sort: AdapterSort;
  readonly trashed: boolean;
}

export interface AdapterSummary {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly rank: number | null;
  readonly modelId: string | null;
  readonly modelName: string | null;
  readonly datasetName: string | null;
  readonly sizeBytes: number;
  readonly parameters: number;
  readonly evaluationLoss: number | null;
  readonly tags: readonly string[];
  readonly note: string;
  readonly createdAt: number;
  readonly trashedAt: number | null;
}

export interface AdapterPage extends Page<AdapterSummary> {
  readonly totalBytes: number;
}

export interface AdapterFacets {
  readonly methods: readonly { readonly id: string; readonly count: number }[];
  readonly models: readonly { readonly id: string; readonly name: string; readonly count: number }[];
  readonly tags: readonly { readonly tag: string; readonly count: number }[];
  readonly trashed: number;
}

export interface AdapterExport {
  readonly id: string;
  readonly to: string;
  readonly path: string;
  readonly parity: number | null;
  readonly createdAt: number;
}

/** Removed datasets and models are given too, marked, because lineage outlives them. */
export interface AdapterDetails {
  readonly adapter: Adapter;
  readonly model: Model | null;
  readonly dataset: (Dataset & { readonly removed: boolean }) | null;
  readonly run: Run | null;
  readonly exports: readonly AdapterExport[];
  readonly votes: { readonly won: number; readonly of: number };
  /** Template and tokenizer files that it has of its own. */
  readonly promptFiles: readonly string[];
  /** Weights of its base that it replaces as a whole: no scale reaches them. */
  readonly replaced: readonly string[];
  /** Of its method, as its folder has them, on which hangs what can be done with it; null where it cannot be read. */
  readonly options: object | null;
}

export interface ImportedAdapter {
  readonly adapter: Adapter;
  readonly notices: readonly ImportNotice[];
  /** The library had the same content. */
  readonly alreadyThere: boolean;
}

export interface UnarchiveResult {
  readonly added: readonly Adapter[];
  /** Already in the library with the same content. */
  readonly known: readonly Adapter[];
}
