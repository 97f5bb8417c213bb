/**
 * Work that takes longer than a click: imports, downloads, exports, backups. A task belongs to the studio, not to the
 * window that asked for it, so that a reload or a second window finds it again; it is forgotten when the studio closes.
 */
import type { ErrorJson } from './errors.ts';
import type { ProgressUpdate } from './progress.ts';
import type { Said } from './words/words.ts';

export const taskKinds = [
  'importModel',
  'fetchModel',
  'correctModel',
  'importDataset',
  'countTokens',
  'importAdapter',
  'exportAdapter',
  'exportModel',
  'archiveAdapters',
  'unarchiveAdapters',
  'installRuntime',
  'compareWithBase',
  'prepareLlamaCpp',
  'selfTest',
  'prepareFirstRun',
  'backup',
  'clearDisk',
] as const;
export type TaskKind = (typeof taskKinds)[number];

/** What the counting of a dataset's tokens for a model is listed under. */
export function tokensSubject(dataset: { readonly name: string }, model: { readonly name: string }): string {
  return `${dataset.name}, ${model.name}`;
}

export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  /** What it works on, e.g. a file's name: shown beside the kind's own words. */
  readonly subject: string | Said;
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly progress: ProgressUpdate | null;
  readonly result: unknown;
  readonly error: ErrorJson | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** Whether a window that waited for it has heard how it ended, and shows it in its own place. */
  readonly heard: boolean;
}

/** A task that ends with a `Result`; the type travels with the id and nowhere else. */
export interface TaskTicket<Result> {
  readonly taskId: string;
  readonly result?: Result; // never filled: it carries the type
}
