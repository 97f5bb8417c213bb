/** Which runs have ended between two looks at those that are open. */
export interface OpenRun {
  readonly id: string;
  readonly state: string;
}

/** Ids of runs that were running and are not open any more. */
export function endedSince(before: readonly OpenRun[], now: readonly OpenRun[]): readonly string[] {
  const ids = new Set(now.map(({ id }) => id));
  return before.filter(({ id, state }) => state === 'running' && !ids.has(id)).map(({ id }) => id);
}
