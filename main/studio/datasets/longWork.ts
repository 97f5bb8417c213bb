/**
 * Work that is mostly done in a moment and sometimes is not: then it shows as a task, with its progress, and can be
 * cancelled.
 */
import type { CallOptions, ProgressUpdate } from '../../contract/progress.ts';
import type { TaskService } from '../../contract/services.ts';
import type { TaskKind } from '../../contract/tasks.ts';

/** So long nobody wonders. */
const patienceMs = 400;

interface Listing {
  readonly tasks: Pick<TaskService, 'start'>;
  readonly kind: TaskKind;
  readonly subject: string;
  readonly patienceMs?: number;
}

/** Begins at once; throws what `work` throws, GraftError('cancelled') where the task was cancelled. */
export async function asTaskWhenLong<Result>(
  { tasks, patienceMs: patience = patienceMs, ...about }: Listing,
  work: (options: CallOptions) => Promise<Result>,
  { signal, onProgress }: CallOptions = {},
): Promise<Result> {
  const cancel = new AbortController();
  let latest: ProgressUpdate | undefined;
  let tellTask: CallOptions['onProgress'];
  const result = work({
    signal: signal === undefined ? cancel.signal : AbortSignal.any([signal, cancel.signal]),
    onProgress: (update) => {
      latest = update;
      onProgress?.(update);
      tellTask?.(update);
    },
  });
  const list = (): void => {
    tasks.start(about, async (task) => {
      tellTask = task.onProgress;
      if (latest !== undefined) tellTask(latest);
      task.signal.addEventListener('abort', () => cancel.abort(), { once: true });
      await result;
      return null; // who asked has it
    });
  };
  const timer = setTimeout(list, patience);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
  }
}
