/**
 * Who answers, side by side. Lanes chosen for the next message stand in the address (`adapter` for the first, `compare`
 * for the others, `base` for the model alone, `:0.8` for a scale); otherwise the last round's answer again.
 */
import type { ChatLane } from '../../../main/contract/conversations.ts';
import { mostLanes } from '../../../main/contract/procedures/chats.ts';
import type { Round } from './conversationTree.ts';

export const baseLane: ChatLane = { adapterId: null, scale: 1 };
export const greatestScale = 2;

const baseWord = 'base';

/** Lanes of an address; undefined where it names none. */
export function readLanes(query: URLSearchParams): readonly ChatLane[] | undefined {
  const names = [...query.getAll('adapter'), ...query.getAll('compare')].flatMap((value) => value.split(','));
  const lanes = names.filter((name) => name !== '').map(readLane);
  return lanes.length === 0 ? undefined : withoutDoubles(lanes).slice(0, mostLanes);
}

/** For `router.setQuery`. */
export function writeLanes(lanes: readonly ChatLane[]): { readonly adapter: string | null; readonly compare: string | null } {
  const [first, ...others] = lanes.map(writeLane);
  return { adapter: first ?? null, compare: others.length === 0 ? null : others.join(',') };
}

export function lanesOf(round: Round): readonly ChatLane[] {
  return round.answers.map(({ adapterId, scale }) => ({ adapterId, scale: scale ?? 1 }));
}

export function sameLanes(some: readonly ChatLane[], others: readonly ChatLane[]): boolean {
  return writeLanes(some).adapter === writeLanes(others).adapter && writeLanes(some).compare === writeLanes(others).compare;
}

function readLane(name: string): ChatLane {
  const [id = baseWord, scaleText = ''] = name.split(':');
  const scale = Number(scaleText);
  const isScale = scaleText !== '' && scale >= 0 && scale <= greatestScale;
  return { adapterId: id === baseWord ? null : id, scale: isScale ? scale : 1 };
}

function writeLane({ adapterId, scale }: ChatLane): string {
  if (adapterId === null) return baseWord;
  return scale === 1 ? adapterId : `${adapterId}:${scale}`;
}

/** One adapter answers once; at two scales it may answer twice. */
function withoutDoubles(lanes: readonly ChatLane[]): readonly ChatLane[] {
  return [...new Map(lanes.map((lane) => [writeLane(lane), lane])).values()];
}
