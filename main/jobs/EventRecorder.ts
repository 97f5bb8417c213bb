/**
 * Writes what a run reports, several events in one transaction, a few times a second: each commit waits for the disk.
 * A write that fails (a full disk) is kept and told at once, so that the run can be stopped before it trains for nothing.
 */
import type { TrainEvent } from '../contract/engine.ts';
import type { RunRepository } from '../database/runs.ts';
import { forgetPrunedCheckpoints } from './resumePoint.ts';

const flushMs = 250;

export class EventRecorder {
  readonly #runs: RunRepository;
  readonly #runId: string;
  readonly #onFailure: (error: unknown) => void;
  #pending: { readonly at: number; readonly event: TrainEvent }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(runs: RunRepository, runId: string, onFailure: (error: unknown) => void) {
    this.#runs = runs;
    this.#runId = runId;
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
    });
    this.#pending = [];
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
        this.#runs.update(this.#runId, { phase: event.phase });
        break;
      case 'metrics':
        records.addSteps(this.#runId, event.steps);
        break;
      case 'evaluation':
        records.addEvaluation(this.#runId, event.evaluation);
        break;
      case 'checkpoint':
        records.addCheckpoint(this.#runId, { step: event.step, dir: event.dir, best: event.best, createdAt: at });
        forgetPrunedCheckpoints(this.#runs, this.#runId);
        break;
      case 'log':
        records.addLog(this.#runId, at, event.message);
        break;
    }
  }
}
