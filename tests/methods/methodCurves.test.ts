/**
 * Twenty steps of the reference implementations from their first adapter on: losses, gradient norms, and the adapter
 * after them. Encoders train their head as well.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { StepMetrics, TrainJob } from '../../main/contract/engine.ts';
import type { ResolvedTraining } from '../../main/contract/training.ts';
import { readPeftFolder } from '../../main/formats/peftFolder.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { writeTokenFile } from '../../main/formats/tokenFile.ts';
import { findMethodOfType } from '../../main/methods/registry.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { runTraining } from '../../main/engine/training/runTraining.ts';
import { backendSettings, tensorflowMissing } from '../support/backends.ts';
import { relativeError } from '../support/fixtures.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { plainTraining } from '../engine/training/trainingJob.ts';
import { methodCase } from './methodCases.ts';

const cases = [
  ...['reslora/bs_all', 'reslora/bs_all_previous', 'adapter_h/gpt2', 'adapter_h/roberta'],
  ...['adapter_p/llama', 'adapter_l/gpt2', 'adapter_d/roberta_fixed1', 'adapter_d/roberta_random_h'],
  ...['miss/roberta_r4', 'miss/bat_all'],
];

interface Curve {
  readonly weight_decay: number;
  readonly lr: number;
  readonly schedule: ResolvedTraining['schedule'];
  readonly warmup_steps: number;
  readonly max_grad_norm: number;
  /** (steps, micro-batches, rows, tokens) */
  readonly input_ids: readonly (readonly (readonly (readonly number[])[])[])[];
  readonly loss_mask?: Curve['input_ids'];
  readonly attention_mask?: Curve['input_ids'];
  /** (steps, micro-batches, rows) */
  readonly labels?: readonly (readonly (readonly number[])[])[];
  /** Blocks without their adapters, of AdapterDrop. */
  readonly drop_per_step?: readonly number[];
  readonly steps: readonly { readonly loss: number; readonly grad_norm: number }[];
  readonly float64: Curve['steps'];
}

/** Its rows as a token file; padding is left out, and with it its mask. */
async function writeRows(path: string, { input_ids: ids, loss_mask: masks, attention_mask: tokens, labels }: Curve) {
  const lengths = tokens?.flat(2).map((row) => row.filter((each) => each === 1).length);
  const rows = ids.flat(2).map((row, index) => row.slice(0, lengths?.[index]));
  const ends = rows.reduce<number[]>((all, row) => [...all, (all.at(-1) ?? 0) + row.length], [0]);
  await writeTokenFile(path, {
    ids: Int32Array.from(rows.flat()),
    lossMask: Uint8Array.from(masks?.flat(3) ?? rows.flat().map(() => 0)),
    offsets: Int32Array.from(ends),
    maxLength: 64,
    tokenizerHash: '',
    ...(labels && {
      labels: labels.flat(2).map((label) => `LABEL_${label}`),
      secondStarts: Int32Array.from(rows, ({ length }) => length),
      layout: { before: 0, between: 0, after: 0 },
    }),
  });
}

/** The case's base without dropout, which the references were trained without. */
function baseOf(modelDir: string, dir: string): string {
  const copy = join(dir, 'base');
  cpSync(modelDir, copy, { recursive: true });
  const file = join(copy, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...config, hidden_dropout_prob: 0 }));
  return copy;
}

async function jobOf(name: string, dir: string, curve: Curve): Promise<TrainJob> {
  const { dir: caseDir, read, ...of } = methodCase(name);
  const modelDir = baseOf(of.modelDir, dir);
  const tokenFile = join(dir, 'tokens.safetensors');
  await writeRows(tokenFile, curve);
  const initAdapter = join(caseDir, 'init');
  const { shape } = inspectModel(modelDir);
  const { options, targets } = read('init', shape);
  const id = findMethodOfType(readPeftFolder(initAdapter).config.peft_type)?.id ?? '';
  return {
    ...{ runId: 'run', runDir: join(dir, 'run'), modelDir, baseModel: name, tokenFile, samplePrompts: [], initAdapter },
    method: { id, options },
    targets: targets.map((target) => target.name),
    ...(curve.labels && { labelTask: { kind: 'classification', labels: ['LABEL_0', 'LABEL_1', 'LABEL_2'] } as const }),
    training: {
      ...plainTraining,
      steps: curve.steps.length,
      batchSize: curve.input_ids[0][0].length,
      maxLength: 12,
      learningRates: { default: curve.lr, head: curve.lr },
      schedule: curve.schedule,
      warmupSteps: curve.warmup_steps,
      weightDecay: curve.weight_decay,
      maxGradNorm: curve.max_grad_norm,
      shuffle: false,
    },
  };
}

const adapter = getAdapterMethod('adapter');
const { leftOut } = adapter;
afterEach(() => Object.assign(adapter, { leftOut }));

/** The reference's draws in the place of Graft's own, one for each step. */
function dropAs({ drop_per_step: drops }: Curve): void {
  if (drops === undefined) return;
  let asked = 0;
  adapter.leftOut = (weights) => {
    const most = Math.max(...drops);
    const dropped = drops[asked++];
    return leftOut?.(weights, () => (dropped + 0.5) / (most + 1)) ?? [];
  };
}

/** As far off as the reference itself is from its own run in float64, times three, where that is more. */
function tolerance(usual: number, float32: number, float64: number): number {
  return Math.max(usual, (3 * Math.abs(float32 - float64)) / Math.abs(float64));
}

test.each(cases)('%s', async (name) => {
  const curve = JSON.parse(readFileSync(join(methodCase(name).dir, 'curve.json'), 'utf8')) as Curve;
  const steps: StepMetrics[] = [];
  dropAs(curve);
  const { adapterDir } = await runTraining(
    backendSettings[tensorflowMissing === null ? 'tensorflow' : 'wasm'],
    await jobOf(name, temporaryDir(), curve),
    { onEvent: (event) => (event.type === 'metrics' ? steps.push(...event.steps) : undefined) },
  );
  expect(steps).toHaveLength(curve.steps.length);
  for (const [index, { loss, grad_norm: norm }] of curve.steps.entries()) {
    const exact = curve.float64[index];
    const off = (found: number, wanted: number): number => Math.abs(found - wanted) / Math.abs(wanted);
    expect(off(steps[index].loss, loss), `loss ${index}`).toBeLessThan(tolerance(5e-5, loss, exact.loss));
    expect(off(steps[index].gradNorm, norm), `norm ${index}`).toBeLessThan(tolerance(1e-3, norm, exact.grad_norm));
  }
  const [written, reference] = [adapterDir, join(methodCase(name).dir, 'final')].map((each) => readPeftFolder(each));
  expect([...written.tensors.keys()].sort()).toEqual([...reference.tensors.keys()].sort());
  for (const [key, { data, shape }] of reference.tensors) {
    const own = written.tensors.get(key);
    expect(own?.shape, key).toEqual(shape);
    expect(relativeError(floatsOf(own?.data), floatsOf(data)), key).toBeLessThan(2e-3);
  }
});

function floatsOf(bytes: Uint8Array | undefined): Float32Array {
  return new Float32Array((bytes ?? new Uint8Array()).slice().buffer);
}
