/** A run that is stopped at its middle and resumed, against the same run in one piece: nothing may differ. */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TrainEvent, TrainJob } from '../../../main/contract/engine.ts';
import { runTraining } from '../../../main/engine/training/runTraining.ts';
import { backendSettings } from '../../support/backends.ts';
import { expectWithin } from '../../support/breadth.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { adapterBytes, lossesOf, watch, type Watched } from './watchRun.ts';

interface Asked {
  readonly backend: keyof typeof backendSettings;
  /** For the table of figures. */
  readonly where: string;
  /** Before each of the two runs, with the step that it begins after. */
  readonly arm?: (step: number) => void;
}

/** The step at which `job` saves, and here is stopped. */
export function withMiddle(job: TrainJob): TrainJob {
  return { ...job, training: { ...job.training, checkpointEvery: Math.ceil(job.training.steps / 2) } };
}

/** `job`: what `whole` ran, with a middle. */
export async function expectResumedAlike(job: TrainJob, whole: Watched, { backend, where, arm }: Asked): Promise<void> {
  const stopped = { ...job, runDir: join(temporaryDir(), 'run') };
  arm?.(0);
  const step = await stopAtMiddle(stopped, backend);
  arm?.(step);
  const resumed = await watch(
    { ...stopped, resumeFrom: join(stopped.runDir, 'checkpoints', String(step)) },
    { backend },
  );
  const differing = lossesOf(resumed.steps).filter(
    (each, index) => JSON.stringify(each) !== JSON.stringify(lossesOf(whole.steps)[index]),
  );
  const isSame = adapterBytes(resumed.result.adapterDir) === adapterBytes(whole.result.adapterDir);
  expect(resumed.steps).toHaveLength(whole.steps.length);
  expectWithin({
    of: 'steps that differ when stopped and resumed at the middle, and the adapter',
    where,
    difference: differing.length + (isSame ? 0 : 1),
    tolerance: 0,
  });
}

/** As it saves: then no further step is taken. */
async function stopAtMiddle(job: TrainJob, backend: keyof typeof backendSettings): Promise<number> {
  const controller = new AbortController();
  const onEvent = ({ type }: TrainEvent): void => {
    if (type === 'checkpoint') controller.abort();
  };
  const { state, steps } = await runTraining(backendSettings[backend], job, { onEvent, signal: controller.signal });
  expect([state, steps]).toEqual(['cancelled', job.training.checkpointEvery]);
  return steps;
}
