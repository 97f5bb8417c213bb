/**
 * Who answers, side by side. Lanes chosen for the next message stand in the address (`adapter` for the first, `compare`
 * for the others, `base` for the model alone, `:0.8` for a scale); otherwise the last round's answer again.
 */
import type { ChatLane } from '../../../main/contract/conversations.ts';
import { mostLanes } from '../../../main/contract/procedures/chats.ts';
import type { Round } from './conversationTree.ts';

export const baseLane: ChatLane = { adapterId: null, scale: 1 };
export const greatestScale = 2;
export const scaleStep = 0.05;
/** For the same adapter beside itself. */
const usualScales = [1, 0.5, 1.5, 0.25, 2];

const baseWord = 'base';

/** Lanes of an address; undefined where it names none. */
export function readLanes(query: URLSearchParams): readonly ChatLane[] | undefined {
  const names = [...query.getAll('adapter'), ...query.getAll('compare')].flatMap((value) => value.split(','));
  const lanes = names.filter((name) => name !== '').map(readLane);
  return lanes.length === 0 ? undefined : withoutDoubles(lanes).slice(0, mostLanes);
}

/** For `router.setQuery`. */
export function writeLanes(lanes: readonly ChatLane[]): {
  readonly adapter: string | null;
  readonly compare: string | null;
} {
  const [first, ...others] = lanes.map(writeLane);
  return { adapter: first ?? null, compare: others.length === 0 ? null : others.join(',') };
}

export function lanesOf(round: Round): readonly ChatLane[] {
  return round.answers.map(({ adapterId, scale }) => ({ adapterId, scale: scale ?? 1 }));
}

/** A lane for an adapter that may answer in others already: at 1 where that is free, else at the next usual scale. */
export function newLane(others: readonly ChatLane[], adapterId: string | null): ChatLane {
  const scale = usualScales.find((each) => !isTaken(others, { adapterId, scale: each })) ?? 1;
  return { adapterId, scale };
}

/**
 * The scale nearest to the wanted one, in the direction of the movement, at which none of the others is that adapter:
 * two equal lanes would be one.
 */
export function freeScale(others: readonly ChatLane[], before: ChatLane, wanted: number): number {
  const direction = wanted < before.scale ? -1 : 1;
  const steps = [0, 1, 2, 3, -1, -2, -3].map((step) => Number((wanted + direction * step * scaleStep).toFixed(2)));
  const inRange = steps.filter((scale) => scale >= 0 && scale <= greatestScale);
  return inRange.find((scale) => !isTaken(others, { ...before, scale })) ?? before.scale;
}

function isTaken(lanes: readonly ChatLane[], wanted: ChatLane): boolean {
  return lanes.some((lane) => writeLane(lane) === writeLane(wanted));
}

export function sameLanes(some: readonly ChatLane[], others: readonly ChatLane[]): boolean {
  return (
    writeLanes(some).adapter === writeLanes(others).adapter && writeLanes(some).compare === writeLanes(others).compare
  );
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
