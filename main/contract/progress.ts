/** How far long work is, and what it is given: every service takes these in one shape. */
import type { Said } from './words/words.ts';

export interface ProgressUpdate {
  readonly label: string | Said;
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'bytes' | 'rows' | 'steps' | 'tensors' | 'batches';
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (update: ProgressUpdate) => void;
}

/** Adds up bytes that are done and tells them every `everyBytes`, and at the end when the total is known. */
export function byteReporter(
  { label, total, everyBytes }: Pick<ProgressUpdate, 'label' | 'total'> & { readonly everyBytes: number },
  { onProgress }: CallOptions,
): (bytes: number) => void {
  let done = 0;
  let told = 0;
  return (bytes) => {
    done += bytes;
    if (done - told < everyBytes && done !== total) return;
    told = done;
    onProgress?.({ label, done, total, unit: 'bytes' });
  };
}
