/** One thing on the disk that can be looked at and, where nothing speaks against it, cleared. */
import type { DiskEntry } from '../../../contract/disk.ts';

export interface DiskItem extends DiskEntry {
  /** For good. Called only where `keptBecause` is null. */
  readonly clear: () => Promise<void>;
}

/** A group of such things, looked up anew each time. */
export type DiskPart = () => Promise<readonly DiskItem[]>;

/** For what is shown for its size alone. */
export async function neverCleared(): Promise<void> {
  return Promise.reject(new Error('this is never cleared'));
}
