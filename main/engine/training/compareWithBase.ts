/** What a stopped run put off: its adapter, as the checkpoint has it, and the base on the rows of evaluation. */
import type { BaseComparison, EngineSettings, ResumedJob } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { ProgressUpdate } from '../../contract/progress.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';
import { progressWords } from '../../contract/words/progress.ts';
import type { Batch } from './batches.ts';
import { readCheckpoint } from './checkpoint.ts';
import { prepareRun } from './prepareRun.ts';
import { measureAdapter, measureBase } from './runTraining.ts';
import { checkpointConfiguration } from './trainLoop.ts';

interface Options {
  readonly onEvent: (event: { readonly type: 'progress'; readonly update: ProgressUpdate }) => void;
  readonly signal: AbortSignal;
}

/**
 * `resumeFrom` of the job: the checkpoint that the run's adapter was made of. Throws GraftError('invalid') where no row
 * is left to evaluate on; the signal's reason when aborted.
 */
export async function compareWithBase(
  { settings, job }: { readonly settings: EngineSettings; readonly job: ResumedJob },
  { onEvent, signal }: Options,
): Promise<BaseComparison> {
  const { run } = await prepareRun(settings, job, { onDecompose: () => undefined, signal });
  try {
    const { state, progress } = await readCheckpoint(job.resumeFrom, checkpointConfiguration(run));
    const batches = [...run.data.evaluation()];
    let done = 0;
    const told = function* (): Generator<Batch> {
      for (const batch of batches) {
        yield batch;
        const update = {
          label: progressWords.comparing(),
          done: ++done,
          total: 2 * batches.length,
          unit: 'batches',
        } as const;
        onEvent({ type: 'progress', update });
      }
    };
    const { step } = progress;
    const adapterEvaluation = await measureAdapter(run, state, { batches: told(), step, signal });
    const baseEvaluation = await measureBase({ run, signal }, told());
    signal.throwIfAborted();
    if (adapterEvaluation && baseEvaluation) return { adapterEvaluation, baseEvaluation };
    throw new GraftError('invalid', engineTrainingWords.nothingToCompareOn(), { field: 'evaluationSplit' });
  } finally {
    run.dispose();
  }
}
