import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CurveFeed, type CurveQuestion } from '../../../renderer/screens/runs/CurveFeed.svelte.ts';
import { testWindow } from '../support/testWindow.ts';

const question: CurveQuestion = { runId: 'r', metrics: ['loss'], range: null, widthPx: 640, smoothing: 0.9 };

function feedOver(run: { lastStep: number; evaluations?: number }) {
  const window = testWindow({
    runs: {
      curves: () => {
        const evaluations = Array.from({ length: run.evaluations ?? 0 }, (_, step) => ({ step, loss: 1 }));
        return { runId: 'r', lastStep: run.lastStep, curves: [], evaluations };
      },
    },
  });
  const reads = (): number => window.inputsOf('runs.curves').length;
  return { feed: new CurveFeed(window.studio.api), reads, inputs: () => window.inputsOf('runs.curves') };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('CurveFeed', () => {
  it('reads at most twice a second, however often there is news, and ends up with the newest', async () => {
    const run = { lastStep: 1 };
    const { feed, reads } = feedOver(run);
    feed.ask(question);
    for (let tick = 0; tick < 40; tick++) {
      run.lastStep++;
      feed.news({ lastStep: run.lastStep, evaluations: 0 });
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(600);
    expect(reads()).toBeLessThanOrEqual(6);
    expect(feed.curves?.lastStep).toBe(41);
    feed.stop();
  });

  it('lets an earlier stretch stand still while the run goes on', async () => {
    const run = { lastStep: 100 };
    const { feed, reads } = feedOver(run);
    feed.ask({ ...question, range: { from: 10, to: 50 } });
    await vi.advanceTimersByTimeAsync(1);
    feed.news({ lastStep: 200, evaluations: 0 });
    await vi.advanceTimersByTimeAsync(2000);
    expect(reads()).toBe(1);
  });

  it('reads again what shows the end of the run', async () => {
    const run = { lastStep: 100 };
    const { feed, reads } = feedOver(run);
    feed.ask({ ...question, range: { from: 50, to: 500 } });
    await vi.advanceTimersByTimeAsync(1);
    run.lastStep = 200;
    feed.news({ lastStep: 200, evaluations: 0 });
    await vi.advanceTimersByTimeAsync(600);
    expect(reads()).toBe(2);
    feed.stop();
  });

  it('asks for the steps of a zoom at once, at the width of the chart', async () => {
    const { feed, inputs } = feedOver({ lastStep: 100 });
    feed.ask(question);
    feed.ask({ ...question, range: { from: 10, to: 50 } });
    await vi.advanceTimersByTimeAsync(1);
    expect(inputs()).toEqual([
      { id: 'r', metrics: ['loss'], points: 700, smoothing: 0.9 },
      { id: 'r', metrics: ['loss'], points: 700, smoothing: 0.9, from: 10, to: 50 },
    ]);
  });

  it('asks once, not for ever, of a run that says another last step than its curves have', async () => {
    const { feed, reads } = feedOver({ lastStep: 130 });
    feed.ask(question);
    feed.news({ lastStep: 100, evaluations: 0 });
    for (let look = 0; look < 20; look++) {
      await vi.advanceTimersByTimeAsync(500);
      feed.news({ lastStep: 100, evaluations: 0 });
    }
    expect(reads()).toBe(2);
  });

  it('reads an evaluation that came while the steps before it were read', async () => {
    const run = { lastStep: 100, evaluations: 0 };
    const { feed, reads } = feedOver(run);
    feed.ask(question);
    run.evaluations = 1;
    feed.news({ lastStep: 100, evaluations: 1 });
    await vi.advanceTimersByTimeAsync(600);
    expect(feed.curves?.evaluations).toHaveLength(1);
    expect(reads()).toBe(2);
    feed.stop();
  });

  it('reads nothing more once the screen is left', async () => {
    const { feed, reads } = feedOver({ lastStep: 1 });
    feed.ask(question);
    await vi.advanceTimersByTimeAsync(1);
    feed.news({ lastStep: 5, evaluations: 0 });
    feed.stop();
    await vi.advanceTimersByTimeAsync(2000);
    expect(reads()).toBe(1);
  });
});
