/**
 * Whole runs over a quantised base: they learn what runs over a float32 base learn, and go on exactly where they
 * stopped. A file for each precision, as TensorFlow is opened once a process.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EngineSettings, StepMetrics, TrainJob, WeightPrecision } from '../../../main/contract/engine.ts';
import { listCheckpoints } from '../../../main/engine/training/checkpoint.ts';
import { getBackendSpec } from '../../../main/backends/registry.ts';
import { runTraining } from '../../../main/engine/training/runTraining.ts';
import { backendMissing, backendSettings } from '../../support/backends.ts';
import { describeWith } from '../../support/requirements.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { countingRows, methodOf, trainingJob } from './trainingJob.ts';

const training = { steps: 8, evaluationSplit: 0.2, evaluateEvery: 3, checkpointEvery: 2 } as const;

/** What must be equal to the last digit; times are not. */
type Step = Pick<StepMetrics, 'step' | 'loss' | 'gradNorm'>;

async function stepsOf(settings: EngineSettings, job: TrainJob, stopAfterStep?: number): Promise<Step[]> {
  const steps: Step[] = [];
  const controller = new AbortController();
  await runTraining(settings, job, {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type !== 'metrics') return;
      steps.push(...event.steps.map(({ step, loss, gradNorm }) => ({ step, loss, gradNorm })));
      if (event.steps.some(({ step }) => step === stopAfterStep)) controller.abort();
    },
  });
  return steps;
}

const adapterOf = ({ runDir }: TrainJob): Buffer => readFileSync(join(runDir, 'adapter', 'adapter_model.safetensors'));

/** `tolerance`: how far losses may be from those over float32, of themselves. */
export function testQuantisedBase(precision: WeightPrecision, tolerance: number): void {
  for (const { backend, methodId } of [
    { backend: 'wasm', methodId: 'lora' },
    { backend: 'tensorflow', methodId: 'vera' },
    { backend: 'webgpu', methodId: 'lora' },
  ] as const) {
    if (getBackendSpec(backend).computing?.precisions.includes(precision) !== true) continue;
    describeWith({ reason: backendMissing[backend] }, `a base in ${precision} on ${backend}`, () => {
      const quantised: EngineSettings = { ...backendSettings[backend], precision, products: 'float32' };
      const rows = countingRows(20);

      it(`${methodId} resumes to the last digit`, async () => {
        const method = methodOf(methodId, { rank: 2 });
        const whole = await trainingJob(temporaryDir(), rows, { method, training });
        const expected = await stepsOf(quantised, whole);
        const job = await trainingJob(temporaryDir(), rows, { method, training });
        await stepsOf(quantised, job, 3);
        const [last] = (await listCheckpoints(job.runDir)).slice(-1);
        expect(last).toBeLessThan(training.steps);
        const resumed = await stepsOf(quantised, {
          ...job,
          resumeFrom: join(job.runDir, 'checkpoints', String(last)),
        });
        expect(resumed).toEqual(expected);
        expect(adapterOf(job).equals(adapterOf(whole))).toBe(true);
      });

      it('learns as over a float32 base, whose losses are near but not the same', async () => {
        const losses = async (settings: EngineSettings): Promise<number[]> =>
          (await stepsOf(settings, await trainingJob(temporaryDir(), rows, { training }))).map(({ loss }) => loss);
        const [found, expected] = [await losses(quantised), await losses(backendSettings.wasm)];
        expect(found).not.toEqual(expected);
        for (const [index, loss] of found.entries())
          expect(Math.abs(loss / expected[index] - 1)).toBeLessThan(tolerance);
        expect(found.at(-1)).toBeLessThan(found[0]);
      });
    });
  }
}
