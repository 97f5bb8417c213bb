/**
 * Whether nobody waits for an answer. What is done behind people rests while somebody does, and a little longer: the
 * next lane of a comparison, or the next turn, is often close.
 */
const defaultRestMs = 1_500;

export class Quiet {
  readonly #restMs: number;
  readonly #listeners = new Set<(isQuiet: boolean) => void>();
  #waiting = 0;
  #isQuiet = true;
  #resting: NodeJS.Timeout | undefined;

  constructor(restMs = defaultRestMs) {
    this.#restMs = restMs;
  }

  /** Somebody waits; call what it returns, once, when that is over. */
  disturb(): () => void {
    this.#waiting += 1;
    clearTimeout(this.#resting);
    this.#set(false);
    return () => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#resting = setTimeout(() => this.#set(true), this.#restMs).unref();
    };
  }

  /** Tells at once how it is, and then whenever it changes, until what it returns is called. */
  watch(listener: (isQuiet: boolean) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#isQuiet);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Does work that must have the machine for itself, such as timing something: given up as soon as somebody waits, and
   * done again when it is quiet. Rejects with what `work` threw undisturbed, and once `signal` is aborted.
   */
  async undisturbed<Result>(work: (signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Promise<Result> {
    for (;;) {
      await this.#wait(signal);
      const disturbed = new AbortController();
      const stop = this.watch((isQuiet) => (isQuiet ? undefined : disturbed.abort()));
      try {
        const result = await work(AbortSignal.any([signal, disturbed.signal]));
        if (!disturbed.signal.aborted) return result;
      } catch (thrown) {
        if (!disturbed.signal.aborted) throw thrown;
      } finally {
        stop();
      }
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    const stop = this.watch((isQuiet) => (isQuiet ? resolve() : undefined));
    try {
      await promise;
    } finally {
      stop();
      signal.removeEventListener('abort', onAbort);
    }
  }

  #set(isQuiet: boolean): void {
    if (isQuiet === this.#isQuiet) return;
    this.#isQuiet = isQuiet;
    for (const listener of [...this.#listeners]) listener(isQuiet);
  }
}
