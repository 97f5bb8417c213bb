/**
 * Opens everything a run works with: backend, model, adapter, data, compiled functions. What it holds on the device lives
 * until `dispose`, since the compiled functions captured it.
 */
import type { EngineSettings, TrainJob } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import { openWeights } from '../../formats/weightSource.ts';
import type { AdapterMethod, AdapterWeights, HostTensor } from '../adapters/adapterMethod.ts';
import { getAdapterMethod, readAdapter } from '../adapters/registry.ts';
import type { Backend } from '../backends/backend.ts';
import { openBackend } from '../backends/registry.ts';
import type { CausalModel } from '../models/causalModel.ts';
import { loadModel } from '../models/registry.ts';
import { createRandom } from '../random.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import type { Batch } from './batches.ts';
import { dropoutPoolSize, fillDropoutPool } from './dropoutPool.ts';
import type { AdapterFrame } from './hostState.ts';
import { packGroups } from './parameterPack.ts';
import type { PackedGroup } from './parameterPack.ts';
import { loadTrainingData } from './trainingData.ts';
import type { TrainingData } from './trainingData.ts';
import { compileTrainFunctions } from './trainFunctions.ts';
import type { TrainFunctions } from './trainFunctions.ts';
import type { TrainStepContext } from './trainStep.ts';

export interface PreparedRun extends TrainStepContext {
  readonly job: TrainJob;
  readonly backend: Backend;
  readonly model: CausalModel;
  readonly method: AdapterMethod;
  readonly frame: AdapterFrame;
  readonly groups: readonly PackedGroup[];
  readonly functions: TrainFunctions;
  readonly data: TrainingData;
  readonly trainableParameters: number;
  dispose(): void;
}

/**
 * Throws GraftError for anything that does not fit together, before any step. `initialWeights` are apart, so that nothing
 * holds them on the host once they are on the device.
 */
export async function prepareRun(
  settings: EngineSettings,
  job: TrainJob,
): Promise<{ readonly run: PreparedRun; readonly initialWeights: AdapterWeights }> {
  const { training } = job;
  const method = getAdapterMethod(job.method.id);
  const data = loadTrainingData(job);
  const backend = await openBackend(settings);
  const model = loadModel(backend, job.modelDir);
  checkVocabulary(data, model);
  const initialWeights = loadInitialWeights(job, method, model);
  const groups = packGroups(initialWeights.trained);
  const uploads = Object.entries(method.frozenUploads(initialWeights));
  const frozen: NamedTensorMap = Object.fromEntries(
    uploads.map(([name, { data: values, shape }]) => [name, backend.frozen(values, shape)]),
  );
  const functions = compileTrainFunctions({ backend, model, method, weights: initialWeights, groups, frozen, training });
  const dispose = (): void => {
    functions.dispose();
    tf.dispose(frozen);
    model.dispose();
  };
  const trainableParameters = groups.reduce((total, { size }) => total + size, 0);
  const dropoutPool = createDropoutPool(initialWeights, training.seed);
  const { trained: _onDevice, ...frame } = initialWeights;
  const run = { job, backend, model, method, frame, groups, functions, training, dropoutPool, data, trainableParameters, dispose };
  return { run, initialWeights };
}

/** Rows that came as token ids may have been made for another model. */
function checkVocabulary({ largestId }: TrainingData, { shape }: CausalModel): void {
  if (largestId < shape.vocabSize) return;
  throw new GraftError('invalid', `The dataset holds the token id ${largestId}; this model's ids end at ${shape.vocabSize - 1}.`, {
    field: 'dataset',
    remedy: 'Use a dataset that was tokenised for this model, or one of text.',
  });
}

function loadInitialWeights(job: TrainJob, method: AdapterMethod, model: CausalModel): AdapterWeights {
  if (job.initAdapter !== undefined) return loadInitAdapter(job.initAdapter, method, model);
  const wanted = new Set(job.targets);
  const targets = model.shape.linears.filter(({ name }) => wanted.has(name));
  if (targets.length < wanted.size) {
    const unknown = job.targets.filter((name) => !targets.some((target) => target.name === name));
    throw new GraftError('invalid', `The model has no linear layer ${unknown.join(', ')}.`, { field: 'targets' });
  }
  if (method.initFromBase) return method.initFromBase(job.method.options, targets, readBaseWeights(job.modelDir));
  return method.init(job.method.options, targets, createRandom(job.training.seed, 'initialisation'));
}

/** The adapter brings its own options; the studio has checked that nothing contradicts them. */
function loadInitAdapter(dir: string, method: AdapterMethod, model: CausalModel): AdapterWeights {
  const weights = readAdapter(readPeftFolder(dir), model.shape);
  if (weights.methodId !== method.id) {
    const message = `The adapter to start from is of the method ${weights.methodId}, the run trains ${method.id}.`;
    throw new GraftError('conflict', message, { file: dir, field: 'method', remedy: `Train it with the method ${weights.methodId}.` });
  }
  if (weights.trainable) return weights;
  throw new GraftError('unsupported', 'This adapter was saved for use only and cannot be trained further.', {
    file: dir,
    remedy: 'Start from one that was saved with all its weights (for VB-LoRA: save_only_topk_weights=false).',
  });
}

/** Every weight in float32 on the host: full fine-tuning alone needs them. */
function readBaseWeights(modelDir: string): ReadonlyMap<string, HostTensor> {
  const { family, shape } = inspectModel(modelDir);
  const source = openWeights(modelDir, family, shape);
  try {
    const names = [...family.weightShapes(shape).keys()];
    return new Map(names.map((name) => [name, { shape: source.shape(name), data: source.readFloat32(name) }]));
  } finally {
    source.close();
  }
}

function createDropoutPool({ options, targets }: AdapterFrame, seed: number): TrainStepContext['dropoutPool'] {
  const dropout = 'dropout' in options ? Number(options.dropout) : 0;
  if (dropout === 0) return undefined;
  const widest = targets.reduce((most, { inFeatures }) => Math.max(most, inFeatures), 0);
  return (step: number, microBatch: number, { batchSize, length }: Batch) => {
    return fillDropoutPool(dropoutPoolSize(batchSize * length * widest), [seed, step, microBatch]);
  };
}
