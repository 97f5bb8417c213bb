/** How a lane is called: the adapter's name and method, or the base model's name. */
import { methodSpecs } from '../../../main/contract/methods/registry.ts';
import type { Conversation } from './Conversation.svelte.ts';

export interface LaneLabel {
  readonly name: string;
  /** `VeRA`, `base`, … */
  readonly kind: string;
  readonly sizeBytes: number | null;
}

export function laneLabel(
  conversation: Pick<Conversation, 'findAdapter' | 'model'>,
  adapterId: string | null,
  words: { readonly base: string; readonly removedAdapter: string },
): LaneLabel {
  if (adapterId === null) return { name: conversation.model?.name ?? '', kind: words.base, sizeBytes: null };
  const adapter = conversation.findAdapter(adapterId);
  if (adapter === undefined) return { name: words.removedAdapter, kind: '', sizeBytes: null };
  return { name: adapter.name, kind: methodSpecs[adapter.method]?.title ?? adapter.method, sizeBytes: adapter.sizeBytes };
}
