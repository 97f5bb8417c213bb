/**
 * Writes what a run reports, several events in one transaction, a few times a second: each commit waits for the disk. A
 * write that fails (a full disk) is kept and told at once, so that the run can be stopped before it trains for nothing.
 */
import type { TrainEvent } from '../contract/engine.ts';
import type { RunRepository } from '../database/runs.ts';
import { forgetPrunedCheckpoints } from './resumePoint.ts';
import { saidOf } from '../contract/errors.ts';

const flushMs = 250;
/** Between two announcements of figures that grow step by step; everything else is told at once. */
const announceStepsMs = 2_000;

export interface EventRecorderSetup {
  readonly runs: RunRepository;
  readonly runId: string;
  /** Something that lists show was written. */
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

export class EventRecorder {
  readonly #runs: RunRepository;
  readonly #runId: string;
  readonly #onChange: () => void;
  readonly #onFailure: (error: unknown) => void;
  #announcedAtMs = -Infinity;
  #pending: { readonly at: number; readonly event: TrainEvent }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor({ runs, runId, onChange, onFailure }: EventRecorderSetup) {
    this.#runs = runs;
    this.#runId = runId;
    this.#onChange = onChange;
    this.#onFailure = onFailure;
  }

  add(event: TrainEvent): void {
    this.#pending.push({ at: Date.now(), event });
    this.#timer ??= setTimeout(() => this.#flushLater(), flushMs);
  }

  /** Writes what is pending. Throws what the database throws; nothing is lost then, a later flush tries again. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#pending;
    if (batch.length === 0) return;
    this.#runs.transact(() => {
      for (const { at, event } of batch) this.#write(event, at);
      this.#runs.update(this.#runId, { seenAt: batch.at(-1)?.at });
    });
    this.#pending = [];
    this.#announce(batch.some(({ event }) => event.type !== 'metrics' && event.type !== 'log'));
  }

  #announce(isMore: boolean): void {
    const nowMs = performance.now();
    if (!isMore && nowMs - this.#announcedAtMs < announceStepsMs) return;
    this.#announcedAtMs = nowMs;
    this.#onChange();
  }

  #flushLater(): void {
    try {
      this.flush();
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #write(event: TrainEvent, at: number): void {
    const { records } = this.#runs;
    switch (event.type) {
      case 'phase':
        this.#runs.update(this.#runId, { phase: event.phase, phaseShare: event.share ?? null });
        break;
      case 'metrics':
        records.addSteps(this.#runId, event.steps);
        break;
      case 'evaluation':
        records.addEvaluation(this.#runId, event.evaluation);
        break;
      case 'sample':
        records.addEvaluationSamples(this.#runId, event.step, event.answers);
        break;
      case 'mark':
        records.addMark(this.#runId, event.mark);
        break;
      case 'checkpoint':
        records.addCheckpoint(this.#runId, { step: event.step, dir: event.dir, best: event.best, createdAt: at });
        forgetPrunedCheckpoints(this.#runs, this.#runId);
        break;
      case 'log':
        records.addLog(this.#runId, at, saidOf(event));
        break;
    }
  }
}
