/**
 * Twenty optimizer steps that PEFT and PyTorch took (tests/fixtures/train_*): loss, gradient norm, learning rate of
 * every step and the final adapter. Catches any deviation of forward, backward, accumulation, clipping, AdamW or
 * schedule. `npm test` takes one method a backend, other ones than acceptance/trainCurves.test.ts, and all on WebGPU,
 * one of them stopped and resumed at the middle; `npm run proof` all of them, and all resumed. The software GPU has
 * kernels of its own, so that a curve begins with those of a card too (`npm run proof`: all of it).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainKernels } from '../../../main/backends/webgpu/plainKernels.ts';
import type { TrainJob } from '../../../main/contract/engine.ts';
import type { ResolvedTraining } from '../../../main/contract/training.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { backendMissing, backendNames, type TestBackendName } from '../../support/backends.ts';
import { breadth, expectWithin, isProof } from '../../support/breadth.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { describeWith } from '../../support/requirements.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { expectResumedAlike } from './stoppedAtMiddle.ts';
import { trainingJob } from './trainingJob.ts';
import type { RowOfIds } from './trainingJob.ts';
import { adapterBytes, lossesOf, watch, type Watched } from './watchRun.ts';

interface Curve {
  readonly init_adapter: string;
  readonly weight_decay: number;
  readonly lr: number;
  readonly schedule: ResolvedTraining['schedule'];
  readonly warmup_steps: number;
  readonly max_grad_norm: number;
  readonly grad_accumulation: number;
  /** (steps, micro-batches, rows, tokens) */
  readonly input_ids: readonly (readonly (readonly (readonly number[])[])[])[];
  readonly loss_mask: readonly (readonly (readonly (readonly number[])[])[])[];
  readonly steps: readonly {
    readonly step: number;
    readonly lr: number;
    readonly loss: number;
    readonly grad_norm: number;
  }[];
}

const tolerance = 1e-4;

const enough: Partial<Record<TestBackendName, string>> = {
  cpu: 'train_vblora',
  wasm: 'train_lora',
  tensorflow: 'train_vera',
};
/** `npm test` stops there: a step takes half a second of processor time. */
const stepsAsOnCards = 2;

const curves = ['train_lora', 'train_vera', 'train_vblora'];

/**
 * Where PyTorch itself differs from its own float64 run: by 2.2e-4 and 9.7e-4 in steps 12 and 20. In step 14 it is by
 * 6.6e-5, and TensorFlow on another make of processor than the reference was made on is 1.05e-4 off.
 */
const illConditioned: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  train_lora: { 12: 1e-3, 14: 2e-4, 20: 5e-3 },
};

for (const backend of backendNames) {
  describeWith({ reason: backendMissing[backend] }, `training curves on ${backend}`, () => {
    it.each(breadth(curves, (name) => backend === 'webgpu' || name === enough[backend]))('%s', async (name) => {
      const curve = readCurve(name);
      const job = await jobOf(name, curve);
      const whole = await watch(job, { backend });
      expectSteps(whole, curve, { name, where: `${name}, ${backend}, engine` });
      expect(whole.result).toMatchObject({ state: 'succeeded', adapterStep: 20, steps: 20 });
      compareAdapters(whole.result.adapterDir, fixturePath(name));
      const isResumed = isProof || (backend === 'webgpu' && name === 'train_lora');
      if (isResumed) await expectResumedAlike(job, whole, { backend, where: `${name}, ${backend}` });
    });
  });
}

describeWith({ reason: backendMissing.webgpu }, "training curves on webgpu with a card's kernels", () => {
  beforeAll(() => void (plainKernels.areUsed = false));
  afterAll(() => void (plainKernels.areUsed = true));

  it.each(breadth(curves, (name) => name === 'train_lora'))('%s', async (name) => {
    const curve = readCurve(name);
    const stop = isProof ? {} : { stopAfterStep: stepsAsOnCards };
    const run = await watch(await jobOf(name, curve), { backend: 'webgpu', ...stop });
    expect(run.steps.length).toBeGreaterThanOrEqual(stepsAsOnCards);
    const again = await watch(await jobOf(name, curve), { backend: 'webgpu', ...stop });
    expect(lossesOf(again.steps)).toEqual(lossesOf(run.steps));
    expect(adapterBytes(again.result.adapterDir)).toBe(adapterBytes(run.result.adapterDir));
    const steps = isProof ? curve.steps : curve.steps.slice(0, run.steps.length);
    expectSteps(run, { ...curve, steps }, { name, where: `${name}, webgpu with a card's kernels, engine` });
  });
});

function readCurve(name: string): Curve {
  return JSON.parse(readFileSync(fixturePath(join(name, 'curve.json')), 'utf8')) as Curve;
}

async function jobOf(name: string, curve: Curve): Promise<TrainJob> {
  return trainingJob(temporaryDir(), rowsOf(curve), {
    initAdapter: fixturePath(curve.init_adapter),
    method: methodOf(name),
    training: { ...trainingOf(curve), checkpointEvery: curve.steps.length / 2 },
  });
}

/** Learning rate, loss and gradient norm of every step. */
function expectSteps(
  { steps }: Watched,
  { steps: expected }: Curve,
  of: { readonly name: string; readonly where: string },
) {
  const { name, where } = of;
  expect(steps.map(({ step }) => step)).toEqual(expected.map(({ step }) => step));
  const rates = [steps.map((step) => step.learningRate), expected.map(({ lr }) => lr)] as const;
  expect(relativeError(...rates)).toBeLessThan(1e-9);
  const losses = [steps.map((step) => step.loss), expected.map(({ loss }) => loss)] as const;
  expectWithin({ of: "loss of 20 steps, PEFT's", where, difference: relativeError(...losses), tolerance });
  for (const { step, grad_norm: reference } of expected) {
    const difference = Math.abs(steps[step - 1].gradNorm - reference) / reference;
    expect(difference, `gradient norm of step ${step}`).toBeLessThan(illConditioned[name]?.[step] ?? tolerance);
  }
}

function compareAdapters(writtenDir: string, referenceDir: string): void {
  const written = readPeftFolder(writtenDir).tensors;
  const reference = readPeftFolder(referenceDir).tensors;
  expect([...written.keys()].sort()).toEqual([...reference.keys()].sort());
  for (const [name, { data, shape }] of reference) {
    expect(written.get(name)?.shape, name).toEqual(shape);
    expect(relativeError(floatsOf(written.get(name)?.data ?? new Uint8Array()), floatsOf(data)), name).toBeLessThan(
      tolerance,
    );
  }
}

function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}

function rowsOf({ input_ids: ids, loss_mask: masks }: Curve): RowOfIds[] {
  return ids.flatMap((microBatches, step) =>
    microBatches.flatMap((rows, micro) => rows.map((row, index) => ({ ids: row, mask: masks[step][micro][index] }))),
  );
}

function methodOf(name: string): { readonly id: string; readonly options: object } {
  return { id: name.replace('train_', ''), options: {} };
}

function trainingOf(curve: Curve): Partial<ResolvedTraining> {
  return {
    steps: curve.steps.length,
    batchSize: curve.input_ids[0][0].length,
    gradientAccumulation: curve.grad_accumulation,
    maxLength: 12,
    learningRates: { default: curve.lr },
    schedule: curve.schedule,
    warmupSteps: curve.warmup_steps,
    weightDecay: curve.weight_decay,
    maxGradNorm: curve.max_grad_norm,
    shuffle: false,
  };
}
