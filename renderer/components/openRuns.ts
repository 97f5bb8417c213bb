/** The runs that train or wait, and which of them have ended between two looks. */
import type { Queries } from '../lib/api.ts';

/** Steps are not announced one by one: while something trains, it looks every now and then. */
export const openRunsOptions = (queries: Queries) =>
  queries.runs.list.queryOptions({
    input: { states: ['running', 'queued'], limit: 200 },
    refetchInterval: ({ state }) => (state.data?.items.some((run) => run.state === 'running') ? 1500 : false),
  });

export interface OpenRun {
  readonly id: string;
  readonly state: string;
}

/** Ids of runs that were running and are not open any more. */
export function endedSince(before: readonly OpenRun[], now: readonly OpenRun[]): readonly string[] {
  const ids = new Set(now.map(({ id }) => id));
  return before.filter(({ id, state }) => state === 'running' && !ids.has(id)).map(({ id }) => id);
}
