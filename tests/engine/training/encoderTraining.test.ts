/**
 * Training of encoders against PEFT (tests/fixtures/encoder_training.py): losses, gradient norms and the result of
 * short runs with a head, then what a run promises beyond numbers. No dropout, except where resuming is tested.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StepMetrics, TrainEvent, TrainJob, TrainResult } from '../../../main/contract/engine.ts';
import type { LabelTask } from '../../../main/contract/labels.ts';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import { splitRowsBySeed } from '../../../main/engine/training/batches.ts';
import { runTraining } from '../../../main/engine/training/runTraining.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { floatsFromBytes } from '../../../main/formats/safetensors.ts';
import { writeTokenFile } from '../../../main/formats/tokenFile.ts';
import { backendSettings, tensorflowMissing } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { describeWith } from '../../support/requirements.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { methodOf, plainTraining } from './trainingJob.ts';

interface PeftRun {
  readonly base: string;
  readonly kind: 'classes' | 'values';
  readonly targets: readonly string[];
  readonly curve: readonly { readonly loss: number; readonly gradNorm: number }[];
}

interface Reference {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly values: readonly number[];
  readonly runs: Readonly<Record<string, PeftRun>>;
}

type Changes = Partial<Omit<TrainJob, 'training'>> & { readonly training?: Partial<TrainJob['training']> };

const reference = JSON.parse(readFileSync(fixturePath('encoder_training/reference.json'), 'utf8')) as Reference;
const classes: LabelTask = { kind: 'classification', labels: ['0', '1', '2'] };
const values: LabelTask = { kind: 'regression', labels: [] };

/** The base with this dropout. */
function baseModel(dir: string, base: string, dropout: number): string {
  const target = join(dir, base);
  cpSync(fixturePath(base), target, { recursive: true });
  const config = JSON.parse(readFileSync(join(target, 'config.json'), 'utf8')) as object;
  writeFileSync(join(target, 'config.json'), JSON.stringify({ ...config, hidden_dropout_prob: dropout }));
  return target;
}

async function job(
  dir: string,
  base: string,
  changes: Changes & { readonly labels?: readonly (number | string)[]; readonly dropout?: number },
): Promise<TrainJob> {
  const { labels = reference.labels, dropout = 0, ...rest } = changes;
  const tokenFile = join(dir, 'tokens.safetensors');
  const { rows } = reference;
  const offsets = rows.reduce<number[]>((ends, row) => [...ends, (ends.at(-1) ?? 0) + row.length], [0]);
  await writeTokenFile(tokenFile, {
    ids: Int32Array.from(rows.flat()),
    lossMask: new Uint8Array(rows.flat().length),
    offsets: Int32Array.from(offsets),
    maxLength: 64,
    tokenizerHash: '',
    labels: labels.map(String),
    secondStarts: Int32Array.from(rows, ({ length }) => length),
    layout: { before: 0, between: 0, after: 0 },
  });
  return {
    runId: 'run',
    runDir: join(dir, 'run'),
    modelDir: baseModel(dir, base, dropout),
    baseModel: base,
    method: methodOf('lora', { rank: 2 }),
    targets: [0, 1].flatMap((layer) =>
      ['query', 'value'].map((name) => `${base.split('_')[1]}.encoder.layer.${layer}.attention.self.${name}`),
    ),
    tokenFile,
    samplePrompts: [],
    labelTask: classes,
    ...rest,
    training: { ...plainTraining, batchSize: 4, learningRates: { default: 1e-2, head: 4e-3 }, ...changes.training },
  };
}

interface Watched {
  readonly result: TrainResult;
  readonly steps: readonly StepMetrics[];
  readonly events: readonly TrainEvent[];
}

async function run(
  trainJob: TrainJob,
  backend: keyof typeof backendSettings = 'cpu',
  stopAfterStep?: number,
): Promise<Watched> {
  const events: TrainEvent[] = [];
  const controller = new AbortController();
  const onEvent = (event: TrainEvent): void => {
    events.push(structuredClone(event));
    if (event.type === 'metrics' && event.steps.some(({ step }) => step === stopAfterStep)) controller.abort();
  };
  const result = await runTraining(backendSettings[backend], trainJob, { onEvent, signal: controller.signal });
  return { result, events, steps: events.flatMap((event) => (event.type === 'metrics' ? event.steps : [])) };
}

function floatsOf(dir: string): ReadonlyMap<string, Float32Array> {
  const { tensors } = readPeftFolder(dir);
  return new Map([...tensors].map(([name, { dtype, data }]) => [name, floatsFromBytes(dtype, data.slice())]));
}

const methods: Readonly<Record<string, TrainJob['method']>> = {
  bert_lora: methodOf('lora', { rank: 4, alpha: 8 }),
  bert_vblora_all: methodOf('vblora', { rank: 2, numVectors: 12, vectorLength: 16, topk: 2 }),
  roberta_vera: methodOf('vera', { rank: 8 }),
  roberta_lora_regression: methodOf('lora', { rank: 4, alpha: 8 }),
};

for (const backend of ['cpu', 'wasm', 'tensorflow'] as const) {
  describeWith({ reason: backend === 'tensorflow' ? tensorflowMissing : null }, `PEFT's runs on ${backend}`, () => {
    const names = backend === 'tensorflow' ? Object.keys(reference.runs) : ['bert_lora', 'roberta_vera'];
    test.each(names)('%s: losses, gradient norms and adapter with its head', async (name) => {
      const { base, kind, targets, curve } = reference.runs[name];
      const trainJob = await job(temporaryDir(), base, {
        method: methods[name],
        targets,
        initAdapter: fixturePath(`encoder_training/${name}/before`),
        labelTask: kind === 'classes' ? { kind: 'classification', labels: ['LABEL_0', 'LABEL_1', 'LABEL_2'] } : values,
        labels: kind === 'classes' ? reference.labels.map((label) => `LABEL_${label}`) : reference.values,
        training: {
          steps: curve.length,
          shuffle: false,
          learningRates: { default: 1e-2, vectorBank: 1e-2, logits: 1e-2, head: 4e-3 },
        },
      });
      const { result, steps } = await run(trainJob, backend);
      const column = (
        rows: readonly { readonly loss: number; readonly gradNorm: number }[],
        key: 'loss' | 'gradNorm',
      ) => rows.map((row) => row[key]);
      expect(relativeError(column(steps, 'loss'), column(curve, 'loss'))).toBeLessThan(1e-4);
      expect(relativeError(column(steps, 'gradNorm'), column(curve, 'gradNorm'))).toBeLessThan(1e-3);
      const ours = floatsOf(result.adapterDir);
      const theirs = floatsOf(fixturePath(`encoder_training/${name}/after`));
      expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
      for (const [key, tensor] of theirs)
        expect({ key, error: relativeError(ours.get(key) ?? [], tensor) }).toEqual({
          key,
          error: expect.toSatisfy((error: number) => error < 2e-3),
        });
    });
  });
}

describe('a classification run', () => {
  test('says SEQ_CLS and modules_to_save as PEFT does, and reads its own labels back', async () => {
    const labelTask: LabelTask = { kind: 'classification', labels: ['bad', 'fair', 'good'] };
    const labels = reference.labels.map((label) => labelTask.labels[label]);
    const trainJob = await job(temporaryDir(), 'arch_bert_cls', {
      labelTask,
      labels,
      method: methodOf('vera', { rank: 4 }),
    });
    const { result } = await run(trainJob);
    const folder = readPeftFolder(result.adapterDir);
    expect(folder.config).toMatchObject({ task_type: 'SEQ_CLS', modules_to_save: ['classifier', 'score'] });
    const { shape } = inspectModel(trainJob.modelDir);
    const weights = readAdapter(folder, shape);
    expect(weights.head?.task).toEqual(labelTask);
    expect(getAdapterMethod('vera').toPeft(weights, 'arch_bert_cls').tensors).toEqual(folder.tensors);
    expect(result.trainableParameters).toBe(4 * (32 + 4) + 3 * 32 + 3);
  });

  test('keeps the best evaluation by the metric that was asked for, and reports metrics of base and adapter', async () => {
    const training = { steps: 12, evaluationSplit: 0.4, evaluateEvery: 2, bestBy: 'accuracy' } as const;
    const { result, events } = await run(await job(temporaryDir(), 'arch_bert_cls', { training }));
    const evaluations = events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation] : []));
    const best = Math.max(...evaluations.map(({ metrics }) => metrics?.accuracy ?? 0));
    const first = evaluations.find(({ metrics }) => metrics?.accuracy === best);
    expect(result.adapterStep).toBe(first?.step);
    expect(result.adapterEvaluation).toEqual(first);
    expect(Object.keys(result.baseEvaluation?.metrics ?? {})).toEqual(['accuracy', 'f1Macro', 'matthews']);
  });

  test.each(['wasm', ...(tensorflowMissing === null ? (['tensorflow'] as const) : [])] as const)(
    'stopped and resumed gives the losses and the adapter of one that never stopped, on %s',
    async (backend) => {
      const training = { steps: 8, evaluationSplit: 0.25, evaluateEvery: 3, checkpointEvery: 1 };
      const method = methodOf('lora', { rank: 2, dropout: 0.1 });
      const changes = { method, training, dropout: 0.1, labelTask: values, labels: reference.values };
      const whole = await run(await job(temporaryDir(), 'arch_roberta_cls', changes), backend);
      const again = await job(temporaryDir(), 'arch_roberta_cls', changes);
      const stopped = await run(again, backend, 3);
      expect(stopped.result.state).toBe('cancelled');
      const resumed = await run(
        { ...again, resumeFrom: join(again.runDir, 'checkpoints', String(stopped.result.steps)) },
        backend,
      );
      const losses = ({ steps, events }: Watched) => [
        steps.map(({ loss, gradNorm }) => [loss, gradNorm]),
        events.filter(({ type }) => type === 'evaluation'),
      ];
      expect(losses(resumed)).toEqual(losses(whole));
      expect(floatsOf(resumed.result.adapterDir)).toEqual(floatsOf(whole.result.adapterDir));
    },
  );

  test('warns of a label that is only in the rows for evaluation', async () => {
    const labels = ['a', 'b', 'c', 'a', 'b', 'a', 'b', 'a'];
    const labelTask: LabelTask = { kind: 'classification', labels: ['a', 'b', 'c'] };
    const seed = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((each) =>
      splitRowsBySeed(labels.length, 0.25, each).evaluation.includes(2),
    );
    const trainJob = await job(temporaryDir(), 'arch_bert_cls', {
      labelTask,
      labels,
      training: { steps: 1, evaluationSplit: 0.25, seed },
    });
    const { events } = await run(trainJob);
    const message =
      'Only rows kept for evaluation have the label "c": it cannot be learned. Add rows with it, or choose another seed.';
    expect(events).toContainEqual(expect.objectContaining({ type: 'log', message }));
  });

  test('refuses an adapter to start from that answers with other labels', async () => {
    const initAdapter = fixturePath('encoder_training/bert_lora/before');
    const trainJob = await job(temporaryDir(), 'arch_bert_cls', {
      initAdapter,
      method: methodOf('lora', { rank: 4, alpha: 8 }),
      labelTask: { ...classes, labels: ['x', 'y', 'z'] },
      labels: ['x', 'y', 'z', 'x', 'y', 'z', 'x', 'y'],
    });
    const error = await graftErrorOfAsync(() => run(trainJob));
    expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining('LABEL_0, LABEL_1, LABEL_2') });
  });

  test('gives BERT without a pooler one of the head’s own, saved beside the classifier', async () => {
    // The checkpoint's pooler is called something that nobody reads.
    const dir = temporaryDir();
    const trainJob = await job(dir, 'arch_bert_cls', {});
    const file = join(trainJob.modelDir, 'model.safetensors');
    const bytes = readFileSync(file);
    const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString();
    writeFileSync(
      file,
      Buffer.concat([
        bytes.subarray(0, 8),
        Buffer.from(header.replaceAll('"bert.pooler', '"cls.xpooler')),
        bytes.subarray(8 + header.length),
      ]),
    );
    const { result } = await run(trainJob);
    const folder = readPeftFolder(result.adapterDir);
    expect(folder.config.modules_to_save).toEqual(['classifier', 'score', 'pooler']);
    expect(folder.tensors.get('base_model.model.bert.pooler.dense.weight')?.shape).toEqual([32, 32]);
    const error = await graftErrorOfAsync(() =>
      run({ ...trainJob, runDir: join(dir, 'other'), targets: ['bert.pooler.dense'] }),
    );
    expect(error.message).toContain('has no bert.pooler.dense');
  });
});
