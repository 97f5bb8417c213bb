/** What a run promises on each backend: a file of tests a backend, so that they share the cores. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { TrainEvent, TrainJob } from '../../../main/contract/engine.ts';
import { listCheckpoints } from '../../../main/engine/training/checkpoint.ts';
import { runTraining } from '../../../main/engine/training/runTraining.ts';
import { tf } from '../../../main/engine/tf.ts';
import { backendSettings, openTestBackend, tensorflowMissing } from '../../support/backends.ts';
import { breadth, isProof } from '../../support/breadth.ts';
import { describeWith } from '../../support/requirements.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { countingRows, methodOf, trainingJob } from './trainingJob.ts';
import { adapterBytes, answering, asked, evaluating, lossesOf, modelInWords, samplesOf, watch } from './watchRun.ts';

/** Trains in a process of its own and kills that in the middle, as soon as it has written a few checkpoints. */
async function runUntilKilled(job: TrainJob, backend: keyof typeof backendSettings): Promise<void> {
  const script = fileURLToPath(new URL('./trainChild.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(backendSettings[backend]), JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.on('data', (text: Buffer) => {
    if (text.toString().includes('checkpoint 3')) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

const busyTraining = {
  steps: 9,
  gradientAccumulation: 2,
  evaluationSplit: 0.2,
  evaluateEvery: 2,
  checkpointEvery: 3,
  schedule: 'linear',
  warmupSteps: 2,
} as const;
const withDropout = { method: methodOf('lora', { rank: 2, alpha: 4, dropout: 0.1 }) };

const sampledMethods = [
  methodOf('lora', { rank: 2, alpha: 4 }),
  methodOf('vera', { rank: 8 }),
  methodOf('vblora', { rank: 2, numVectors: 8, vectorLength: 16 }),
];

export function runsAlikeOn(backend: keyof typeof backendSettings): void {
  describeWith({ reason: backend === 'tensorflow' ? tensorflowMissing : null }, `resuming on ${backend}`, () => {
    it('gives the losses, evaluations and adapter of a run that was never stopped, to the last digit', async () => {
      const rows = countingRows(20);
      const whole = await watch(await trainingJob(temporaryDir(), rows, { ...withDropout, training: busyTraining }), {
        backend,
      });
      const dir = temporaryDir();
      const job = await trainingJob(dir, rows, { ...withDropout, training: busyTraining });
      await watch(job, { backend, stopAfterStep: 4 });
      const [last] = (await listCheckpoints(job.runDir)).slice(-1);
      expect(last).toBeLessThan(9);
      const resumed = await watch({ ...job, resumeFrom: join(job.runDir, 'checkpoints', String(last)) }, { backend });

      expect(lossesOf(resumed.steps)).toEqual(lossesOf(whole.steps));
      const evaluations = (events: readonly TrainEvent[]) => events.filter(({ type }) => type === 'evaluation');
      expect(evaluations(resumed.events)).toEqual(evaluations(whole.events));
      expect(adapterBytes(resumed.result.adapterDir)).toBe(adapterBytes(whole.result.adapterDir));
      expect(resumed.result).toMatchObject({ state: 'succeeded', steps: 9, adapterStep: whole.result.adapterStep });
    });

    // acceptance/crashes.test.ts does it through the whole studio.
    if (isProof) {
      it('does so after kill -9 in the middle of it', async () => {
        const rows = countingRows(20);
        const training = { ...busyTraining, steps: 14, checkpointEvery: 1 };
        const whole = await watch(await trainingJob(temporaryDir(), rows, { ...withDropout, training }), { backend });
        const job = await trainingJob(temporaryDir(), rows, { ...withDropout, training });
        await runUntilKilled(job, backend);
        const kept = await listCheckpoints(job.runDir);
        const last = kept[kept.length - 1];
        expect(last).toBeGreaterThan(0);
        expect(last).toBeLessThan(14);
        const resumed = await watch({ ...job, resumeFrom: join(job.runDir, 'checkpoints', String(last)) }, { backend });
        expect(lossesOf(resumed.steps)).toEqual(lossesOf(whole.steps));
        expect(adapterBytes(resumed.result.adapterDir)).toBe(adapterBytes(whole.result.adapterDir));
      });
    }

    it('keeps tensors flat over steps (a leak of one per step ends long runs)', async () => {
      const alive: number[] = [];
      const job = await trainingJob(
        temporaryDir(),
        countingRows(12, () => 8),
        { training: { steps: 12, evaluationSplit: 0.2, evaluateEvery: 100 } },
      );
      const live = await openTestBackend(backend);
      await runTraining(backendSettings[backend], job, {
        onEvent: (event) => {
          if (event.type === 'phase') alive.push(tf.memory().numTensors, live.liveTensors());
        },
      });
      const before = tf.memory().numTensors;
      await runTraining(
        backendSettings[backend],
        { ...job, runDir: join(temporaryDir(), 'again'), training: { ...job.training, steps: 30 } },
        { onEvent: () => undefined },
      );
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  describeWith(
    { reason: backend === 'tensorflow' ? tensorflowMissing : null },
    `samples at evaluations on ${backend}`,
    () => {
      it.each(breadth(sampledMethods, ({ id }) => backend === 'wasm' || id === 'vera'))(
        'come of the present weights and change no loss: $id',
        async (method) => {
          const modelDir = modelInWords(temporaryDir());
          const rows = countingRows(20);
          const withSamples = await watch(
            await trainingJob(temporaryDir(), rows, { modelDir, method, ...asked, training: answering }),
            {
              backend,
            },
          );
          const without = await watch(
            await trainingJob(temporaryDir(), rows, { modelDir, method, training: evaluating }),
            { backend },
          );
          expect(lossesOf(withSamples.steps)).toEqual(lossesOf(without.steps));
          expect(adapterBytes(withSamples.result.adapterDir)).toBe(adapterBytes(without.result.adapterDir));
          const samples = samplesOf(withSamples.events);
          // oxfmt-ignore
          expect(samples.map(({ step, ids }) => [step, ids.length])).toEqual([[0, 2], [4, 2], [8, 2], [12, 2]]);
          expect(samples[3]?.ids).not.toEqual(samples[0]?.ids);
          expect(Math.max(...samples.flatMap(({ ids }) => ids.map(({ length }) => length)))).toBeLessThanOrEqual(48);
          expect(withSamples.result.samples.map(({ adapter, ids }) => [adapter, ids])).toEqual(
            // oxfmt-ignore
            [0, 1].flatMap((prompt) => [[false, samples[0]?.ids[prompt]], [true, samples[3]?.ids[prompt]]]),
          );
        },
      );

      if (isProof || backend === 'wasm') {
        it('are told again by a resumed run, which goes on to the same answers', async () => {
          const modelDir = modelInWords(temporaryDir());
          const training = { ...answering, checkpointEvery: 2 };
          const whole = await watch(
            await trainingJob(temporaryDir(), countingRows(20), { modelDir, ...asked, training }),
            { backend },
          );
          const job = await trainingJob(temporaryDir(), countingRows(20), { modelDir, ...asked, training });
          const { result } = await watch(job, { backend, stopAfterStep: 5 });
          const resumed = await watch(
            { ...job, resumeFrom: join(job.runDir, 'checkpoints', String(result.steps)) },
            { backend },
          );
          expect(samplesOf(resumed.events)).toEqual(samplesOf(whole.events));
          expect(lossesOf(resumed.steps)).toEqual(lossesOf(whole.steps));
        });
      }

      it('leave no tensor behind', async () => {
        const modelDir = modelInWords(temporaryDir());
        const run = async (): Promise<number> => {
          await watch(
            await trainingJob(temporaryDir(), countingRows(20), { modelDir, ...asked, training: answering }),
            { backend },
          );
          return tf.memory().numTensors;
        };
        const before = await run();
        expect(await run()).toBe(before);
      });
    },
  );
}
