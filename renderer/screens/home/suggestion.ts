/** The one thing to do next in a project, out of what is there. */
import type { RunSummary } from '../../../main/contract/runHistory.ts';

export interface ProjectFacts {
  readonly modelId: string | null;
  readonly models: readonly { readonly source: string }[];
  readonly datasets: readonly { readonly id: string; readonly name: string; readonly createdAt: number }[];
  /** Of the project, newest first. */
  readonly runs: readonly Pick<RunSummary, 'id' | 'name' | 'state' | 'adapterId' | 'datasetId'>[];
  /** Adapters of the project, newest first. */
  readonly adapters: readonly { readonly id: string; readonly name: string; readonly modelId: string | null }[];
  /** Made in the project after its newest adapter. */
  readonly hasChatted: boolean;
}

export type Suggestion =
  | { readonly kind: 'getModel' | 'getLargerModel' | 'addDataset'; readonly href: string }
  | { readonly kind: 'watchRun' | 'resumeRun'; readonly href: string; readonly name: string }
  | { readonly kind: 'train' | 'compare'; readonly href: string; readonly name: string }
  | { readonly kind: 'trainAnother'; readonly href: string };

export function suggestNext({ modelId, models, datasets, runs, adapters, hasChatted }: ProjectFacts): Suggestion {
  if (models.length === 0) return { kind: 'getModel', href: '/models' };
  const live = runs.find(({ state }) => state === 'running') ?? runs.find(({ state }) => state === 'queued');
  if (live !== undefined) return { kind: 'watchRun', href: `/runs/${live.id}`, name: live.name };
  const [newest] = runs;
  if (newest?.state === 'interrupted') return { kind: 'resumeRun', href: `/runs/${newest.id}`, name: newest.name };
  const [dataset] = [...datasets].sort((a, b) => b.createdAt - a.createdAt);
  if (dataset === undefined) return { kind: 'addDataset', href: '/datasets' };
  const model = modelId === null ? '' : `&model=${modelId}`;
  const [adapter] = adapters;
  if (adapter === undefined) return { kind: 'train', href: `/train?dataset=${dataset.id}${model}`, name: dataset.name };
  if (!hasChatted) return { kind: 'compare', href: compareHref(adapter), name: adapter.name };
  if (models.every(({ source }) => source === 'sample')) return { kind: 'getLargerModel', href: '/models' };
  return { kind: 'trainAnother', href: `/train${model === '' ? '' : `?${model.slice(1)}`}` };
}

/** A new chat with the base in the first lane and the adapter in the second. */
export function compareHref({ id, modelId }: { readonly id: string; readonly modelId: string | null }): string {
  return `/chat?${modelId === null ? '' : `model=${modelId}&`}adapter=base&compare=${id}`;
}
