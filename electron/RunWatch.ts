/**
 * What the desktop shows of training while no window need be open: progress in dock or taskbar, a notification at the end
 * of a run, no sleep meanwhile, and a pause on battery for who wants it.
 */
import type { RunSummary } from '../main/contract/runHistory.ts';
import type { Studio } from '../main/contract/services.ts';

/** The thin calls of the shell. */
export interface Desktop {
  /** 0–1, or null for none. */
  showProgress(share: number | null): void;
  notify(title: string, body: string, address: string): void;
  stayAwake(wanted: boolean): void;
  isOnBattery(): boolean;
}

interface RunWatchSetup {
  readonly studio: Pick<Studio, 'changes' | 'preferences' | 'runs' | 'runHistory'>;
  readonly desktop: Desktop;
  readonly words: RunWords;
}

export interface RunWords {
  ended(run: RunSummary): string;
  pausedOnBattery: string;
}

const progressEveryMs = 2000;

export class RunWatch {
  readonly #setup: RunWatchSetup;
  readonly #running = new Map<string, RunSummary>();
  /** Stopped because of the battery: they go on with the charger. */
  readonly #paused = new Set<string>();

  constructor(setup: RunWatchSetup) {
    this.#setup = setup;
  }

  /** Until the signal aborts or the studio closes. */
  async follow(signal: AbortSignal): Promise<void> {
    const timer = setInterval(() => this.look(), progressEveryMs);
    try {
      this.look();
      for await (const { topics } of this.#setup.studio.changes.watch(signal)) {
        if (topics.includes('runs') || topics.includes('preferences')) this.look();
      }
    } finally {
      clearInterval(timer);
      this.#setup.desktop.showProgress(null);
      this.#setup.desktop.stayAwake(false);
    }
  }

  look(): void {
    const { studio, desktop } = this.#setup;
    const running = studio.runHistory.page({ states: ['running'], offset: 0, limit: 10, trashed: false }).items;
    for (const [id, before] of this.#running) if (!running.some((run) => run.id === id)) this.#tellEnd(before);
    this.#running.clear();
    for (const run of running) this.#running.set(run.id, run);
    const [first] = running;
    desktop.showProgress(first === undefined || first.steps === 0 ? null : first.step / first.steps);
    desktop.stayAwake(first !== undefined && studio.preferences.get().stayAwakeWhileTraining);
  }

  /** The charger was pulled or put in. */
  async powerChanged(): Promise<void> {
    const { studio, desktop, words } = this.#setup;
    if (!desktop.isOnBattery()) {
      for (const id of this.#paused) await studio.runs.resume(id);
      this.#paused.clear();
      return;
    }
    if (!studio.preferences.get().pauseOnBattery) return;
    for (const { id, name } of this.#running.values()) {
      await studio.runs.stop(id);
      this.#paused.add(id);
      desktop.notify(name, words.pausedOnBattery, `/runs/${id}`);
    }
  }

  #tellEnd(before: RunSummary): void {
    const { studio, desktop, words } = this.#setup;
    if (this.#paused.has(before.id) || !studio.preferences.get().notifyWhenRunEnds) return;
    const now = studio.runHistory.get(before.id);
    desktop.notify(before.name, words.ended({ ...before, state: now.state }), `/runs/${before.id}`);
  }
}
