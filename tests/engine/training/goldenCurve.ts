/**
 * Runs of other optimizers and procedures than the usual ones against curves that PyTorch computed
 * (tests/fixtures/procedures): loss and learning rate of every step, and the final adapter.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { TrainJob } from '../../../main/contract/engine.ts';
import type { ResolvedTraining } from '../../../main/contract/training.ts';
import { readPeftFolder, type PeftFolder } from '../../../main/formats/peftFolder.ts';
import { floatsFromBytes } from '../../../main/formats/safetensors.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { trainingJob, type RowOfIds } from './trainingJob.ts';
import { watch, type Watched } from './watchRun.ts';

export interface Curve {
  readonly lr: number;
  readonly schedule: string;
  readonly warmup_steps: number;
  readonly max_grad_norm: number;
  readonly weight_decay: number;
  readonly max_abs_loss_float32_minus_float64: number;
  /** (steps, micro-batches, rows, tokens) */
  readonly input_ids: readonly (readonly (readonly (readonly number[])[])[])[];
  readonly loss_mask: readonly (readonly (readonly (readonly number[])[])[])[];
  readonly steps: readonly { readonly step: number; readonly lr: number; readonly loss: number }[];
}

export function readCurve(name: string): Curve {
  return JSON.parse(readFileSync(fixturePath(`procedures/${name}/curve.json`), 'utf8')) as Curve;
}

function rowsOf({ input_ids: ids, loss_mask: masks }: Curve): RowOfIds[] {
  return ids.flatMap((microBatches, step) =>
    microBatches.flatMap((rows, micro) => rows.map((row, index) => ({ ids: row, mask: masks[step][micro][index] }))),
  );
}

/** LoRA, or what is like it, on the tiny Llama, from the adapter of that folder. */
export async function runCurve(...asked: Parameters<typeof curveJob>): Promise<Watched> {
  return watch(await curveJob(...asked));
}

export async function curveJob(
  curve: Curve,
  initAdapter: string,
  training: Readonly<Record<string, unknown>>,
  method = 'lora',
): Promise<TrainJob> {
  return trainingJob(temporaryDir(), rowsOf(curve), {
    initAdapter,
    method: { id: method, options: {} },
    training: {
      steps: curve.steps.length,
      batchSize: curve.input_ids[0][0].length,
      maxLength: 12,
      learningRates: { default: curve.lr },
      schedule: 'cosine' as ResolvedTraining['schedule'],
      warmupSteps: curve.warmup_steps,
      weightDecay: curve.weight_decay,
      maxGradNorm: curve.max_grad_norm,
      shuffle: false,
      ...training,
    },
  });
}

/** The largest difference of a loss that is rounding. */
export function allowedLoss({ max_abs_loss_float32_minus_float64: gap }: Curve): number {
  return Math.max(2e-5, 10 * gap);
}

export function expectCurve(
  steps: readonly { readonly loss: number; readonly learningRate: number }[],
  curve: Curve,
): void {
  expect(
    relativeError(
      steps.map(({ learningRate }) => learningRate),
      curve.steps.map(({ lr }) => lr),
    ),
  ).toBeLessThan(1e-9);
  const largest = Math.max(...steps.map(({ loss }, index) => Math.abs(loss - curve.steps[index].loss)));
  expect(largest).toBeLessThanOrEqual(allowedLoss(curve));
}

export function expectAdapter(writtenDir: string, name: string): void {
  expectLora(readPeftFolder(writtenDir), name);
}

/** `written`: as PEFT would read it. */
export function expectLora(written: PeftFolder, name: string): void {
  const reference = readPeftFolder(fixturePath(`procedures/${name}`));
  expect([...written.tensors.keys()].sort()).toEqual([...reference.tensors.keys()].sort());
  for (const [key, { dtype, data, shape }] of reference.tensors) {
    const found = written.tensors.get(key);
    expect(found?.shape, key).toEqual(shape);
    expect(
      relativeError(floatsFromBytes('F32', found?.data ?? new Uint8Array()), floatsFromBytes(dtype, data)),
      key,
    ).toBeLessThan(1e-3);
  }
  expect([written.config.r, written.config.lora_alpha]).toEqual([reference.config.r, reference.config.lora_alpha]);
}
