/**
 * One training measurement in a process of its own, as the benchmarks call it: made-up tokens (of an encoder in three
 * classes), all linear layers, and settings as they stand unless the case says otherwise. Prints one JSON line.
 * Usage: trainOnce.ts MODEL CASE, a Hugging Face folder or GGUF file and a `TrainCase` in JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveTraining } from '../../main/contract/resolveTraining.ts';
import { headSize } from '../../main/contract/families/bert.ts';
import { trainingSchema } from '../../main/contract/training.ts';
import type { StepMetrics, TrainEvent } from '../../main/contract/engine.ts';
import { runTraining } from '../../main/engine/training/runTraining.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { writeTokenFile } from '../../main/formats/tokenFile.ts';
import { getMethodSpec } from '../../main/methods/registry.ts';
import { estimateRun } from '../../main/studio/machine/estimate.ts';
import { benchSettings, parsePrecision } from './benchSettings.ts';
import type { TrainCase, TrainMeasurement } from './trainCase.ts';

const [modelDir, text] = process.argv.slice(2);
const asked = JSON.parse(text) as TrainCase;
const { method, batch, length, steps = 8, options = {}, training = {} } = asked;
const settings = benchSettings(parsePrecision(asked.precision), asked.backend);
const { shape } = inspectModel(modelDir);
const spec = getMethodSpec(method);
const parsed = spec.options.parse(options);
const chosen = spec.fit?.(parsed, shape.linears, Object.keys(options), shape) ?? parsed;
const rows = batch * 8;
const labels = ['LABEL_0', 'LABEL_1', 'LABEL_2'];
const labelTask = shape.encoder === undefined ? undefined : ({ kind: 'classification', labels } as const);
const resolved = resolveTraining(
  trainingSchema.parse({
    ...{ steps, batchSize: batch, maxLength: length, evaluationSplit: 0, shuffle: false, learningRate: 1e-3 },
    ...training,
  }),
  { spec, shape, trainingPieces: rows },
);
const estimate = estimateRun({
  ...{ shape, spec, options: chosen, targets: shape.linears, training: resolved, settings },
  ...{ meanLength: length, longestLength: length, knownTokensPerSecond: null },
  headParameters: labelTask === undefined ? 0 : headSize(shape, labelTask),
});

const runDir = mkdtempSync(path.join(tmpdir(), 'graft-bench-'));
const tokenFile = path.join(runDir, 'tokens.safetensors');
await writeTokenFile(tokenFile, {
  ids: Int32Array.from({ length: rows * length }, (_, at) => (at * 7919) % shape.vocabSize),
  lossMask: Uint8Array.from({ length: rows * length }, (_, at) => (at % length === 0 ? 0 : 1)),
  maxLength: length,
  tokenizerHash: '',
  offsets: Int32Array.from({ length: rows + 1 }, (_, row) => row * length),
  ...(labelTask && {
    labels: Array.from({ length: rows }, (_, row) => labels[row % labels.length]),
    secondStarts: new Int32Array(rows).fill(length),
    layout: { before: 0, between: 0, after: 0 },
  }),
});

const measured: StepMetrics[] = [];
const begun = performance.now();
let opened = begun;
const onEvent = (event: TrainEvent): void => {
  if (event.type === 'metrics') measured.push(...event.steps);
  else if (event.type === 'phase' && event.phase === 'compiling') opened = performance.now();
};
const job = {
  runId: 'bench',
  runDir,
  modelDir,
  baseModel: 'bench',
  method: { id: method, options: chosen },
  targets: shape.linears.map(({ name }) => name),
  training: { ...resolved, checkpointEvery: 0 },
  tokenFile,
  samplePrompts: [],
  ...(labelTask && { labelTask }),
};
const result = await runTraining(settings, job, { onEvent });
rmSync(runDir, { recursive: true, force: true });
const line: TrainMeasurement = {
  trainable: result.trainableParameters,
  stored: result.storedBytes,
  open_s: Number(((opened - begun) / 1000).toFixed(1)),
  step_s: Number(((batch * length) / result.tokensPerSecond).toFixed(3)),
  best_step_s: Number((Math.min(...measured.map(({ stepMs }) => stepMs)) / 1000).toFixed(3)),
  peak_rss_mb: Math.round(result.peakMemoryBytes / 2 ** 20),
  estimated_mb: Math.round(estimate.memoryBytes / 2 ** 20),
};
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
