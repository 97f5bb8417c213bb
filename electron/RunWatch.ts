/**
 * What the desktop shows of training while no window need be open: progress in dock or taskbar, a notification at the
 * end of a run, no sleep meanwhile, and a pause on battery for who wants it. One for each studio: an exchanged one gets
 * another.
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
  readonly studio: Pick<Studio, 'preferences' | 'runs' | 'runHistory'>;
  readonly desktop: Desktop;
  /** Asked each time: the language may have changed. */
  readonly words: () => RunWords;
}

interface RunWords {
  readonly ended: Readonly<Record<RunSummary['state'], string>>;
  readonly pausedOnBattery: string;
}

export class RunWatch {
  readonly #setup: RunWatchSetup;
  #running: ReadonlyMap<string, RunSummary> = new Map();
  /** Its end is a pause, which was told as such. */
  #pausedId: string | undefined;

  constructor(setup: RunWatchSetup) {
    this.#setup = setup;
  }

  /** To be called with every change of runs or preferences, and every few seconds for the progress. */
  look(): void {
    const { studio, desktop } = this.#setup;
    const running = studio.runHistory.page({ states: ['running'], offset: 0, limit: 10, trashed: false }).items;
    const before = this.#running;
    this.#running = new Map(running.map((run) => [run.id, run]));
    const [first] = running;
    desktop.showProgress(first === undefined || first.steps === 0 ? null : first.step / first.steps);
    desktop.stayAwake(first !== undefined && studio.preferences.get().stayAwakeWhileTraining);
    for (const [id, run] of before) if (!this.#running.has(id)) this.#tellEnd(run);
  }

  /** The charger was pulled or put in. */
  powerChanged(): void {
    const { studio, desktop, words } = this.#setup;
    if (!desktop.isOnBattery()) {
      studio.runs.releaseQueue();
      return;
    }
    if (!studio.preferences.get().pauseOnBattery) return;
    const paused = studio.runs.holdQueue();
    if (paused === undefined) return;
    this.#pausedId = paused;
    desktop.notify(studio.runHistory.get(paused).name, words().pausedOnBattery, `/runs/${paused}`);
  }

  /** The desktop forgets about training. */
  end(): void {
    this.#setup.desktop.showProgress(null);
    this.#setup.desktop.stayAwake(false);
  }

  #tellEnd({ id, name }: RunSummary): void {
    const { studio, desktop, words } = this.#setup;
    const isPause = this.#pausedId === id;
    if (isPause) this.#pausedId = undefined;
    if (isPause || !studio.preferences.get().notifyWhenRunEnds) return;
    desktop.notify(name, words().ended[studio.runHistory.get(id).state], `/runs/${id}`);
  }
}
