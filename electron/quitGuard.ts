/**
 * How the app ends: asks before a quit would interrupt a run, and lets the studio save it before the process goes. A
 * machine that shuts down is not asked; while it is being saved nothing interrupts.
 */
export interface QuitSetup {
  readonly isTraining: () => boolean;
  /** True to quit. */
  readonly ask: () => Promise<boolean>;
  /** Saves and closes everything. */
  readonly close: () => Promise<void>;
  readonly exit: () => void;
  readonly onFailure: (error: unknown) => void;
}

interface Preventable {
  preventDefault(): void;
}

export class QuitGuard {
  readonly #setup: QuitSetup;
  #state: 'open' | 'asking' | 'closing' = 'open';

  constructor(setup: QuitSetup) {
    this.#setup = setup;
  }

  /**
   * For Electron's `before-quit`, and for the close of a window without which there would be no app: always held back;
   * the process ends by `exit` once everything is closed.
   */
  async onQuit(event: Preventable): Promise<void> {
    event.preventDefault();
    if (this.#state !== 'open') return;
    this.#state = 'asking';
    const isAllowed = await this.#isAllowed();
    if (this.#state === 'asking') this.#state = 'open';
    if (isAllowed) await this.#leave();
  }

  /** The system ends, or the person's session: held back for as long as the studio needs, unasked. */
  async onShutdown(event?: Preventable): Promise<void> {
    event?.preventDefault();
    await this.#leave();
  }

  async #isAllowed(): Promise<boolean> {
    try {
      return !this.#setup.isTraining() || (await this.#setup.ask());
    } catch (error) {
      this.#setup.onFailure(error);
      return true; // a question that cannot be asked holds nobody back: what runs is saved
    }
  }

  async #leave(): Promise<void> {
    if (this.#state === 'closing') return;
    this.#state = 'closing';
    try {
      await this.#setup.close();
    } catch (error) {
      this.#setup.onFailure(error);
    } finally {
      this.#setup.exit();
    }
  }
}
