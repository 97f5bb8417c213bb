import { isAlive } from './isAlive.ts';

/** Whether the process that started this one still runs; `pid` is what process.ppid was at the start. */
export function isParentThere(pid: number): boolean {
  const isAdopted = process.platform !== 'win32' && process.ppid !== pid;
  return !isAdopted && isAlive(pid);
}
