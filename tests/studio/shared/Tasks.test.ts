import { describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { Task } from '../../../main/contract/tasks.ts';
import { Tasks } from '../../../main/studio/shared/Tasks.ts';

const backup = { kind: 'backup', subject: 'graft.tar.gz' } as const;
const update = { label: 'Copying', done: 1, total: 2, unit: 'bytes' } as const;

const openTasks = (): Tasks => new Tasks({ announce: () => undefined });

async function all(stream: AsyncIterable<Task>): Promise<Task[]> {
  const tasks: Task[] = [];
  for await (const task of stream) tasks.push(task);
  return tasks;
}

describe('Tasks', () => {
  it('can be watched from its middle on, by any number of windows, to its end', async () => {
    const tasks = openTasks();
    let finish = (): void => undefined;
    const { taskId } = tasks.start(backup, async ({ onProgress }) => {
      onProgress(update);
      await new Promise<void>((resolve) => (finish = resolve));
      return 'done';
    });
    const watching = [all(tasks.watch(taskId)), all(tasks.watch(taskId))];
    await Promise.resolve();
    finish();
    for (const seen of await Promise.all(watching)) {
      expect(seen[0]).toMatchObject({ state: 'running', progress: update });
      expect(seen.at(-1)).toMatchObject({ state: 'succeeded', result: 'done' });
    }
    expect(await all(tasks.watch(taskId))).toHaveLength(1); // an ended one tells its end alone
  });

  it('is cancelled by its id, which is no failure', async () => {
    const tasks = openTasks();
    const { taskId } = tasks.start(backup, async ({ signal }) => {
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new GraftError('cancelled', verbatim('Cancelled.')))),
      );
    });
    tasks.cancel(taskId);
    expect((await all(tasks.watch(taskId))).at(-1)?.state).toBe('cancelled');
  });

  it('keeps what went wrong, with its remedy', async () => {
    const tasks = openTasks();
    const { taskId } = tasks.start(backup, async () => {
      throw new GraftError('diskFull', verbatim('The disk is full.'), { remedy: verbatim('Free some space.') });
    });
    expect((await all(tasks.watch(taskId))).at(-1)?.error).toMatchObject({
      code: 'diskFull',
      data: { remedy: 'Free some space.' },
    });
  });

  it('does not forget one that runs, and says what to do first', async () => {
    const tasks = openTasks();
    const { taskId } = tasks.start(
      backup,
      async ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    );
    expect(() => tasks.dismiss(taskId)).toThrow(/still running/);
    await tasks.close(); // cancels and waits
    tasks.dismiss(taskId);
    expect(tasks.list()).toEqual([]);
    expect(() => tasks.get(taskId)).toThrow(/not known any more/);
  });

  it('is closed once for all windows: a second close of the same is no error', () => {
    const announced: string[] = [];
    const tasks = new Tasks({ announce: (topic) => void announced.push(topic ?? '') });
    tasks.dismiss('gone long ago');
    expect(announced).toEqual([]);
  });

  it('that failed is heard of once a window that waits for it was told, and other windows hear that', async () => {
    let announced = 0;
    const tasks = new Tasks({ announce: () => (announced += 1) });
    const fail = async (): Promise<never> => Promise.reject(new GraftError('invalid', verbatim('No.')));
    const { taskId: watched } = tasks.start(backup, fail);
    await all(tasks.watch(watched));
    expect(tasks.get(watched).heard).toBe(false); // looked at by the list of long work alone: its card must show
    const { taskId: awaited } = tasks.start(backup, fail);
    await all(tasks.watch(awaited));
    const before = announced;
    await all(tasks.watch(awaited, { waits: true }));
    expect(tasks.get(awaited)).toMatchObject({ state: 'failed', heard: true });
    expect(announced).toBe(before + 1);
  });
});
