/**
 * Files on their way from the person to the studio: a browser uploads them, which takes time and can be given up. One
 * at a time; a window that has a path (Electron) is through at once and never shows progress.
 */
import { GraftError } from '../../main/contract/errors.ts';
import { commonWords } from '../../main/contract/words/common.ts';
import { windowWords } from '../../main/contract/words/window.ts';
import type { PickOptions } from '../lib/platform.ts';

export class FileIntake {
  /** Undefined while nothing is sent: a file dialog that is open is not progress. */
  progress: { readonly doneBytes: number; readonly totalBytes: number } | undefined = $state.raw();
  #abort: AbortController | undefined;

  /** Runs one of the platform's ways to files. Throws what it throws; `cancelled` after `cancel`. */
  async take<Picked>(pick: (options: PickOptions) => Promise<Picked>): Promise<Picked> {
    if (this.#abort !== undefined)
      throw new GraftError('conflict', windowWords.anotherFile(), { remedy: windowWords.waitForFile() });
    const abort = new AbortController();
    this.#abort = abort;
    try {
      return await pick({
        signal: abort.signal,
        onProgress: (doneBytes, totalBytes) => (this.progress = { doneBytes, totalBytes }),
      });
    } catch (error) {
      throw abort.signal.aborted ? new GraftError('cancelled', commonWords.cancelled(), {}, error) : error;
    } finally {
      this.#abort = undefined;
      this.progress = undefined;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }
}
