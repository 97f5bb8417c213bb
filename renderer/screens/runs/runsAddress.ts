/** What the list of runs shows, as its address says it. */
import { type RunState, runStates } from '../../../main/contract/entities.ts';

export interface RunsView {
  readonly search: string;
  readonly state: RunState | null;
  /** An id, `all`, or null for the window's own project. */
  readonly project: string | null;
  readonly trashed: boolean;
  /** From 0. */
  readonly page: number;
  /** Two or more are laid over each other. */
  readonly compare: readonly string[];
}

export function runsView(query: URLSearchParams): RunsView {
  const page = Number(query.get('page') ?? 1);
  return {
    search: query.get('search') ?? '',
    state: runStates.find((state) => state === query.get('state')) ?? null,
    project: query.get('project'),
    trashed: query.get('trash') === '1',
    page: Number.isInteger(page) && page > 0 ? page - 1 : 0,
    compare: idList(query.get('compare')),
  };
}

function idList(text: string | null): readonly string[] {
  return [...new Set((text ?? '').split(',').filter((id) => id !== ''))];
}
