/**
 * Runs one queued run on the training engine and hands events back. The engine process ends with the run, so that its
 * memory is free and the next run starts from nothing.
 */
import type { Run } from '../../contract/entities.ts';
import type { TrainEvent, TrainResult } from '../../contract/engine.ts';
import { logEvent } from '../../contract/engine.ts';
import type { EngineHost } from '../../engineHost/EngineHost.ts';
import { forgetEngine, noteEngine } from '../../jobs/lastEngine.ts';
import type { RunExecutor } from '../../jobs/RunQueue.ts';
import { type BackendWorld, chooseBackend } from '../machine/backendChoice.ts';
import { trainJob, type TrainJobSetup } from './trainJob.ts';
import { backendWords } from '../../contract/words/backends.ts';

export interface TrainExecutorSetup extends TrainJobSetup {
  readonly host: EngineHost;
  readonly world: () => BackendWorld;
}

/** A last step, a checkpoint and the adapter must fit in; the engine looks for a stop between steps. */
const stopDeadlineMs = 180_000;

export class TrainExecutor implements RunExecutor {
  readonly #setup: TrainExecutorSetup;

  constructor(setup: TrainExecutorSetup) {
    this.#setup = setup;
  }

  async run(run: Run, signal: AbortSignal, onEvent: (event: TrainEvent) => void): Promise<TrainResult> {
    const { host, world } = this.#setup;
    const { backend, device, precision, threads } = run.configuration;
    const request = { backend: backend as 'auto', device, precision, threads };
    const choice = chooseBackend(request, world());
    onEvent(logEvent(backendWords.chosen({ label: choice.label, threads: choice.settings.threads, why: choice.why })));
    const job = await trainJob(run, this.#setup, signal);
    try {
      const training = host.request(
        'train',
        { settings: choice.settings, job },
        { onEvent, signal, cancelDeadlineMs: stopDeadlineMs },
      );
      const [result] = await Promise.all([training, this.#noteEngine(run)]);
      return result;
    } finally {
      await host.stop();
      forgetEngine(run.dir);
    }
  }

  /** Async, so that what it throws meets the request in one place. */
  async #noteEngine(run: Run): Promise<void> {
    const { pid } = this.#setup.host;
    if (pid !== undefined) noteEngine(run.dir, pid);
  }
}
