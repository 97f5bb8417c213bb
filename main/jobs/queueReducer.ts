/**
 * The life of runs in the queue, as a pure function: (state, event) → state. An event that is not allowed gives the
 * very same object back. At most one run is `running`; three infrastructure failures in a row (the engine died, the
 * device was lost) hold the queue, so that one broken machine does not burn through everything that waits, until a
 * person asks again.
 */
import type { RunState } from '../contract/entities.ts';

export interface QueueEntry {
  readonly runId: string;
  readonly state: RunState;
  /** A person asked the running run to stop; its engine has not answered yet. */
  readonly stopWished: boolean;
  /** Beside `stopWished`: nothing of the run is to be kept in the library. Stays true after its end. */
  readonly discardWished: boolean;
  /** Milliseconds since 1970. */
  readonly queuedAt: number;
  /** Order of the queue, lowest first: the time it was queued until a person puts it elsewhere. */
  readonly rank: number;
}

export interface QueueState {
  readonly entries: readonly QueueEntry[];
  /** In a row, without a run in between that ended in another way. */
  readonly infrastructureFailures: number;
}

export type RunOutcome = 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

export type QueueEvent =
  | { readonly type: 'enqueued'; readonly runId: string; readonly at: number }
  | { readonly type: 'resumed'; readonly runId: string; readonly at: number }
  | { readonly type: 'stopWished'; readonly runId: string; readonly discard?: boolean }
  /** A queued run goes before another queued one, or to the end. */
  | { readonly type: 'reordered'; readonly runId: string; readonly before: string | null }
  | { readonly type: 'started'; readonly runId: string }
  | { readonly type: 'ended'; readonly runId: string; readonly outcome: RunOutcome; readonly infrastructure: boolean }
  /** The process that ran things is gone; its run can be resumed. */
  | { readonly type: 'ownerLost' };

export const maxInfrastructureFailures = 3;

const resumable: readonly RunState[] = ['interrupted', 'cancelled', 'failed'];

export const emptyQueue: QueueState = { entries: [], infrastructureFailures: 0 };

/** The next state; the same object when the event is not allowed now. */
export function reduceQueue(state: QueueState, event: QueueEvent): QueueState {
  switch (event.type) {
    case 'enqueued':
      return enqueue(state, event.runId, event.at);
    case 'resumed':
      return released(resume(state, event.runId, event.at), state);
    case 'stopWished':
      return change(state, event.runId, (entry) => withStopWish(entry, event.discard === true));
    case 'reordered':
      return reorder(state, event.runId, event.before);
    case 'started':
      return nextRun(state) === undefined || state.entries.some(isRunning)
        ? state
        : change(state, event.runId, (entry) => entry.state === 'queued' && { ...entry, state: 'running' });
    case 'ended':
      return end(state, event);
    case 'ownerLost':
      return interruptRunning(state);
  }
}

/** The queued run to start next: the one that waits longest; none while one runs or the queue is held. */
export function nextRun(state: QueueState, mayTake: (runId: string) => boolean = () => true): string | undefined {
  if (state.infrastructureFailures >= maxInfrastructureFailures || state.entries.some(isRunning)) return undefined;
  return state.entries.filter((entry) => entry.state === 'queued' && mayTake(entry.runId)).toSorted(byOrder)[0]?.runId;
}

function byOrder(a: QueueEntry, b: QueueEntry): number {
  return a.rank - b.rank || (a.runId < b.runId ? -1 : 1);
}

function isRunning(entry: QueueEntry): boolean {
  return entry.state === 'running';
}

function enqueue(state: QueueState, runId: string, at: number): QueueState {
  if (state.entries.some((entry) => entry.runId === runId)) return state;
  const entry: QueueEntry = {
    runId,
    state: 'queued',
    stopWished: false,
    discardWished: false,
    queuedAt: at,
    rank: lastRank(state, at),
  };
  return { entries: [...state.entries, entry], infrastructureFailures: 0 };
}

function resume(state: QueueState, runId: string, at: number): QueueState {
  const rank = lastRank(state, at);
  return change(
    state,
    runId,
    (entry) =>
      resumable.includes(entry.state) && { ...entry, state: 'queued', discardWished: false, queuedAt: at, rank },
  );
}

/** Behind everything that waits or runs. */
function lastRank({ entries }: QueueState, at: number): number {
  const open = entries.filter(({ state }) => state === 'queued' || state === 'running');
  return Math.max(at, ...open.map(({ rank }) => rank + 1));
}

/** The ranks that the waiting runs have are dealt out anew, so that nothing else moves. */
function reorder(state: QueueState, runId: string, before: string | null): QueueState {
  const waiting = state.entries.filter((entry) => entry.state === 'queued').toSorted(byOrder);
  const moved = waiting.find((entry) => entry.runId === runId);
  const others = waiting.filter((entry) => entry !== moved);
  const place = before === null ? others.length : others.findIndex((entry) => entry.runId === before);
  if (moved === undefined || place < 0) return state;
  const order = others.toSpliced(place, 0, moved);
  const ranks = new Map<string, number>();
  let last = -Infinity;
  for (const [index, entry] of order.entries()) {
    last = Math.max(waiting[index]?.rank ?? last, last + 1);
    ranks.set(entry.runId, last);
  }
  const entries = state.entries.map((entry) => withRank(entry, ranks.get(entry.runId)));
  return entries.every((entry, index) => entry === state.entries[index]) ? state : { ...state, entries };
}

function withRank(entry: QueueEntry, rank: number | undefined): QueueEntry {
  return rank === undefined || rank === entry.rank ? entry : { ...entry, rank };
}

/** A person who asks for a run again has seen to the machine: the queue goes on. */
function released(next: QueueState, before: QueueState): QueueState {
  return next === before ? before : { ...next, infrastructureFailures: 0 };
}

/** What waits is cancelled at once; what runs is asked to stop and save. */
function withStopWish(entry: QueueEntry, discard: boolean): QueueEntry | false {
  if (entry.state === 'queued') return { ...entry, state: 'cancelled', discardWished: discard };
  const isNews = !entry.stopWished || (discard && !entry.discardWished);
  return entry.state === 'running' && isNews && { ...entry, stopWished: true, discardWished: discard };
}

function end(state: QueueState, event: Extract<QueueEvent, { type: 'ended' }>): QueueState {
  const next = change(
    state,
    event.runId,
    (entry) => isRunning(entry) && { ...entry, state: event.outcome, stopWished: false },
  );
  if (next === state) return state;
  return { ...next, infrastructureFailures: event.infrastructure ? state.infrastructureFailures + 1 : 0 };
}

function interruptRunning(state: QueueState): QueueState {
  if (!state.entries.some(isRunning)) return state;
  const entries = state.entries.map((entry): QueueEntry =>
    isRunning(entry) ? { ...entry, state: 'interrupted', stopWished: false } : entry,
  );
  return { ...state, entries };
}

function change(state: QueueState, runId: string, to: (entry: QueueEntry) => QueueEntry | false): QueueState {
  const index = state.entries.findIndex((entry) => entry.runId === runId);
  const entry = state.entries[index];
  const changed = entry === undefined ? false : to(entry);
  return changed === false ? state : { ...state, entries: state.entries.with(index, changed) };
}
