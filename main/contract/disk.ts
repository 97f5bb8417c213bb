/** What holds space in the data folder and the cache, and what of it may go. */

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
  readonly name: string;
  readonly bytes: number;
  /** Why it must stay, worded for a person; null where it may go. */
  readonly keptBecause: string | null;
  /** What is lost by clearing it, worded for a person. */
  readonly consequence: string;
}

export interface DiskUsage {
  readonly dataFolder: string;
  readonly cacheFolder: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly kinds: readonly { readonly kind: DiskKind; readonly bytes: number; readonly entries: readonly DiskEntry[] }[];
}

export interface BackupFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly createdAt: number;
}
