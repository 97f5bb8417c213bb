/**
 * Trains the sample model's weights with the engine's own full fine-tuning, from a folder of random weights. Surprising: the recipe
 * is for few tokens, not for few steps: small batches and a high rate learn most from a corpus of three million tokens.
 */
import type { EngineSettings, StepMetrics, TrainEvent, TrainJob } from '../contract/engine.ts';
import { trainingSchema } from '../contract/training.ts';
import type { ResolvedTraining } from '../contract/training.ts';
import { modulePrefix } from '../engine/adapters/peftNames.ts';
import type { HostTensor } from '../engine/adapters/adapterMethod.ts';
import { checkpointDir, listCheckpoints } from '../engine/training/checkpoint.ts';
import { runTraining } from '../engine/training/runTraining.ts';
import { inspectModel } from '../formats/modelFolder.ts';
import { readPeftFolder } from '../formats/peftFolder.ts';
import { floatsFromBytes } from '../formats/safetensors.ts';
import { rowLength } from './modelConfig.ts';

export const recipe = {
  batchSize: 8,
  learningRate: 2.5e-3,
  schedule: 'cosine',
  warmupShare: 0.04,
  beta1: 0.9,
  beta2: 0.97,
  weightDecay: 0.1,
  maxGradNorm: 1,
  seed: 1,
} as const;

export interface TrainingSetup {
  readonly settings: EngineSettings;
  /** Folder of the random weights to start from. */
  readonly initialDir: string;
  readonly tokenFile: string;
  /** Checkpoints lie here; where there is one, training goes on from it. */
  readonly runDir: string;
  readonly steps: number;
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
  const onEvent = (event: TrainEvent): void => {
    if (event.type !== 'metrics') return;
    for (const step of event.steps) {
      steps.push(step);
      setup.onStep(step);
    }
  };
  const { adapterDir } = await runTraining(setup.settings, await describeJob(setup), { onEvent });
  return { weights: readWeights(adapterDir), steps };
}

async function describeJob({ initialDir, tokenFile, runDir, steps }: TrainingSetup): Promise<TrainJob> {
  const { shape } = inspectModel(initialDir);
  const last = (await listCheckpoints(runDir)).at(-1);
  return {
    ...{ runId: 'sample', runDir, modelDir: initialDir, baseModel: 'sample-model', tokenFile, samplePrompts: [] },
    method: { id: 'full', options: {} },
    targets: shape.linears.map(({ name }) => name),
    training: describeTraining(steps),
    ...(last !== undefined && { resumeFrom: checkpointDir(runDir, last) }),
  };
}

function describeTraining(steps: number): ResolvedTraining {
  const { learningRate, warmupShare, ...rest } = recipe;
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
    [...tensors].map(([name, { dtype, shape, data }]) => [name.slice(modulePrefix.length), { shape, data: floatsFromBytes(dtype, data) }]),
  );
}
