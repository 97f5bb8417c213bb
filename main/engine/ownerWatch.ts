/**
 * Ends this process when its parent is gone, even while a long step blocks the main thread: a worker looks at the
 * parent's id once a second. Without it a killed studio would leave an engine writing checkpoints into a run that
 * another studio has taken over.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { isParentThere } from '../processes/isParentThere.ts';

const intervalMs = 1_000;

/** Starts the watch; it keeps nothing alive by itself. */
export function watchOwner(): void {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { parentPid: process.ppid },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  worker.unref();
}

if (!isMainThread && parentPort !== null) {
  const { parentPid } = workerData as { readonly parentPid: number };
  setInterval(() => {
    if (!isParentThere(parentPid)) process.kill(process.pid, 'SIGKILL');
  }, intervalMs);
}
