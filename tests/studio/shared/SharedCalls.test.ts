import { describe, expect, it } from 'vitest';
import type { CallOptions } from '../../../main/contract/progress.ts';
import { throwIfCancelled } from '../../../main/formats/text/readBytes.ts';
import { SharedCalls } from '../../../main/studio/shared/SharedCalls.ts';

function slowWork() {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const signals: (AbortSignal | undefined)[] = [];
  const work = async ({ signal, onProgress }: CallOptions): Promise<string> => {
    signals.push(signal);
    onProgress?.({ label: 'Working', done: 1, total: 2, unit: 'rows' });
    await promise;
    throwIfCancelled(signal);
    return `result ${signals.length}`;
  };
  return { work, signals, finish: () => resolve(undefined) };
}

describe('SharedCalls', () => {
  it('does the work once for all who ask while it runs, and anew afterwards', async () => {
    const calls = new SharedCalls<string>();
    const { work, finish } = slowWork();
    const both = [calls.run('a', work), calls.run('a', work)];
    finish();
    expect(await Promise.all(both)).toEqual(['result 1', 'result 1']);
    expect(await calls.run('a', work)).toBe('result 2');
  });

  it('lets one go without taking the work from the other, and ends it when the last goes', async () => {
    const calls = new SharedCalls<string>();
    const { work, signals, finish } = slowWork();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = calls.run('a', work, { signal: first.signal });
    const other = calls.run('a', work, { signal: second.signal });
    first.abort();
    await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    expect(signals[0]?.aborted).toBe(false);
    second.abort();
    expect(signals[0]?.aborted).toBe(true);
    const anew = calls.run('a', work);
    finish();
    await expect(other).rejects.toMatchObject({ code: 'cancelled' });
    expect(await anew).toBe('result 2');
  });

  it('passes a failure on and forgets it', async () => {
    const calls = new SharedCalls<string>();
    await expect(calls.run('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await calls.run('a', async () => 'whole')).toBe('whole');
  });
});
