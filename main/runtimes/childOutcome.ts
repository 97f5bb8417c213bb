/** A child process that only fetches: how it ended, the last of what it said, and how its folder grows meanwhile. */
import type { ChildProcessByStdio } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { GraftError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/progress.ts';
import { progressWords } from '../contract/words/progress.ts';

export interface ChildOutcome {
  readonly status: number | null;
  readonly output: string;
}

const keptCharacters = 2_000;

/**
 * Resolves only when the child has ended and closed its pipes: what it wrote can then be removed. Rejects where it
 * cannot be started.
 */
export function outcomeOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<ChildOutcome> {
  let output = '';
  const keep = (piece: Buffer): void => void (output = (output + piece.toString('utf8')).slice(-keptCharacters));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (status) => resolve({ status, output }));
  });
}

export interface Fetching extends CallOptions {
  readonly start: () => ChildProcessByStdio<null, Readable, Readable>;
  /** What ends it when it is cancelled. */
  readonly kill?: NodeJS.Signals;
  readonly cancelled: () => GraftError;
  readonly what: string;
  readonly total: number | null;
  readonly pollMs: number;
  /** Bytes that have come. */
  readonly measure: () => Promise<number>;
}

/** Runs it to its end, with progress. Throws `cancelled`, and what `outcomeOf` rejects with. */
export async function fetchWithChild(fetching: Fetching): Promise<ChildOutcome> {
  const { start, kill, cancelled, what, total, pollMs, measure, signal, onProgress } = fetching;
  const isCancelled = (): boolean => signal?.aborted === true;
  if (isCancelled()) throw cancelled();
  const child = start();
  const stop = (): void => void child.kill(kill);
  signal?.addEventListener('abort', stop);
  const report = async (): Promise<void> =>
    onProgress?.({ label: progressWords.fetching({ what }), done: await measure(), total, unit: 'bytes' });
  const timer = onProgress && setInterval(() => void report(), pollMs);
  try {
    const outcome = await outcomeOf(child);
    if (isCancelled()) throw cancelled();
    return outcome;
  } finally {
    signal?.removeEventListener('abort', stop);
    clearInterval(timer);
  }
}

/** Of every file under `dir`; 0 for one that was moved or removed since it was listed. */
export async function fileSizes(dir: string): Promise<readonly number[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizeOf = ({ size }: { readonly size: number }): number => size;
  return Promise.all(files.map(async ({ parentPath, name }) => stat(join(parentPath, name)).then(sizeOf, () => 0)));
}
