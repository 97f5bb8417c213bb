/**
 * Trains the sample model's weights with the engine's own full fine-tuning, in two stages that `recipe` describes.
 * Surprising: the recipe is for few tokens, not for few steps: small batches and a high rate learn most from a few
 * million of them.
 */
import type { EngineSettings, StepMetrics, TrainEvent, TrainJob } from '../../contract/engine.ts';
import { trainingSchema } from '../../contract/training.ts';
import type { ResolvedTraining } from '../../contract/training.ts';
import { modulePrefix } from '../../methods/tensorSpec.ts';
import type { HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { checkpointDir, listCheckpoints } from '../../engine/training/checkpoint.ts';
import { runTraining } from '../../engine/training/runTraining.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import { floatsFromBytes } from '../../formats/safetensors.ts';
import type { CorpusSize } from './corpus.ts';
import { rowLength } from './modelConfig.ts';

/** One after the other; each begins with the weights of the one before and with a fresh optimizer. */
interface Stage extends Pick<CorpusSize, 'part' | 'rows' | 'voicedShare' | 'isWhole' | 'emphasis'> {
  /** Of the schedule. */
  readonly steps: number;
  /** The stage ends here, though the schedule goes on: the rate is still high, and the next stage takes it down. */
  readonly stopAfter: number;
  readonly learningRate: number;
}

export const recipe = {
  batchSize: 8,
  schedule: 'cosine',
  warmupShare: 0.04,
  beta1: 0.9,
  beta2: 0.97,
  weightDecay: 0.1,
  maxGradNorm: 1,
  seed: 1,
} as const;

/** What is still wrong after the second stage: small sums, and what joins two things of the world. */
const slowToLearn = {
  sums: 4,
  'word problems': 2,
  'order of days': 4,
  self: 3,
  greetings: 2,
  'animal sizes': 2,
  'animal skills': 1.5,
};

/** What was still wrong after the third: names of the request, comparisons, days. Stories take many tokens of a row. */
const stillWrong = {
  ...{ stories: 0.5, unknown: 0.7, sums: 1.5, self: 1.5 },
  ...{ 'order of days': 2, 'animal sizes': 1.5, advice: 1.2, feelings: 1.2 },
};

const atTheEnd = {
  ...{ stories: 0.5, unknown: 0.7, sums: 2.5, 'word problems': 1.5, self: 3, names: 2 },
  ...{ 'order of days': 3, 'around today': 1.5, 'animal sizes': 2, 'sizes of two': 2 },
  ...{ advice: 1.5, 'advice in other words': 1.5, feelings: 1.5, comfort: 1.5, countries: 1.5 },
};

const first = { isWhole: false, voicedShare: 0, emphasis: {} };
const voiced = { ...first, voicedShare: 0.4 };
const whole = { isWhole: true, voicedShare: 0.45, emphasis: stillWrong };

export const stages: readonly Stage[] = [
  { ...first, part: 0, rows: 34_000, steps: 4200, stopAfter: 1928, learningRate: 2.5e-3 },
  { ...voiced, part: 2, rows: 9_700, steps: 1200, stopAfter: 843, learningRate: 1.5e-3 },
  { ...voiced, part: 3, rows: 4_050, emphasis: slowToLearn, steps: 500, stopAfter: 500, learningRate: 8e-4 },
  { ...whole, part: 4, rows: 24_300, steps: 3000, stopAfter: 2057, learningRate: 1.2e-3 },
  { ...whole, part: 5, rows: 5_660, emphasis: atTheEnd, steps: 500, stopAfter: 500, learningRate: 5e-4 },
];

export interface TrainingSetup {
  readonly settings: EngineSettings;
  readonly stage: Pick<Stage, 'steps' | 'stopAfter' | 'learningRate'>;
  /** Folder of the weights to start from. */
  readonly initialDir: string;
  readonly tokenFile: string;
  /** Checkpoints lie here; where there is one, training goes on from it. */
  readonly runDir: string;
  readonly onStep: (step: StepMetrics) => void;
}

export interface TrainedWeights {
  /** By their Hugging Face names, float32. */
  readonly weights: ReadonlyMap<string, HostTensor>;
  /** Of every step, those before a resumption among them. */
  readonly steps: readonly StepMetrics[];
}

/** Throws GraftError as `runTraining` does. */
export async function trainWeights(setup: TrainingSetup): Promise<TrainedWeights> {
  const steps: StepMetrics[] = [];
  const stop = new AbortController();
  const onEvent = (event: TrainEvent): void => {
    if (event.type !== 'metrics') return;
    for (const step of event.steps) {
      steps.push(step);
      setup.onStep(step);
      if (step.step >= setup.stage.stopAfter) stop.abort();
    }
  };
  const { adapterDir } = await runTraining(setup.settings, await describeJob(setup), { onEvent, signal: stop.signal });
  return { weights: readWeights(adapterDir), steps };
}

async function describeJob({ initialDir, tokenFile, runDir, stage }: TrainingSetup): Promise<TrainJob> {
  const { shape } = inspectModel(initialDir);
  const last = (await listCheckpoints(runDir)).at(-1);
  return {
    ...{ runId: 'sample', runDir, modelDir: initialDir, baseModel: 'sample-model', tokenFile, samplePrompts: [] },
    method: { id: 'full', options: {} },
    targets: shape.linears.map(({ name }) => name),
    training: describeTraining(stage),
    ...(last !== undefined && { resumeFrom: checkpointDir(runDir, last) }),
  };
}

function describeTraining({ steps, learningRate }: TrainingSetup['stage']): ResolvedTraining {
  const { warmupShare, ...rest } = recipe;
  const decided = {
    ...rest,
    maxLength: rowLength,
    steps,
    warmupSteps: Math.round(steps * warmupShare),
    evaluateEvery: 0,
    checkpointEvery: 0,
  };
  const parsed = trainingSchema.parse({ ...decided, evaluationSplit: 0, keepBest: false });
  return { ...parsed, ...decided, learningRates: { default: learningRate } };
}

function readWeights(adapterDir: string): ReadonlyMap<string, HostTensor> {
  const { tensors } = readPeftFolder(adapterDir);
  return new Map(
    [...tensors].map(([name, { dtype, shape, data }]) => [
      name.slice(modulePrefix.length),
      { shape, data: floatsFromBytes(dtype, data) },
    ]),
  );
}
