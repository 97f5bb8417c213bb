/** How a lane is called: the adapter's name and method, or the base model's name. */
import type { ChatLane } from '../../../main/contract/conversations.ts';
import { methodTitle } from '../../lib/methodTitle.ts';
import type { Conversation } from './Conversation.svelte.ts';

export interface LaneLabel {
  readonly name: string;
  /** `VeRA`, `base`, … */
  readonly kind: string;
  readonly sizeBytes: number | null;
}

/** A lane's name for who cannot see its scale: with the scale where the adapter answers in another lane too. */
export function spokenName(name: string, lane: ChatLane, lanes: readonly ChatLane[]): string {
  const isTwice = lane.adapterId !== null && lanes.filter(({ adapterId }) => adapterId === lane.adapterId).length > 1;
  return isTwice ? scaledName(name, lane.scale) : name;
}

/** `lora × 0.50` */
export function scaledName(name: string, scale: number): string {
  return `${name} × ${scale.toFixed(2)}`;
}

export function laneLabel(
  conversation: Pick<Conversation, 'findAdapter' | 'model'>,
  adapterId: string | null,
  words: { readonly base: string; readonly removedAdapter: string },
): LaneLabel {
  if (adapterId === null) return { name: conversation.model?.name ?? '', kind: words.base, sizeBytes: null };
  const adapter = conversation.findAdapter(adapterId);
  if (adapter === undefined) return { name: words.removedAdapter, kind: '', sizeBytes: null };
  return {
    name: adapter.name,
    kind: methodTitle(adapter.method),
    sizeBytes: adapter.sizeBytes,
  };
}
