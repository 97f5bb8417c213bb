/** What holds space in the data folder and the cache, and what of it may go. */
import type { Said } from './words/words.ts';

export const diskKinds = [
  'models',
  'datasets',
  'runs',
  'checkpoints',
  'adapters',
  'runtimes',
  'downloads',
  'trash',
  'backups',
  'logs',
  'database',
] as const;
export type DiskKind = (typeof diskKinds)[number];

export interface DiskEntry {
  readonly kind: DiskKind;
  /** What `disk.clear` takes. */
  readonly id: string;
  readonly name: string | Said;
  readonly bytes: number;
  /** Why it must stay, worded for a person; null where it may go. */
  readonly keptBecause: string | Said | null;
  /** What is lost by clearing it, worded for a person. */
  readonly consequence: string | Said;
}

export interface DiskUsage {
  readonly dataFolder: string;
  readonly cacheFolder: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly kinds: readonly {
    readonly kind: DiskKind;
    readonly bytes: number;
    readonly entries: readonly DiskEntry[];
  }[];
}

export interface BackupFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly createdAt: number;
}
