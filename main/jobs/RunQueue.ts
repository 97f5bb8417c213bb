/**
 * The owner's loop: takes the next queued row, runs it through the executor, writes how it ended; never two at once.
 * Only the holder of the lock runs anything. A process that wants to but cannot keeps asking, so that a run queued in a
 * second process starts when the first one ends. Wishes to stop come through the row, from whichever process.
 */
import type { Adapter, Run } from '../contract/entities.ts';
import type { TrainEvent, TrainResult } from '../contract/engine.ts';
import { type GraftError, toGraftError, saidOf } from '../contract/errors.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { RunFindings, RunRepository } from '../database/runs.ts';
import { EventRecorder } from './EventRecorder.ts';
import type { RunOutcome } from './queueReducer.ts';
import { lastEngineGone } from './lastEngine.ts';
import { QueueStore } from './QueueStore.ts';
import { prepareResume } from './resumePoint.ts';
import { runQueueWords } from '../contract/words/runQueue.ts';
import type { Said } from '../contract/words/words.ts';

export interface RunExecutor {
  /** Resumes from the run's last checkpoint if it has one. An aborted signal means stop and save. Throws GraftError. */
  run(run: Run, signal: AbortSignal, onEvent: (event: TrainEvent) => void): Promise<TrainResult>;
}

/** The lock of the queue; see studio/dataFolder/ownership.ts. */
export interface QueueLock {
  readonly held: boolean;
  tryAcquire(): boolean;
  release(): void;
}

export interface RunQueueOptions {
  readonly runs: RunRepository;
  readonly executor: RunExecutor;
  readonly lock: QueueLock;
  /**
   * `all`: the lock is kept and every queued run is taken (a studio with a window). `own`: only runs that this process
   * queued, and the lock is held only for them (a command), so that a forgotten chat holds up nobody.
   */
  readonly takes: 'all' | 'own';
  /** Puts the result of a finished run into the library. */
  readonly keepAdapter: (run: Run, result: TrainResult) => Promise<Adapter>;
  readonly onNotice?: (notice: Said) => void;
  /** A run changed its state, its phase or its figures, or an adapter came into the library. */
  readonly onChange?: (what: 'run' | 'adapter') => void;
  readonly pollMs?: number;
}

const infrastructureErrors: readonly ErrorCode[] = ['engineCrashed', 'deviceLost'];

export class RunQueue {
  readonly #options: RunQueueOptions;
  readonly #store: QueueStore;
  readonly #own = new Set<string>();
  readonly #pollMs: number;
  #current: { readonly runId: string; readonly control: AbortController } | undefined;
  #isHeld = false;
  /** What a hold interrupted, and what goes on now that it is over. */
  #heldRunId: string | undefined;
  #goesOnId: string | undefined;
  #loop: Promise<void> | undefined;
  #closing = false;
  #lastNotice = '';
  #wake: () => void = () => undefined;

  constructor(options: RunQueueOptions) {
    this.#options = options;
    this.#store = new QueueStore(options.runs, () => options.onChange?.('run'));
    this.#pollMs = options.pollMs ?? 200;
  }

  get ownsQueue(): boolean {
    return this.#options.lock.held;
  }

  /** Marks what a dead owner left as interrupted, if this process can have the lock, and starts the loop. */
  start(): void {
    this.#takeLock();
    this.#loop ??= this.#run();
  }

  /** This process wants the queued run done, by itself if nobody else does it; also while the queue was held. */
  adopt(runId: string): void {
    this.#own.add(runId);
    this.#isHeld = false;
    this.#wake();
  }

  /** Queued again, or taken over from a process that queued it and died; false when its state allows neither. */
  resume(runId: string): boolean {
    const isQueued =
      this.#store.apply({ type: 'resumed', runId, at: Date.now() }).length > 0 ||
      this.#options.runs.status(runId)?.state === 'queued';
    if (isQueued) this.adopt(runId);
    return isQueued;
  }

  /**
   * What waits is cancelled, what runs is asked to stop; false when it does neither. What is discarded goes to the
   * trash.
   */
  stop(runId: string, keep: 'save' | 'discard' = 'save'): boolean {
    const changed = this.#store.apply({ type: 'stopWished', runId, discard: keep === 'discard' }).length > 0;
    this.#wake();
    return changed;
  }

  /**
   * Interrupts what runs here, saved at its last step and with nothing kept in the library, and takes no other until
   * `release`, or until a person asks for a run. The interrupted run, if any.
   */
  hold(): string | undefined {
    this.#isHeld = true;
    this.#goesOnId = undefined;
    this.#heldRunId = this.#current?.runId ?? this.#heldRunId;
    this.#current?.control.abort();
    return this.#current?.runId;
  }

  /** What was interrupted goes on, before everything that waits. */
  release(): void {
    this.#isHeld = false;
    this.#goesOnId = this.#heldRunId;
    this.#heldRunId = undefined;
    this.#wake();
  }

  /** A run that waits goes before another one that waits, or to the end. */
  reorder(runId: string, before: string | null): void {
    this.#store.apply({ type: 'reordered', runId, before });
  }

  /** Stops and saves what runs here, which is then `interrupted`, and lets the lock go. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#current?.control.abort();
    this.#wake();
    await this.#loop;
    this.#options.lock.release();
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      const worked = await this.#turnOrTell();
      if (!worked && !this.#closing) await this.#pause();
    }
  }

  /** A full disk or a locked database passes; the queue outlives it and tells once. */
  async #turnOrTell(): Promise<boolean> {
    try {
      const worked = await this.#turn();
      this.#lastNotice = '';
      return worked;
    } catch (error) {
      const notice = runQueueWords.queueError({ message: saidOf(toGraftError(error)) });
      if (notice.text !== this.#lastNotice) this.#options.onNotice?.(notice);
      this.#lastNotice = notice.text;
      return false;
    }
  }

  /** One look at the queue: true when a run was done. */
  async #turn(): Promise<boolean> {
    this.#forgetEnded();
    if (!this.#isWanted()) {
      this.#options.lock.release();
      return false;
    }
    if (this.#isHeld || !this.#takeLock()) return false;
    this.#goOn();
    const runId = this.#store.next((id) => this.#mayTake(id));
    if (runId === undefined || this.#store.apply({ type: 'started', runId }).length === 0) return false;
    await this.#execute(runId);
    return true;
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#pollMs).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Whoever has the lock and runs nothing knows that a `running` row is a dead owner's. */
  #takeLock(): boolean {
    const { lock } = this.#options;
    if (!lock.held && !lock.tryAcquire()) return false;
    if (this.#store.isAnyRunning()) this.#store.apply({ type: 'ownerLost' });
    return true;
  }

  /** Unless a person has done something else with it meanwhile. */
  #goOn(): void {
    const runId = this.#goesOnId;
    this.#goesOnId = undefined;
    const status = runId === undefined ? undefined : this.#options.runs.status(runId);
    if (runId === undefined || status?.state !== 'interrupted' || status.trashedAt !== null) return;
    const next = this.#store.next();
    if (this.resume(runId) && next !== undefined) this.reorder(runId, next);
  }

  #isWanted(): boolean {
    return this.#options.takes === 'all' || this.#own.size > 0 || this.#goesOnId !== undefined;
  }

  /** A run of ours that another process runs stays wanted: should that process die, its end is for us to write. */
  #forgetEnded(): void {
    for (const runId of this.#own) {
      const state = this.#options.runs.status(runId)?.state;
      if (state !== 'queued' && state !== 'running') this.#own.delete(runId);
    }
  }

  #mayTake(runId: string): boolean {
    return this.#options.takes === 'all' || this.#own.has(runId);
  }

  async #execute(runId: string): Promise<void> {
    const { runs, executor } = this.#options;
    const control = new AbortController();
    let writeFailure: unknown;
    const recorder = new EventRecorder({
      ...{ runs, runId, onChange: () => this.#options.onChange?.('run') },
      onFailure: (error) => {
        writeFailure ??= error;
        control.abort();
      },
    });
    this.#current = { runId, control };
    const watch = setInterval(() => this.#obeyStopWish(runId, control), this.#pollMs);
    try {
      await lastEngineGone(runs.get(runId).dir);
      prepareResume(runs, runs.get(runId), Date.now());
      const result = await executor.run(runs.get(runId), control.signal, (event) => recorder.add(event));
      recorder.flush();
      if (writeFailure !== undefined) throw toGraftError(writeFailure);
      await this.#succeed(runs.get(runId), result);
    } catch (error) {
      flushAfterFailure(recorder, this.#options.onNotice);
      this.#fail(runId, writeFailure ?? error);
    } finally {
      clearInterval(watch);
      this.#current = undefined;
    }
  }

  #obeyStopWish(runId: string, control: AbortController): void {
    try {
      if (this.#options.runs.status(runId)?.stopWished === true) control.abort();
    } catch (error) {
      this.#options.onNotice?.(runQueueWords.stopNotRead({ message: saidOf(toGraftError(error)) }));
    }
  }

  async #succeed(run: Run, result: TrainResult): Promise<void> {
    const adapter = this.#isKept(run.id, result) ? await this.#options.keepAdapter(run, result) : undefined;
    if (adapter !== undefined) this.#options.onChange?.('adapter');
    this.#options.runs.transact(() => {
      const isDiscarded = this.#options.runs.status(run.id)?.discardWished === true;
      const outcome: RunOutcome =
        result.state === 'succeeded' && !isDiscarded ? 'succeeded' : this.#stoppedOutcome(run.id);
      this.#options.runs.update(run.id, { ...findingsOf(result), ...(adapter && { adapterId: adapter.id }) });
      this.#options.runs.records.setSamples(run.id, result.samples);
      this.#store.apply({ type: 'ended', runId: run.id, outcome, infrastructure: false });
    });
  }

  /** What a person stopped is kept as it stands; what the end of this process cut off goes on later. */
  #isKept(runId: string, { state, steps }: TrainResult): boolean {
    const status = this.#options.runs.status(runId);
    if (status?.discardWished === true) return false;
    return state === 'succeeded' || (status?.stopWished === true && steps > 0);
  }

  /** Nobody asked for it to stop but the end of this process: it can be resumed as if the process had died. */
  #stoppedOutcome(runId: string): RunOutcome {
    return this.#options.runs.status(runId)?.stopWished === true ? 'cancelled' : 'interrupted';
  }

  #fail(runId: string, thrown: unknown): void {
    const error = toGraftError(thrown);
    const isStop = error.code === 'cancelled';
    const canGoOn = error.code === 'interrupted' || isDeadProcess(error);
    const outcome: RunOutcome = isStop ? this.#stoppedOutcome(runId) : canGoOn ? 'interrupted' : 'failed';
    this.#options.runs.transact(() => {
      if (!isStop) this.#options.runs.update(runId, { error: error.toJSON() });
      this.#store.apply({ type: 'ended', runId, outcome, infrastructure: infrastructureErrors.includes(error.code) });
    });
  }
}

/** Whatever ended it, even if it looks like memory that ran out: its checkpoint is whole. */
function isDeadProcess({ code, data }: GraftError): boolean {
  return code === 'engineCrashed' || 'exitCode' in data;
}

/** The first failure is the one to report; one while saving the last metrics is only told. */
function flushAfterFailure(recorder: EventRecorder, onNotice?: (notice: Said) => void): void {
  try {
    recorder.flush();
  } catch (error) {
    onNotice?.(runQueueWords.metricsNotWritten({ message: saidOf(toGraftError(error)) }));
  }
}

function findingsOf(result: TrainResult): RunFindings {
  return {
    baseEvaluation: result.baseEvaluation ?? null,
    adapterEvaluation: result.adapterEvaluation ?? null,
    testEvaluation: result.testEvaluation ?? null,
    trainableParameters: result.trainableParameters,
    storedBytes: result.storedBytes,
    peakMemoryBytes: result.peakMemoryBytes,
    tokensPerSecond: result.tokensPerSecond,
    adapterStep: result.adapterStep,
  };
}
