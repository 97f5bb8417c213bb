/** Jobs on the tiny Llama of the fixtures: small enough to train for real in a test. */
import { join } from 'node:path';
import type { TrainJob } from '../../../main/contract/engine.ts';
import { getMethodSpec } from '../../../main/methods/registry.ts';
import type { ResolvedTraining } from '../../../main/contract/training.ts';
import { writeTokenFile } from '../../../main/formats/tokenFile.ts';
import { fixturePath } from '../../support/fixtures.ts';

export const allLinears = [0, 1].flatMap((layer) =>
  [
    'self_attn.q_proj',
    'self_attn.k_proj',
    'self_attn.v_proj',
    'self_attn.o_proj',
    'mlp.gate_proj',
    'mlp.up_proj',
    'mlp.down_proj',
  ].map((name) => `model.layers.${layer}.${name}`),
);

export const plainTraining: ResolvedTraining = {
  steps: 4,
  batchSize: 2,
  gradientAccumulation: 1,
  maxLength: 64,
  learningRates: { default: 0.01 },
  schedule: 'constant',
  warmupSteps: 0,
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  maxGradNorm: 1,
  seed: 3,
  shuffle: true,
  evaluationSplit: 0,
  evaluateEvery: 0,
  earlyStopPatience: 0,
  keepBest: true,
  checkpointEvery: 0,
  recompute: false,
  samplePrompts: [],
};

/** Options that are not given have the method's defaults. */
export function methodOf(id: string, options: object = {}): TrainJob['method'] {
  return { id, options: getMethodSpec(id).options.parse(options) };
}

export interface JobChanges extends Partial<Omit<TrainJob, 'training'>> {
  /** Options of parts of training among them. */
  readonly training?: Partial<ResolvedTraining> & Readonly<Record<string, unknown>>;
}

/** Writes the rows into `dir` and gives a LoRA job that trains on them. */
export async function trainingJob(dir: string, rows: readonly RowOfIds[], changes: JobChanges = {}): Promise<TrainJob> {
  const tokenFile = join(dir, 'tokens.safetensors');
  await writeRows(tokenFile, rows);
  return {
    runId: 'run',
    runDir: join(dir, 'run'),
    modelDir: fixturePath('tiny_llama_base'),
    baseModel: 'tiny_llama_base',
    method: methodOf('lora', { rank: 2, alpha: 4 }),
    targets: allLinears,
    tokenFile,
    samplePrompts: [],
    ...changes,
    training: { ...plainTraining, ...changes.training },
  };
}

/** A token file of these rows. Gives back its path. */
export async function writeRows(path: string, rows: readonly RowOfIds[]): Promise<string> {
  await writeTokenFile(path, tokenRows(rows));
  return path;
}

export interface RowOfIds {
  readonly ids: readonly number[];
  readonly mask?: readonly number[];
}

/** Rows of different lengths whose ids follow from their number: something can be learnt from them. */
export function countingRows(count: number, lengthOf: (row: number) => number = (row) => 5 + (row % 7)): RowOfIds[] {
  return Array.from({ length: count }, (_, row) => ({
    ids: Array.from({ length: lengthOf(row) }, (_token, position) => (row + 3 * position) % 64),
  }));
}

function tokenRows(rows: readonly RowOfIds[]) {
  const offsets = [0];
  for (const { ids } of rows) offsets.push((offsets.at(-1) ?? 0) + ids.length);
  const masks = rows.flatMap(({ ids, mask }) => mask ?? ids.map((_, position) => (position === 0 ? 0 : 1)));
  return {
    ids: Int32Array.from(rows.flatMap(({ ids }) => ids)),
    lossMask: Uint8Array.from(masks),
    offsets: Int32Array.from(offsets),
    maxLength: 1024,
    tokenizerHash: '',
  };
}
