/**
 * Ctrl-C: the first asks the command to stop and save, the second ends it at once. Engine processes end with this one,
 * since their channel closes. One press can arrive several times, from the terminal and passed on by npm and start.mjs.
 */
import { ownSurroundings, type Surroundings } from './surroundings.ts';
import type { Terminal } from './terminal.ts';

const interruptedStatus = 130;
const stopsAndSaves = 'Stopping and saving. Press Ctrl-C again to end at once; the last checkpoint is kept either way.';

/** npm passes on a Ctrl-C that the terminal has sent to this process already. */
const sameSignalMs = 300;
const samePressMs = 500;

export class Interrupt {
  readonly #controller = new AbortController();
  readonly #terminal: Terminal;
  readonly #surroundings: Pick<Surroundings, 'signals' | 'exit'>;
  readonly #onSignal = (): void => this.#received();
  #lastSignalMs = -Infinity;
  #listeners: (() => boolean)[] = [];
  #lastMs = -Infinity;
  #note = stopsAndSaves;

  constructor(terminal: Terminal, surroundings: Pick<Surroundings, 'signals' | 'exit'> = ownSurroundings()) {
    this.#terminal = terminal;
    this.#surroundings = surroundings;
    surroundings.signals.on('SIGINT', this.#onSignal);
    surroundings.signals.on('SIGTERM', this.#onSignal);
  }

  /** Aborted at the first Ctrl-C that nobody else took. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** For a command that goes on until Ctrl-C. `note`: what is said then, where nothing is saved. */
  async ended(note = stopsAndSaves): Promise<void> {
    const { signal } = this;
    this.#note = note;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  /** `listener` is asked first; true means it has dealt with it (an answer was stopped, the conversation goes on). */
  take(listener: () => boolean): () => void {
    this.#listeners = [listener, ...this.#listeners];
    return () => void (this.#listeners = this.#listeners.filter((each) => each !== listener));
  }

  dispose(): void {
    this.#surroundings.signals.off('SIGINT', this.#onSignal);
    this.#surroundings.signals.off('SIGTERM', this.#onSignal);
  }

  /** As if Ctrl-C had been pressed: readline reads the key itself while it waits for a line. */
  trigger(): void {
    this.#interrupted();
  }

  #received(): void {
    const nowMs = performance.now();
    const samePress = nowMs - this.#lastSignalMs < samePressMs;
    this.#lastSignalMs = nowMs;
    if (!samePress) this.#interrupted();
  }

  #interrupted(): void {
    const sinceLastMs = performance.now() - this.#lastMs;
    this.#lastMs = performance.now();
    if (sinceLastMs < sameSignalMs) return;
    if (this.#controller.signal.aborted) return this.#surroundings.exit(interruptedStatus);
    if (this.#listeners.some((listener) => listener())) return;
    this.#terminal.note(this.#note);
    this.#controller.abort();
  }
}
