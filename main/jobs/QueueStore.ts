/**
 * The queue's reducer over the rows of the database: every change of a run's state, from whichever process, is one
 * event reduced inside one write transaction. Only the count of infrastructure failures lives in memory: a new start of
 * the studio is a reason to try again.
 */
import type { RunRepository } from '../database/runs.ts';
import { endStates } from '../contract/entities.ts';
import { nextRun, reduceQueue } from './queueReducer.ts';
import type { QueueEntry, QueueEvent, QueueState } from './queueReducer.ts';

const noPhase = { phase: null, phaseShare: null };

export class QueueStore {
  readonly #runs: RunRepository;
  readonly #now: () => number;
  readonly #onChange: () => void;
  #failures = 0;
  #lastEndedAt = 0;

  /** `onChange` hears of every change of a state that this process made, when it is written. */
  constructor(runs: RunRepository, onChange: () => void = () => undefined, now: () => number = Date.now) {
    this.#runs = runs;
    this.#onChange = onChange;
    this.#now = now;
  }

  /** The ids of the runs that changed; empty when the event is not allowed now. */
  apply(event: QueueEvent): readonly string[] {
    const changedIds = this.#runs.transact(() => {
      const before = this.#load('runId' in event ? event.runId : null);
      const after = reduceQueue(before, event);
      const changed = after.entries.filter((entry, index) => entry !== before.entries[index]);
      for (const entry of changed) this.#write(entry, event);
      this.#failures = after.infrastructureFailures;
      if (event.type === 'ended' && changed.length > 0) this.#lastEndedAt = this.#now();
      return changed.map(({ runId }) => runId);
    });
    if (changedIds.length > 0) this.#onChange();
    return changedIds;
  }

  /** The run to start now, if any. */
  next(mayTake?: (runId: string) => boolean): string | undefined {
    return nextRun(this.#load(null), mayTake);
  }

  isAnyRunning(): boolean {
    return this.#runs.queueRows().some(({ state }) => state === 'running');
  }

  /** A run that was queued, by whichever process, after the last failure counts as a person asking again. */
  #load(runId: string | null): QueueState {
    const entries = this.#runs.queueRows(runId);
    const askedAgain = entries.some((entry) => entry.state === 'queued' && entry.queuedAt > this.#lastEndedAt);
    return { entries, infrastructureFailures: askedAgain ? 0 : this.#failures };
  }

  #write(entry: QueueEntry, event: QueueEvent): void {
    const { runId, state, discardWished } = entry;
    this.#runs.updateQueueRow(entry);
    if (event.type === 'reordered' || (event.type === 'stopWished' && state === 'running')) return;
    if (state === 'queued') this.#runs.update(runId, { finishedAt: null, error: null, ...noPhase });
    if (state === 'running') this.#runs.update(runId, { startedAt: this.#now(), seenAt: this.#now(), ...noPhase });
    if (!endStates.includes(state)) return;
    if (event.type === 'ended') this.#runs.addElapsed(runId, this.#now());
    if (event.type === 'ownerLost') this.#runs.addElapsed(runId, null);
    this.#runs.noteEnd(runId, this.#now());
    if (discardWished) this.#runs.setTrashed(runId, this.#now());
  }
}
