/** The comparison of a stopped run with its base, where the stop did not wait for it. */
import { existsSync } from 'node:fs';
import type { BaseComparison } from '../../contract/engine.ts';
import type { Run } from '../../contract/entities.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { RunStanding } from '../../database/runSummaries.ts';
import { type BackendWorld, chooseBackend } from '../machine/backendChoice.ts';
import { withEngine } from '../machine/engines.ts';
import { trainJob, type TrainJobSetup } from './trainJob.ts';

export interface ComparisonSetup extends TrainJobSetup {
  readonly world: () => BackendWorld;
}

/**
 * Folder of the checkpoint that the run's adapter was made of; undefined where there is nothing to compare: it goes on,
 * was compared, has no adapter or no rows to evaluate on, or its checkpoint was cleared away.
 */
export function comparableCheckpoint(run: Run, { adapterStep, trashedAt }: RunStanding): string | undefined {
  const isOver = run.state === 'cancelled' && trashedAt === null && run.adapterId !== null;
  if (!isOver || run.baseEvaluation !== null || run.split?.evaluationPieces === 0) return undefined;
  const dir = run.checkpoints.find(({ step }) => step === adapterStep)?.dir;
  return dir !== undefined && existsSync(dir) ? dir : undefined;
}

/** On the run's own backend. Throws GraftError; `cancelled` when the signal aborts. */
export async function compareWithBase(
  run: Run,
  { resumeFrom, ...setup }: ComparisonSetup & { readonly resumeFrom: string },
  { signal, onProgress }: CallOptions,
): Promise<BaseComparison> {
  const { backend, device, precision, threads } = run.configuration;
  const { settings } = chooseBackend({ backend: backend as 'auto', device, precision, threads }, setup.world());
  const job = { ...(await trainJob(run, setup, signal)), resumeFrom };
  return withEngine(
    async (host) =>
      host.request(
        'compareWithBase',
        { settings, job },
        { onEvent: ({ update }) => onProgress?.(update), ...(signal && { signal }) },
      ),
    'train',
  );
}
