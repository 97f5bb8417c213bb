/**
 * `node main/tools/sampleModel/train.ts MODEL_DIR WORK_DIR [--precision bf16|float32]`: trains the sample model from
 * random weights on the rows that prepare.ts wrote. Writes model.safetensors (bf16) and the model card to MODEL_DIR,
 * and training.json to WORK_DIR. Started again after an interruption, it goes on from the last checkpoint in
 * WORK_DIR/run-N; a stage that has ended lies in WORK_DIR/stage-N and is not trained again.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { EngineSettings, StepMetrics } from '../../contract/engine.ts';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import { verbatim } from '../../contract/words/words.ts';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { readTokenFile } from '../../formats/tokenFile.ts';
import { defaultCacheDir } from '../../runtimes/cacheDir.ts';
import { findRuntime, libraryDirOf } from '../../runtimes/findRuntimes.ts';
import { readModelWeights, toSafetensors, weightsName, writeInitialModel, writeModelFolder } from './initialWeights.ts';
import { modelCard } from './modelCard.ts';
import type { TrainingFigures } from './modelCard.ts';
import { recipe, stages, trainWeights } from './trainingRun.ts';
import { validationLoss } from './validationLoss.ts';

interface Request {
  readonly modelDir: string;
  readonly workDir: string;
  readonly settings: EngineSettings;
}

const logEvery = 50;

function parseRequest(): Request {
  const options = { precision: { type: 'string', default: 'float32' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [modelDir, workDir] = positionals;
  const { precision } = values;
  const isPrecision = precision === 'bf16' || precision === 'float32';
  if (modelDir === undefined || workDir === undefined || !isPrecision) {
    throw new GraftError('usage', verbatim('Give two folders: that of the model, and that where prepare.ts worked.'), {
      remedy: verbatim(
        'node main/tools/sampleModel/train.ts resources/sample-model WORK_DIR [--precision bf16|float32]',
      ),
    });
  }
  return { modelDir, workDir, settings: { ...tensorflow(), precision } };
}

function tensorflow(): Omit<EngineSettings, 'precision'> {
  const runtime = findRuntime('tensorflow-cpu', defaultCacheDir());
  if (runtime) return { backend: 'tensorflow', threads: 2, libraryDir: libraryDirOf(runtime) };
  throw new GraftError('backendUnavailable', verbatim('Training the sample model needs TensorFlow.'), {
    remedy: verbatim('npm start -- runtime install tensorflow-cpu'),
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
  return Array.from({ length: Math.ceil(steps.length / size) }, (_, part) =>
    meanLoss(steps.slice(part * size, (part + 1) * size)),
  );
}

interface Ended {
  /** A model folder with float32 weights. */
  readonly dir: string;
  readonly steps: readonly StepMetrics[];
}

/** Trains a stage, or finds what it came to before. */
async function trainStage(
  { modelDir, workDir, settings }: Request,
  number: number,
  initialDir: string,
): Promise<Ended> {
  const dir = join(workDir, `stage-${number}`);
  const stepsFile = join(dir, 'steps.json');
  if (existsSync(stepsFile)) return { dir, steps: JSON.parse(await readFile(stepsFile, 'utf8')) as StepMetrics[] };
  const stage = stages[number - 1];
  const [tokenFile, runDir] = [join(workDir, `train-${number}.safetensors`), join(workDir, `run-${number}`)];
  const { weights, steps } = await trainWeights({
    settings,
    stage,
    initialDir,
    tokenFile,
    runDir,
    onStep: progressLines(),
  });
  await writeModelFolder(modelDir, dir, weights);
  await writeFileAtomic(stepsFile, JSON.stringify(steps));
  return { dir, steps };
}

async function train(request: Request): Promise<TrainingFigures> {
  const { modelDir, workDir, settings } = request;
  const steps: StepMetrics[] = [];
  let dir = join(workDir, 'initial');
  await writeInitialModel(modelDir, dir, recipe.seed);
  for (let number = 1; number <= stages.length; number++) {
    const ended = await trainStage(request, number, dir);
    steps.push(...ended.steps);
    dir = ended.dir;
  }
  await writeSafetensors(join(modelDir, weightsName), toSafetensors(readModelWeights(dir), 'BF16'));
  const validationFile = join(workDir, `validation-${stages.length}.safetensors`);
  return {
    precision: settings.precision,
    validationRows: readTokenFile(validationFile).rows,
    tokens: sum(steps.map(({ tokens }) => tokens)),
    minutes: sum(steps.map(({ stepMs }) => stepMs)) / 60_000,
    firstLoss: steps[0]?.loss ?? NaN,
    trainingLoss: meanLoss(steps.slice(-100)),
    validationLoss: await validationLoss(settings, modelDir, validationFile),
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
