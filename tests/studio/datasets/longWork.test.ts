import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallOptions } from '../../../main/contract/progress.ts';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import { asTaskWhenLong } from '../../../main/studio/datasets/longWork.ts';
import { Tasks } from '../../../main/studio/shared/Tasks.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';

const update = { label: 'Tokenising', done: 64, total: 50_000, unit: 'rows' } as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listing() {
  const tasks = new Tasks({ announce: () => undefined });
  return { tasks, about: { tasks, kind: 'countTokens', subject: 'many, sample' } as const };
}

/** Ends when it is told to, or when it is given up. */
function heldWork() {
  const { promise, resolve } = Promise.withResolvers<number>();
  let told: CallOptions['onProgress'];
  const work = async ({ signal, onProgress }: CallOptions): Promise<number> => {
    told = onProgress;
    const given = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(new GraftError('cancelled', verbatim('Cancelled.'))));
    });
    return Promise.race([promise, given]);
  };
  return { work, end: resolve, tell: () => told?.(update) };
}

describe('work that may take long', () => {
  it('is no task while it is quick: nothing flashes', async () => {
    const { tasks, about } = listing();
    expect(await asTaskWhenLong(about, async () => 7)).toBe(7);
    await vi.advanceTimersByTimeAsync(2000);
    expect(tasks.list()).toEqual([]);
  });

  it('becomes a task with the progress that there is by then, and its caller gets the result', async () => {
    const { tasks, about } = listing();
    const { work, end, tell } = heldWork();
    const seen: unknown[] = [];
    const result = asTaskWhenLong(about, work, { onProgress: (each) => seen.push(each) });
    tell();
    await vi.advanceTimersByTimeAsync(1000);
    expect(tasks.list()).toMatchObject([
      { kind: 'countTokens', subject: 'many, sample', state: 'running', progress: update },
    ]);
    end(7);
    expect(await result).toBe(7);
    await vi.advanceTimersByTimeAsync(1);
    expect(tasks.list()).toMatchObject([{ state: 'succeeded', result: null }]);
    expect(seen).toEqual([update]);
  });

  it('is given up when its task is cancelled, and says so to whoever waits', async () => {
    const { tasks, about } = listing();
    const { work } = heldWork();
    const failed = graftErrorOfAsync(async () => asTaskWhenLong(about, work));
    await vi.advanceTimersByTimeAsync(1000);
    tasks.cancel(tasks.list()[0]?.id ?? '');
    expect((await failed).code).toBe('cancelled');
    await vi.advanceTimersByTimeAsync(1);
    expect(tasks.list()).toMatchObject([{ state: 'cancelled' }]);
  });
});
