/**
 * A run of 100,000 steps that goes on while it is looked at, without an engine: this process holds the queue's lock as
 * its owner does and hands made-up steps to the real recorder, so that the studio in the other process sees what it
 * always sees.
 */
import { EventRecorder } from '../../../main/jobs/EventRecorder.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { layoutOf } from '../../../main/studio/dataFolder/dataFolder.ts';
import { FileLock } from '../../../main/studio/dataFolder/ownership.ts';

const stepsPerBeat = 2;
const beatMs = 50;

export class LiveRun {
  readonly #home: string;
  readonly #runId: string;
  readonly #lock: FileLock;
  #end: () => void = () => undefined;

  /**
   * The run becomes one that runs and has come so far. To be made before the studio is started: who is first has the
   * lock.
   */
  constructor(home: string, { runId, historySteps }: { readonly runId: string; readonly historySteps: number }) {
    this.#home = home;
    this.#runId = runId;
    this.#lock = new FileLock(layoutOf(home).ownerLockFile);
    if (!this.#lock.tryAcquire()) throw new Error('another process holds the queue');
    this.#withDatabase((runs) => {
      const row = runs.queueRows(runId).find((each) => each.runId === runId);
      if (row === undefined) throw new Error(`there is no run ${runId}`);
      runs.updateQueueRow({ ...row, state: 'running' });
      runs.records.truncateAfter(runId, historySteps);
      runs.update(runId, { startedAt: Date.now(), seenAt: Date.now(), finishedAt: null, phase: 'training' });
    });
  }

  /** Steps come in, about forty a second, until `stop`. */
  start(fromStep: number): void {
    const { database } = openDatabase({ file: layoutOf(this.#home).databaseFile, alone: false });
    const runs = new RunRepository(database, this.#home);
    const onFailure = (error: unknown): void => {
      process.stderr.write(`${String(error)}\n`);
    };
    const recorder = new EventRecorder({ runs, runId: this.#runId, onChange: () => undefined, onFailure });
    let step = fromStep;
    const timer = setInterval(() => {
      const steps = Array.from({ length: stepsPerBeat }, () => {
        step += 1;
        const loss = 0.7 + 0.2 * Math.sin(step / 40) + 0.1 * Math.sin(step * 12.9898);
        return {
          step,
          loss,
          gradNorm: 0.8,
          learningRate: 1e-5,
          tokens: 380,
          trainedTokens: 160,
          stepMs: beatMs / stepsPerBeat,
        };
      });
      recorder.add({ type: 'metrics', steps });
    }, beatMs);
    this.#end = () => {
      clearInterval(timer);
      recorder.flush();
      closeDatabase(database);
    };
  }

  stop(): void {
    this.#end();
    this.#lock.release();
  }

  #withDatabase(work: (runs: RunRepository) => void): void {
    const { database } = openDatabase({ file: layoutOf(this.#home).databaseFile, alone: false });
    try {
      work(new RunRepository(database, this.#home));
    } finally {
      closeDatabase(database);
    }
  }
}
