/** Where an adapter comes from and went to, as the boxes of a picture from left to right. */
import type { AdapterDetails } from '../../../main/contract/library.ts';

interface Box {
  readonly key: string;
  /** Where it can be looked at; null for what is gone and for the adapter itself. */
  readonly href: string | null;
  readonly isRemoved: boolean;
  readonly name: string | null;
}

export type LineageStep =
  | (Box & { readonly kind: 'dataset'; readonly rows: number | null })
  | (Box & { readonly kind: 'run'; readonly steps: number | null })
  | (Box & { readonly kind: 'imported' })
  | (Box & { readonly kind: 'this' })
  /** All exports of one kind: the newest, and how many there were. */
  | (Box & {
      readonly kind: 'export';
      readonly to: string;
      readonly path: string;
      readonly at: number;
      readonly count: number;
    });

export function lineageOf(details: AdapterDetails): readonly LineageStep[] {
  const here: Box & { readonly kind: 'this' } = {
    kind: 'this',
    key: 'this',
    href: null,
    isRemoved: false,
    name: details.adapter.name,
  };
  return [...sourcesOf(details), here, ...exportsOf(details)];
}

function sourcesOf({ adapter, dataset, run }: AdapterDetails): LineageStep[] {
  const { datasetId, runId, configuration } = adapter.lineage;
  if (datasetId === null && runId === null) {
    return [{ kind: 'imported', key: 'imported', href: null, isRemoved: false, name: null }];
  }
  const isDatasetGone = dataset === null || dataset.removed;
  return [
    {
      ...{
        kind: 'dataset',
        key: 'dataset',
        name: dataset?.name ?? null,
        rows: dataset?.rows ?? null,
        isRemoved: isDatasetGone,
      },
      href: isDatasetGone ? null : `/datasets/${dataset.id}`,
    },
    {
      ...{
        kind: 'run',
        key: 'run',
        name: run?.name ?? null,
        steps: configuration?.training.steps ?? null,
        isRemoved: run === null,
      },
      href: run === null ? null : `/runs/${run.id}`,
    },
  ];
}

function exportsOf({ exports }: AdapterDetails): LineageStep[] {
  const kinds = [...new Set(exports.map(({ to }) => to))];
  return kinds.flatMap((to) => {
    const ofKind = exports.filter((each) => each.to === to).toSorted((a, b) => b.createdAt - a.createdAt);
    const [newest] = ofKind;
    if (newest === undefined) return [];
    const box = { key: `export ${to}`, href: null, isRemoved: false, name: null };
    return [{ ...box, kind: 'export' as const, to, path: newest.path, at: newest.createdAt, count: ofKind.length }];
  });
}
