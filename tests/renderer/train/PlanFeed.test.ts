import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import { PlanFeed } from '../../../renderer/screens/train/PlanFeed.svelte.ts';
import { testWindow } from '../support/testWindow.ts';

const request = (batchSize: number): TrainRequest => ({
  ...{ model: 'm', dataset: 'd', method: 'vera', methodOptions: {}, training: { batchSize }, backend: 'auto' },
});

function feedOver(plan: (asked: TrainRequest) => unknown) {
  const window = testWindow({ runs: { plan } });
  return { feed: new PlanFeed(window.studio.api), inputsOf: window.inputsOf };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('PlanFeed', () => {
  it('asks once when the form rests, not at every key', async () => {
    const { feed, inputsOf } = feedOver(() => ({ trainableParameters: 1 }));
    for (const size of [1, 12, 128]) feed.ask(request(size));
    await vi.advanceTimersByTimeAsync(400);
    expect(inputsOf('runs.plan')).toMatchObject([{ training: { batchSize: 128 } }]);
    expect(feed.plan).toEqual({ trainableParameters: 1 });
    expect(feed.isStale).toBe(false);
  });

  it('asks the same once more after its counting was cancelled', async () => {
    let cancelled = true;
    const { feed, inputsOf } = feedOver(() => {
      if (cancelled) throw new GraftError('cancelled', verbatim('Cancelled.'));
      return { trainableParameters: 1 };
    });
    feed.ask(request(1));
    await vi.advanceTimersByTimeAsync(400);
    expect(feed.error?.code).toBe('cancelled');
    cancelled = false;
    feed.again();
    expect(feed.error).toBeUndefined();
    await vi.advanceTimersByTimeAsync(400);
    expect(feed.plan).toEqual({ trainableParameters: 1 });
    expect(inputsOf('runs.plan')).toHaveLength(2);
  });

  it('drops the answer to an outdated question, however late it comes', async () => {
    const answers: ((plan: unknown) => void)[] = [];
    const { feed } = feedOver(() => new Promise((resolve) => answers.push(resolve)));
    feed.ask(request(1));
    await vi.advanceTimersByTimeAsync(400);
    feed.ask(request(2));
    await vi.advanceTimersByTimeAsync(400);
    answers[1]?.({ trainableParameters: 2 });
    answers[0]?.({ trainableParameters: 1 });
    await vi.advanceTimersByTimeAsync(1);
    expect(feed.plan).toEqual({ trainableParameters: 2 });
  });

  it('keeps the last figures, marked as old, while something is wrong', async () => {
    const { feed } = feedOver(({ training }) => {
      if ((training.batchSize ?? 0) > 0) return { trainableParameters: 1 };
      throw new GraftError('invalid', verbatim('No.'), {
        problems: [{ field: 'training.batchSize', message: 'Too small.' }],
      });
    });
    feed.ask(request(1));
    await vi.advanceTimersByTimeAsync(400);
    feed.ask(request(0));
    await vi.advanceTimersByTimeAsync(400);
    expect(feed).toMatchObject({ plan: { trainableParameters: 1 }, isStale: true });
    expect(feed.problems).toEqual([{ field: 'training.batchSize', message: 'Too small.' }]);
    feed.ask(request(3));
    await vi.advanceTimersByTimeAsync(400);
    expect(feed).toMatchObject({ problems: [], isStale: false });
  });

  it('shows a single problem at its field, and one of no field apart', () => {
    const { feed } = feedOver(() => ({}));
    feed.refuse(new GraftError('backendUnavailable', verbatim('No TensorFlow.'), { field: 'backend' }));
    expect(feed.problems).toEqual([{ field: 'backend', message: 'No TensorFlow.' }]);
    expect(feed.error).toBeUndefined();
    feed.refuse(new GraftError('diskFull', verbatim('The disk is full.')));
    expect(feed.error?.message).toBe('The disk is full.');
  });
});
