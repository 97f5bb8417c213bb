import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunDetails, RunNews } from '../../../main/contract/runHistory.ts';
import RunScreen from '../../../renderer/screens/runs/RunScreen.svelte';
import { pretendLayout, show, testWindow, type TestWindow } from '../support/testWindow.ts';
import { details } from './madeUpRuns.ts';

// A canvas is a real browser's business.
vi.mock('../../../renderer/components/chart/Chart.svelte', async () => import('./ChartStandIn.svelte'));

beforeAll(pretendLayout);

function open(run: RunDetails, news: readonly RunNews[] = [], tasks: object = {}): TestWindow {
  const window = testWindow({
    app: { info: () => ({ ownsQueue: true }) },
    tasks,
    runs: {
      get: () => run,
      log: () => [],
      // As over a wire: a question that repeats itself at once would otherwise leave no moment to notice it.
      samples: async () => new Promise((resolve) => setTimeout(() => resolve([]), 5)),
      curves: () => ({ runId: run.id, lastStep: run.step, curves: [], evaluations: [], marks: [] }),
      async *watch(): AsyncGenerator<RunNews> {
        yield { type: 'run', run };
        yield* news;
      },
      ...{ compareWithBase: () => ({ taskId: 't' }), resume: () => run, stop: () => run, rename: () => run },
    },
  });
  show(window, RunScreen, { parameters: { id: run.id } });
  return window;
}

describe('a run that went wrong', () => {
  const failed = details('r', {
    ...{ state: 'failed', resumable: true, step: 40 },
    checkpoints: [{ step: 30, dir: '/c', best: false, createdAt: 1 }],
    error: {
      code: 'nonFinite',
      message: 'The loss became infinite at step 40.',
      data: { remedy: 'Use a smaller learning rate.' },
    },
  });

  it('says what happened, why and what to do, and goes on from its checkpoint', async () => {
    const { inputsOf } = open(failed);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The run failed at step 40');
    expect(alert.textContent).toContain('The loss became infinite at step 40.');
    expect(alert.textContent).toContain('Use a smaller learning rate.');
    await userEvent.click(within(alert).getByRole('button', { name: 'Resume from step 30' }));
    expect(inputsOf('runs.resume')).toEqual([{ id: 'r' }]);
  });

  it('does not offer to resume what has no checkpoint left', async () => {
    open({ ...failed, resumable: false });
    const alert = await screen.findByRole('alert');
    expect(within(alert).queryByRole('button', { name: /Resume|Start again/ })).toBeNull();
    expect(within(alert).getByRole('link', { name: 'Train again with other settings' }).getAttribute('href')).toBe(
      '/train?from=r',
    );
  });

  it('explains an interruption of which nothing was written down', async () => {
    open({ ...failed, state: 'interrupted', error: null });
    expect((await screen.findByRole('alert')).textContent).toContain(
      'What was saved up to the last checkpoint is safe.',
    );
  });
});

it('that was stopped before it was compared is compared when asked, and shows how far that is', async () => {
  let end = (): void => undefined;
  const run = details('r', { state: 'cancelled', comparable: true, adapterId: 'a' });
  const task = {
    id: 't',
    kind: 'compareWithBase',
    subject: run.name,
    result: null,
    error: null,
    startedAt: 1,
    heard: false,
  };
  const progress = { label: 'Comparing', done: 1, total: 4, unit: 'batches' };
  const { inputsOf } = open(run, [], {
    async *watch() {
      yield { ...task, state: 'running', progress, finishedAt: null };
      await new Promise<void>((resolve) => (end = resolve));
      yield { ...task, state: 'cancelled', progress, finishedAt: 2 };
    },
    cancel: () => end(),
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Compare with the base now' }));
  expect(inputsOf('runs.compareWithBase')).toEqual([{ id: 'r' }]);
  expect(await screen.findByText('Comparing 1 / 4')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(await screen.findByRole('button', { name: 'Compare with the base now' })).toBeTruthy();
});

describe('a run that runs', () => {
  const running = details('r', { state: 'running', phase: 'training', remainingSeconds: 60 });

  it('asks before it stops, and going on changes nothing', async () => {
    const { inputsOf } = open(running);
    await userEvent.click(await screen.findByRole('button', { name: 'Stop…' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Go on training' }));
    expect(inputsOf('runs.stop')).toEqual([]);
    // A dialog holds the page until it is gone.
    await waitFor(() => expect(document.body.style.pointerEvents).not.toBe('none'));
    await userEvent.click(screen.getByRole('button', { name: 'Stop…' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Stop and discard' }));
    expect(inputsOf('runs.stop')).toEqual([{ id: 'r', keep: 'discard' }]);
  });

  it('shows news as they come: steps, lines, and another state', async () => {
    open(running, [
      { type: 'steps', lastStep: 77, loss: 1, tokensPerSecond: 500 },
      { type: 'log', line: { sequence: 1, at: 1, message: 'Checkpoint at 70.' } },
      { type: 'run', run: { ...running, state: 'succeeded', step: 100, adapterId: 'a1' } },
    ]);
    expect(await screen.findByText('Done')).toBeTruthy();
    expect(screen.getByText('Checkpoint at 70.')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Open adapter' }).getAttribute('href')).toBe('/adapters/a1');
  });
});

describe('a run that has ended', () => {
  it('still says what its maximum length cut, also in Japanese', async () => {
    const cut = {
      ...{ maxLength: 64, pieces: 96, cutPieces: 1, trainedTokens: 5000, lostTrainedTokens: 2, lostPieces: 0 },
      ...{ wholeLength: 66, longestPossible: 512, forLabels: false },
    };
    const split = {
      ...{
        trainingRows: 90,
        evaluationRows: 6,
        trainingPieces: 90,
        evaluationPieces: 6,
        nothingToEvaluate: false,
        equalRows: 0,
      },
      ...{ classesNotEvaluated: [], classesNotEvaluatedCount: 0, classesNotTrained: [], cut },
    };
    const { studio } = open(details('r', { state: 'succeeded', split }));
    const said = '1 of 96 rows is longer than 64 tokens and cut there. 2 of 5,000 trained tokens (< 0.1 %) are lost. ';
    expect(await screen.findByText(`${said}A maximum length of 66 would cut nothing.`)).toBeTruthy();
    studio.i18n.choice = 'ja';
    expect(await screen.findByText(/^96 行のうち 1 行は 64 トークンより長いため、そこで切られます。/)).toBeTruthy();
  });
});

describe('what base and adapter say', () => {
  it('is asked for once, not for ever after the first evaluation', async () => {
    const evaluations = [0, 40].map((step) => ({ step, loss: 2, trainedTokens: 100 }));
    const { inputsOf } = open(details('r', { state: 'succeeded', evaluations }));
    await screen.findByText('Done');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(inputsOf('runs.samples')).toHaveLength(1);
  });
});

describe('a run that waits', () => {
  it('says what it waits for, and leaves the queue without a question', async () => {
    const { inputsOf } = open(details('r', { state: 'queued', queuePosition: 2, startedAt: null, step: 0 }));
    expect(await screen.findByText('2 runs are before it.')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Take out of the queue' }));
    expect(inputsOf('runs.stop')).toEqual([{ id: 'r' }]);
  });
});

describe('what was judged', () => {
  const split = {
    ...{
      trainingRows: 80,
      evaluationRows: 9,
      trainingPieces: 80,
      evaluationPieces: 9,
      nothingToEvaluate: false,
      equalRows: 2,
    },
    ...{ classesNotEvaluated: ['rare'], classesNotEvaluatedCount: 1, classesNotTrained: [] },
    ...{
      evaluationDataset: { rows: 9, equalToTrained: 1, cutPieces: 0 },
      testDataset: { rows: 12, equalToTrained: 0, cutPieces: 4 },
    },
  };
  const reference = { id: 'e', name: 'my evaluation', contentHash: 'h' };
  const measured = (loss: number, accuracy: number) => ({ step: 40, loss, trainedTokens: 12, metrics: { accuracy } });

  it('is said on the page: rows, datasets, what they share with the training, and the test of base and adapter', async () => {
    const { configuration } = details('r');
    open(
      details('r', {
        ...{ split, testEvaluation: { ...measured(0.5, 0.75), base: measured(1.25, 0.5) } },
        configuration: { ...configuration, evalDataset: reference, testDataset: { ...reference, name: 'my test' } },
      }),
    );
    expect(await screen.findByText('80 trained, 9 evaluated, 12 tested')).toBeTruthy();
    for (const text of [
      'my evaluation',
      'my test',
      '1.250 → 0.500',
      '0.500 → 0.750',
      '1 of the 9 rows of the evaluation dataset is equal in text to rows of the training dataset.',
      'No row kept for evaluation has the label “rare”: its figures say nothing of it.',
      '4 of the rows of the test dataset are longer than the maximum length and cut there.',
    ])
      expect(screen.getAllByText(text).length).toBeGreaterThan(0);
  });
});
