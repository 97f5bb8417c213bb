/** What a scale other than 1 does not reach, for the terminal. */
import type { AdapterService } from '../contract/services.ts';
import { unscaledWords } from '../contract/words/unscaled.ts';

/** Undefined where the scale reaches all of the adapter. */
export function scaleNote(
  { id, scale }: { readonly id: string; readonly scale: number },
  adapters: AdapterService,
): string | undefined {
  if (scale === 1) return undefined;
  const { adapter, replaced } = adapters.details(id);
  return replaced.length === 0
    ? undefined
    : unscaledWords.scaleDoesNotReach({ name: adapter.name, weights: replaced }).text;
}
