/** Measurements of other processes. */
import { spawnSync } from 'node:child_process';

/** The last line that the command writes, which is JSON. Throws Error with the end of its stderr where it fails. */
export function lastJsonOf(command: string, args: readonly string[]): unknown {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${String(status)}:\n${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** Of at least one number; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
