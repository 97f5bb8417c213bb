/** How far long work is, and what it is given: every service takes these in one shape. */
import type { Said } from './words/words.ts';

export interface ProgressUpdate {
  readonly label: string | Said;
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'bytes' | 'rows' | 'steps' | 'tensors';
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (update: ProgressUpdate) => void;
}
