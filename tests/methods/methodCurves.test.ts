/**
 * Twenty steps of the reference implementations from their first adapter on: losses, gradient norms, and the adapter
 * after them. Encoders train their head as well. `npm test` takes one curve a method and backend; `npm run proof` all
 * of them on both, each of them stopped and resumed at its middle as well.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { TrainJob } from '../../main/contract/engine.ts';
import type { ResolvedTraining } from '../../main/contract/training.ts';
import { readPeftFolder } from '../../main/formats/peftFolder.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { writeTokenFile } from '../../main/formats/tokenFile.ts';
import { findMethodOfType } from '../../main/methods/registry.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { tensorflowMissing } from '../support/backends.ts';
import { breadth, expectWithin, isProof } from '../support/breadth.ts';
import { relativeError } from '../support/fixtures.ts';
import { describeWith } from '../support/requirements.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { expectResumedAlike, withMiddle } from '../engine/training/stoppedAtMiddle.ts';
import { plainTraining } from '../engine/training/trainingJob.ts';
import { watch, type Watched } from '../engine/training/watchRun.ts';
import { methodCase } from './methodCases.ts';

/** Those of `npm test` first; both backends have a curve of every method. */
const ofTensorflow = [
  ...['reslora/is_all', 'adapter_h/gpt2', 'adapter_d/roberta_random_h', 'miss/roberta_r4', 'loraxs/all'],
  ...['bitfit/roberta_all', 'sharelora/A_all', 'mos/all_p1', 'loramini/all', 'ia3/gpt2_default', 'lokr/r2_all'],
];
const ofWasm = [
  ...['reslora/bs_all', 'adapter_p/llama', 'adapter_l/gpt2', 'adapter_h/roberta', 'miss/bat_all', 'bitfit/gpt2_all'],
  ...['sharelora/AB_all', 'mos/attn_p0', 'loramini/all', 'ia3/all', 'lokr/both_r1_true_init', 'loraxs/attn_true_init'],
  'adapter_h/roberta_gelu_layernorm',
];
const ofProof = [
  ...['adapter_d/roberta_fixed1', 'adapter_l/llama', 'adapter_p/roberta'],
  ...['ia3/default', 'ia3/default_true_init', 'ia3/roberta_default', 'lokr/both_r2_all', 'lokr/default'],
  ...['lokr/default_true_init', 'lokr/lycoris_init', 'lokr/roberta_r2', 'miss/all', 'miss/all_true_init'],
  ...['miss/mini_all', 'mos/all_2layers', 'sharelora/A_attn', 'sharelora/A_true_init', 'sharelora/B_all'],
  ...['sharelora/B_attn', 'reslora/bs_attn', 'reslora/bs_all_previous', 'reslora/ms_all', 'reslora/ms_attn'],
];
const all = [...new Set([...ofTensorflow, ...ofWasm, ...ofProof])];
const sample = { tensorflow: ofTensorflow, wasm: ofWasm } as const;

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

async function jobOf(name: string, dir: string, curve: Curve, from = 'init'): Promise<TrainJob> {
  const { dir: caseDir, read, ...of } = methodCase(name);
  const modelDir = baseOf(of.modelDir, dir);
  const tokenFile = join(dir, 'tokens.safetensors');
  await writeRows(tokenFile, curve);
  const initAdapter = join(caseDir, from);
  const { shape } = inspectModel(modelDir);
  const { options, targets } = read(from, shape);
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
      gradientAccumulation: curve.input_ids[0].length,
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

/** The reference's draws in the place of Graft's own, one for each step after `from`. */
function dropAs({ drop_per_step: drops }: Curve, from: number): void {
  if (drops === undefined) return;
  let asked = from;
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

const off = (found: number, wanted: number): number => Math.abs(found - wanted) / Math.abs(wanted);

for (const backend of ['tensorflow', 'wasm'] as const) {
  describeWith(
    { reason: backend === 'tensorflow' ? tensorflowMissing : null },
    `curves of methods on ${backend}`,
    () => {
      test.each(breadth(all, (name) => sample[backend].includes(name)))('%s', async (name) => {
        const curve = JSON.parse(readFileSync(join(methodCase(name).dir, 'curve.json'), 'utf8')) as Curve;
        const where = `${name}, ${backend}`;
        const job = await jobOf(name, temporaryDir(), curve);
        const arm = (from: number): void => dropAs(curve, from);
        arm(0);
        const whole = await watch(isProof ? withMiddle(job) : job, { backend });
        expectLosses(whole, curve, where);
        expectFinal(whole, name);
        if (isProof) await expectNorms(whole, name, { curve, backend, where });
        if (isProof) await expectResumedAlike(withMiddle(job), whole, { backend, where, arm });
      });
    },
  );
}

function expectLosses({ steps }: Watched, curve: Curve, where: string): void {
  expect(steps).toHaveLength(curve.steps.length);
  const allowed = curve.steps.map(({ loss }, index) => tolerance(5e-5, loss, curve.float64[index].loss));
  const losses = curve.steps.map(({ loss }, index) => off(steps[index].loss, loss) / (allowed[index] / 5e-5));
  expectWithin({ of: 'loss of 20 steps, the reference', where, difference: Math.max(...losses), tolerance: 5e-5 });
  for (const [index, { grad_norm: norm }] of curve.steps.entries()) {
    const allowedNorm = tolerance(1e-3, norm, curve.float64[index].grad_norm);
    expect(off(steps[index].gradNorm, norm), `norm ${index}`).toBeLessThan(allowedNorm);
  }
}

function expectFinal({ result }: Watched, name: string): void {
  const dirs = [result.adapterDir, join(methodCase(name).dir, 'final')];
  const [written, reference] = dirs.map((each) => readPeftFolder(each));
  expect([...written.tensors.keys()].sort()).toEqual([...reference.tensors.keys()].sort());
  for (const [key, { data, shape }] of reference.tensors) {
    const own = written.tensors.get(key);
    expect(own?.shape, key).toEqual(shape);
    // Means over the passes of a training, which the reference measures after it: expectNorms.
    if (!isMean(key)) expect(relativeError(floatsOf(own?.data), floatsOf(data)), key).toBeLessThan(2e-3);
  }
}

function isMean(key: string): boolean {
  return key.endsWith('.reslora_norm');
}

interface NormRun {
  readonly curve: Curve;
  readonly backend: 'tensorflow' | 'wasm';
  readonly where: string;
}

/** As the reference measures them: the batches once more through the adapter as it is after its training. */
async function expectNorms({ result }: Watched, name: string, { curve, backend, where }: NormRun): Promise<void> {
  const reference = [...readPeftFolder(join(methodCase(name).dir, 'final')).tensors].filter(([key]) => isMean(key));
  if (reference.length === 0) return;
  const job = await jobOf(name, temporaryDir(), { ...curve, lr: 1e-12 }, 'final');
  const again = await watch({ ...job, initAdapter: result.adapterDir }, { backend });
  const { tensors } = readPeftFolder(again.result.adapterDir);
  const differences = reference.map(([key, { data }]) =>
    relativeError(floatsOf(tensors.get(key)?.data), floatsOf(data)),
  );
  const of = 'norms of the inputs after 20 steps, the reference';
  expectWithin({ of, where, difference: Math.max(...differences), tolerance: 1e-5 });
}

/** Nothing is learned, so that every pass is one of the same adapter, as the reference measures it. */
test.each(['reslora/is_all', 'reslora/ms_all'])('%s: norms of the inputs in training', async (name) => {
  const { dir } = methodCase(name);
  const curve = JSON.parse(readFileSync(join(dir, 'curve.json'), 'utf8')) as Curve;
  const reference = JSON.parse(readFileSync(join(dir, 'reference.json'), 'utf8')) as {
    readonly merge: { readonly input: { readonly norms: Readonly<Record<string, number>> } };
  };
  const job = await jobOf(name, temporaryDir(), { ...curve, lr: 1e-12 }, 'final');
  const training = { ...job.training, recompute: name === 'reslora/ms_all' };
  const backend = tensorflowMissing === null ? 'tensorflow' : 'wasm';
  const { result } = await watch({ ...job, training }, { backend });
  const { tensors } = readPeftFolder(result.adapterDir);
  for (const [module, norm] of Object.entries(reference.merge.input.norms)) {
    const [own] = floatsOf(tensors.get(`base_model.model.${module}.reslora_norm`)?.data);
    expect(off(own, norm), module).toBeLessThan(1e-5);
  }
});

function floatsOf(bytes: Uint8Array | undefined): Float32Array {
  return new Float32Array((bytes ?? new Uint8Array()).slice().buffer);
}
