/**
 * One training measurement in a process of its own, as tests/bench/run.ts calls it: random tokens, the default targets
 * of the comparison (all seven linears), PEFT's own settings. Prints one JSON line.
 * Usage: trainOnce.ts MODEL_DIR lora|vera|vblora float32|bf16|int8 B T [STEPS]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getMethodSpec } from '../../main/methods/registry.ts';
import { resolveTraining } from '../../main/contract/resolveTraining.ts';
import { trainingSchema } from '../../main/contract/training.ts';
import type { StepMetrics } from '../../main/contract/engine.ts';
import { runTraining } from '../../main/engine/training/runTraining.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { writeTokenFile } from '../../main/formats/tokenFile.ts';
import { benchSettings, parsePrecision } from './benchSettings.ts';

const methodOptions: Readonly<Record<string, object>> = {
  lora: { rank: 8, alpha: 16 },
  vera: { rank: 256 },
  vblora: { rank: 4, numVectors: 256, vectorLength: 192, topk: 2 },
};

const [modelDir, method, precision, rows, tokens, steps = '8'] = process.argv.slice(2);
const [B, T] = [Number(rows), Number(tokens)];
const { shape } = inspectModel(modelDir);
const spec = getMethodSpec(method);
const training = resolveTraining(
  trainingSchema.parse({
    steps: Number(steps),
    batchSize: B,
    maxLength: T,
    evaluationSplit: 0,
    shuffle: false,
    learningRate: 1e-3,
  }),
  { spec, shape, trainingPieces: B * 8 },
);
const runDir = mkdtempSync(path.join(tmpdir(), 'graft-bench-'));
const tokenFile = path.join(runDir, 'tokens.safetensors');
const count = B * 8 * T;
const ids = Int32Array.from({ length: count }, (_, at) => (at * 7919) % shape.vocabSize);
const lossMask = Uint8Array.from({ length: count }, (_, at) => (at % T === 0 ? 0 : 1));
await writeTokenFile(tokenFile, {
  ids,
  lossMask,
  maxLength: T,
  tokenizerHash: '',
  offsets: Int32Array.from({ length: B * 8 + 1 }, (_, row) => row * T),
});
const measured: StepMetrics[] = [];
const result = await runTraining(
  benchSettings(parsePrecision(precision)),
  {
    runId: 'bench',
    runDir,
    modelDir,
    baseModel: 'bench',
    method: { id: method, options: spec.options.parse(methodOptions[method]) },
    targets: shape.linears.map(({ name }) => name),
    training: { ...training, checkpointEvery: 0 },
    tokenFile,
    samplePrompts: [],
  },
  { onEvent: (event) => event.type === 'metrics' && measured.push(...event.steps) },
);
rmSync(runDir, { recursive: true, force: true });
const line = {
  method,
  dtype: precision,
  B,
  T,
  trainable: result.trainableParameters,
  step_s: Number(((B * T) / result.tokensPerSecond).toFixed(3)),
  first_step_s: Number((measured[0].stepMs / 1000).toFixed(2)),
  best_step_s: Number((Math.min(...measured.map(({ stepMs }) => stepMs)) / 1000).toFixed(3)),
  tokens_per_s: Math.round(result.tokensPerSecond),
  peak_rss_mb: Math.round(result.peakMemoryBytes / 2 ** 20),
  losses: [measured[0].loss, measured.at(-1)?.loss],
};
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
