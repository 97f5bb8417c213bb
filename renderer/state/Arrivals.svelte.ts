/**
 * Files that came in anywhere in the window and wait for the screen of their kind, which takes them as soon as it
 * shows.
 */
import type { PickedFile } from '../lib/platform.ts';

/** Datasets need no waiting: their address says everything. */
export type ArrivalKind = 'models' | 'adapters' | 'backup';

export class Arrivals {
  #waiting: Readonly<Record<ArrivalKind, readonly PickedFile[]>> = $state.raw({ models: [], adapters: [], backup: [] });

  put(kind: ArrivalKind, files: readonly PickedFile[]): void {
    this.#waiting = { ...this.#waiting, [kind]: [...this.#waiting[kind], ...files] };
  }

  /** What waits, once; empty when nothing does. Whoever reads it in an effect is called again when more comes. */
  take(kind: ArrivalKind): readonly PickedFile[] {
    const files = this.#waiting[kind];
    if (files.length > 0) this.#waiting = { ...this.#waiting, [kind]: [] };
    return files;
  }
}
