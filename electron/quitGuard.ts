/** Asks before a quit would interrupt a run, and lets the studio save it before the process ends. */
export interface QuitSetup {
  readonly isTraining: () => boolean;
  /** True to quit. */
  readonly ask: () => Promise<boolean>;
  /** Saves and closes everything. */
  readonly close: () => Promise<void>;
  readonly exit: () => void;
}

export class QuitGuard {
  readonly #setup: QuitSetup;
  #state: 'open' | 'asking' | 'closing' = 'open';

  constructor(setup: QuitSetup) {
    this.#setup = setup;
  }

  /** For Electron's `before-quit`: always held back; the process ends by `exit` once everything is closed. */
  async onBeforeQuit(event: { preventDefault(): void }): Promise<void> {
    event.preventDefault();
    if (this.#state !== 'open') return;
    this.#state = 'asking';
    if (this.#setup.isTraining() && !(await this.#setup.ask())) {
      this.#state = 'open';
      return;
    }
    this.#state = 'closing';
    try {
      await this.#setup.close();
    } finally {
      this.#setup.exit();
    }
  }
}
