/** Moving within the queue, as the studio takes it: put this run before that one, or at the end. */

/** What `runs.reorder` needs to bring the run at `from` to place `to`; undefined where nothing moves. */
export function moveInQueue(
  ids: readonly string[],
  from: number,
  to: number,
): { readonly id: string; readonly before: string | null } | undefined {
  const id = ids[from];
  const place = Math.max(0, Math.min(ids.length - 1, to));
  if (id === undefined || place === from) return undefined;
  const others = ids.filter((each) => each !== id);
  return { id, before: others[place] ?? null };
}
