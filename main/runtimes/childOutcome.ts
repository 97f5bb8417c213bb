/** How a child process that only fetches ended, and the last of what it said. */
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

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
