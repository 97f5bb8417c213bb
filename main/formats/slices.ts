/**
 * Long work on the host's one thread, in slices: a loop that calls `rest` whenever `isDue` lets clicks and streams of
 * other windows in between. Surprising: awaiting something that is there already lets nobody in, so that a loop over a
 * file in memory blocks however many awaits it has.
 */
import { setImmediate } from 'node:timers/promises';

const sliceMs = 12;

export class Slices {
  #startedMs = performance.now();

  /** Cheap enough to ask for every row. */
  get isDue(): boolean {
    return performance.now() - this.#startedMs > sliceMs;
  }

  async rest(): Promise<void> {
    await setImmediate();
    this.#startedMs = performance.now();
  }
}
