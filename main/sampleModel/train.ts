/**
 * `node main/sampleModel/train.ts MODEL_DIR WORK_DIR [--steps N] [--precision bf16|float32]`: trains the sample model from random
 * weights on the rows that prepare.ts wrote. Writes model.safetensors (bf16) and the model card to MODEL_DIR, and training.json to
 * WORK_DIR. Started again after an interruption, it goes on from the last checkpoint in WORK_DIR/run.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { EngineSettings, StepMetrics } from '../contract/engine.ts';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { writeFileAtomic } from '../formats/atomicFile.ts';
import { writeSafetensors } from '../formats/safetensors.ts';
import { readTokenFile } from '../formats/tokenFile.ts';
import { defaultCacheDir } from '../runtimes/cacheDir.ts';
import { findRuntime, libraryDirOf } from '../runtimes/findRuntimes.ts';
import { toSafetensors, weightsName, writeInitialModel } from './initialWeights.ts';
import { modelCard } from './modelCard.ts';
import type { TrainingFigures } from './modelCard.ts';
import { recipe, trainWeights } from './trainingRun.ts';
import { validationLoss } from './validationLoss.ts';

interface Request {
  readonly modelDir: string;
  readonly workDir: string;
  readonly steps: number;
  readonly settings: EngineSettings;
}

const logEvery = 50;

function parseRequest(): Request {
  const options = { steps: { type: 'string', default: '4200' }, precision: { type: 'string', default: 'float32' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [modelDir, workDir] = positionals;
  const { precision } = values;
  const steps = Number(values.steps);
  const isPrecision = precision === 'bf16' || precision === 'float32';
  if (modelDir === undefined || workDir === undefined || !isPrecision || !Number.isSafeInteger(steps) || steps < 1) {
    throw new GraftError('usage', 'Give two folders: that of the model, and that where prepare.ts worked.', {
      remedy: 'node main/sampleModel/train.ts resources/sample-model WORK_DIR [--steps N] [--precision bf16|float32]',
    });
  }
  return { modelDir, workDir, steps, settings: { ...tensorflow(), precision } };
}

function tensorflow(): Omit<EngineSettings, 'precision'> {
  const runtime = findRuntime('tensorflow-cpu', defaultCacheDir());
  if (runtime) return { backend: 'tensorflow', threads: 2, libraryDir: libraryDirOf(runtime) };
  throw new GraftError('backendUnavailable', 'Training the sample model needs TensorFlow.', {
    remedy: 'npm start -- runtime install tensorflow-cpu',
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const meanLoss = (steps: readonly StepMetrics[]): number => sum(steps.map(({ loss }) => loss)) / steps.length;

/** Prints a line every so many steps. */
function progressLines(): (step: StepMetrics) => void {
  let recent: StepMetrics[] = [];
  return (metrics) => {
    recent.push(metrics);
    if (metrics.step % logEvery !== 0) return;
    const tokensPerSecond = (1000 * sum(recent.map(({ tokens }) => tokens))) / sum(recent.map(({ stepMs }) => stepMs));
    const line = `step ${metrics.step}: loss ${meanLoss(recent).toFixed(3)}, rate ${metrics.learningRate.toExponential(2)}`;
    process.stdout.write(`${line}, ${Math.round(tokensPerSecond)} tokens/s\n`);
    recent = [];
  };
}

/** The mean loss of each twentieth of the run. */
function lossCurve(steps: readonly StepMetrics[]): readonly number[] {
  const size = Math.ceil(steps.length / 20);
  return Array.from({ length: Math.ceil(steps.length / size) }, (_, part) => meanLoss(steps.slice(part * size, (part + 1) * size)));
}

async function train({ modelDir, workDir, steps: wanted, settings }: Request): Promise<TrainingFigures> {
  const initialDir = join(workDir, 'initial');
  const files = { train: join(workDir, 'train.safetensors'), validation: join(workDir, 'validation.safetensors') };
  await writeInitialModel(modelDir, initialDir, recipe.seed);
  const setup = { settings, initialDir, tokenFile: files.train, runDir: join(workDir, 'run'), steps: wanted, onStep: progressLines() };
  const { weights, steps } = await trainWeights(setup);
  await writeSafetensors(join(modelDir, weightsName), toSafetensors(weights, 'BF16'));
  const { rows, ids } = readTokenFile(files.train);
  return {
    ...{
      steps: wanted,
      precision: settings.precision,
      epochs: (wanted * recipe.batchSize) / rows,
      trainRows: rows,
      trainTokens: ids.length,
    },
    validationRows: readTokenFile(files.validation).rows,
    tokens: sum(steps.map(({ tokens }) => tokens)),
    minutes: sum(steps.map(({ stepMs }) => stepMs)) / 60_000,
    firstLoss: steps[0]?.loss ?? NaN,
    trainingLoss: meanLoss(steps.slice(-100)),
    validationLoss: await validationLoss(settings, modelDir, files.validation),
    lossCurve: lossCurve(steps),
  };
}

async function run(): Promise<void> {
  const request = parseRequest();
  const figures = await train(request);
  const json = `${JSON.stringify(figures, null, 1)}\n`;
  await writeFileAtomic(join(request.workDir, 'training.json'), json);
  await writeFileAtomic(join(request.modelDir, 'README.md'), modelCard(figures));
  process.stdout.write(json);
}

// TensorFlow's threads would keep the process alive.
try {
  await run();
  process.exit(0);
} catch (thrown) {
  const error = toGraftError(thrown);
  process.stderr.write(`${error.message} ${error.data.remedy ?? ''}\n`);
  process.exit(error.code === 'usage' ? 2 : 1);
}
