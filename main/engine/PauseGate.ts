/** Where long work rests while its owner wants the machine for something else. */
export class PauseGate {
  #resting: PromiseWithResolvers<void> | undefined;

  setPaused(paused: boolean): void {
    if (paused) this.#resting ??= Promise.withResolvers<void>();
    else this.#resting?.resolve();
    if (!paused) this.#resting = undefined;
  }

  /** Resolves when nothing is paused. Rejects with the signal's reason. */
  async pass(signal: AbortSignal): Promise<void> {
    for (; this.#resting !== undefined && !signal.aborted;) {
      const { promise: aborted, resolve } = Promise.withResolvers<void>();
      const onAbort = (): void => resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      await Promise.race([this.#resting.promise, aborted]);
      signal.removeEventListener('abort', onAbort);
    }
    signal.throwIfAborted();
  }
}
