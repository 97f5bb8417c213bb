/**
 * Opens everything a run works with: backend, model, adapter, data, compiled functions. What it holds on the device
 * lives until `dispose`, since the compiled functions captured it.
 */
import type { EngineSettings, TrainJob } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { Problems } from '../../contract/Problems.ts';
import { poolerName } from '../../contract/families/bert.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import type { LabelTask } from '../../contract/labels.ts';
import { adaptsLayers } from '../../contract/targets.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import { chooseParts, misfits } from '../../training/registry.ts';
import type { AdapterHead, AdapterMethod, AdapterWeights } from '../adapters/adapterMethod.ts';
import { initHead, trainedTensors } from '../adapters/adapterHead.ts';
import { getAdapterMethod } from '../adapters/registry.ts';
import type { Backend } from '../backends/backend.ts';
import { openBackend } from '../backends/registry.ts';
import type { CausalModel } from '../models/causalModel.ts';
import type { EncoderModel } from '../models/encoderModel.ts';
import { loadEncoder } from '../models/loadEncoder.ts';
import { loadModel } from '../models/registry.ts';
import { createRandom } from '../random.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import type { Batch } from './batches.ts';
import { checkVocabulary } from './checkVocabulary.ts';
import { dropoutPoolSize, fillDropoutPool } from './dropoutPool.ts';
import type { AdapterFrame, StateParts } from './hostState.ts';
import { loadInitialWeights, makeWeights, type InitialWeightsSetup } from './initialWeights.ts';
import { labelObjective } from './labelObjective.ts';
import { languageObjective } from './languageObjective.ts';
import type { Objective } from './objective.ts';
import { packGroups } from './parameterPack.ts';
import { loadTrainingData } from './trainingData.ts';
import type { TrainingData } from './trainingData.ts';
import { compileTrainFunctions } from './trainFunctions.ts';
import type { TrainFunctions } from './trainFunctions.ts';
import type { TrainStepContext } from './trainStep.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';

export interface PreparedRun extends TrainStepContext, StateParts {
  readonly job: TrainJob;
  readonly backend: Backend;
  readonly shape: ModelShape;
  /** What answers sample prompts; null for an encoder. */
  readonly decoder: CausalModel | null;
  readonly objective: Objective;
  readonly functions: TrainFunctions;
  readonly data: TrainingData;
  readonly trainableParameters: number;
  /** What the pairs of stage `index` (from 1) start from: a function of the run's seed. */
  freshWeights(index: number): Promise<AdapterWeights>;
  dispose(): void;
}

/**
 * Throws GraftError for anything that does not fit together, before any step. `initialWeights` are apart, so that
 * nothing holds them on the host once they are on the device.
 */
export async function prepareRun(
  settings: EngineSettings,
  job: TrainJob,
  initialising: Pick<InitialWeightsSetup, 'onDecompose' | 'signal'>,
): Promise<{ readonly run: PreparedRun; readonly initialWeights: AdapterWeights }> {
  const { training } = job;
  refuseMisfits(job);
  const method = getAdapterMethod(job.method.id);
  const model = inspectModel(job.modelDir);
  const { shape } = model;
  const data = loadTrainingData(job, shape);
  checkVocabulary(data, job, shape);
  const backend = await openBackend(settings);
  const making = { ...initialising, job, method, model };
  const subject = openSubject(backend, job, await loadInitialWeights(making));
  const { initialWeights, objective } = subject;
  const parts = chooseParts(training);
  const { options, targets } = initialWeights;
  const pairs = getMethodSpec(job.method.id).pairs?.of(options, targets) ?? [];
  const trained = trainedTensors(initialWeights);
  const shapes = Object.entries(trained).map(([name, { group, shape: size }]) => ({ name, group, shape: size }));
  const groups = packGroups(parts.optimizer.part.packs(shapes, pairs, parts.optimizer.options), trained);
  const uploads = Object.entries(method.frozenUploads(initialWeights));
  const frozen: NamedTensorMap = Object.fromEntries(
    uploads.map(([name, { data: values, shape }]) => [name, backend.frozen(values, shape)]),
  );
  const functions = compileTrainFunctions({
    backend,
    objective,
    method,
    weights: initialWeights,
    groups,
    frozen,
    training,
    optimizer: parts.optimizer,
    pairs,
  });
  const dispose = (): void => {
    functions.dispose();
    tf.dispose(frozen);
    subject.dispose();
  };
  const trainableParameters = groups.reduce((total, { size, updated }) => total + (updated === 'never' ? 0 : size), 0);
  const draws = method.drawsPerPass?.(initialWeights) ?? 0;
  const dropoutPool = createDropoutPool(initialWeights, { shape, seed: training.seed, draws });
  const { trained: _onDevice, ...frame } = initialWeights;
  const { decoder } = subject;
  const freshWeights = async (index: number): Promise<AdapterWeights> =>
    makeWeights(making, { options, targets }, createRandom(training.seed, 'initialisation', index));
  const run = {
    job,
    backend,
    shape,
    decoder,
    objective,
    method: countingSteps(method, frame),
    frame,
    groups,
    functions,
    training,
    parts,
    pairs,
    dropoutPool,
    data,
    trainableParameters,
    freshWeights,
    dispose,
  };
  return { run, initialWeights };
}

/** Steps of each tensor are counted where some may be left out of one, and nowhere else. */
function countingSteps(method: AdapterMethod, { options }: AdapterFrame): AdapterMethod {
  if (method.leavesOut?.(options) ?? true) return method;
  const others = { ...method };
  delete others.leftOut;
  return others;
}

/** The studio has asked before, in the same words; a job may come from elsewhere. */
function refuseMisfits({ training, method }: TrainJob): void {
  const problems = new Problems();
  problems.add(...misfits(training, getMethodSpec(method.id)));
  problems.throwIfAny();
}

interface Subject extends Pick<PreparedRun, 'decoder' | 'objective'> {
  /** With the head to start from, where there is one. */
  readonly initialWeights: AdapterWeights;
  dispose(): void;
}

/** The model on the device, and what is learned with it. */
function openSubject(backend: Backend, job: TrainJob, weights: AdapterWeights): Subject {
  const { labelTask, training } = job;
  if (!labelTask) {
    const decoder = loadModel(backend, job.modelDir);
    return {
      decoder,
      objective: languageObjective(decoder, training),
      initialWeights: weights,
      dispose: () => decoder.dispose(),
    };
  }
  const model = loadEncoder(backend, job.modelDir);
  checkPooler(model, weights);
  const head = headToStartFrom(weights, labelTask, model, training.seed);
  const objective = labelObjective(model, head, training);
  const dispose = (): void => {
    objective.dispose();
    model.dispose();
  };
  return { decoder: null, objective, initialWeights: { ...weights, head }, dispose };
}

/** That of the adapter to start from, else the base's, else a fresh one. */
function headToStartFrom({ head }: AdapterWeights, task: LabelTask, model: EncoderModel, seed: number): AdapterHead {
  if (!head) return initHead(model, task, createRandom(seed, 'head'));
  if (head.task.kind === task.kind && head.task.labels.join('\n') === task.labels.join('\n')) return head;
  const known = head.task.kind === 'regression' ? engineTrainingWords.aNumber() : head.task.labels.join(', ');
  throw new GraftError('conflict', engineTrainingWords.otherLabels({ known }), {
    field: 'initAdapter',
    remedy: engineTrainingWords.sameLabels(),
  });
}

/** Where the checkpoint has no pooler, the head brings one, which is trained whole. */
function checkPooler({ hasPooler }: EncoderModel, { options, targets }: AdapterWeights): void {
  if (hasPooler || !adaptsLayers(options) || targets.every(({ name }) => name !== poolerName)) return;
  throw new GraftError('unsupported', engineTrainingWords.noPooler({ poolerName }), {
    field: 'targets',
    remedy: engineTrainingWords.targetsWithoutPooler(),
  });
}

interface PoolNeeds {
  readonly shape: ModelShape;
  readonly seed: number;
  /** Of the method's own. */
  readonly draws: number;
}

/** Large enough for the widest input of an adapted layer, or of the head alone where only that has dropout. */
function createDropoutPool(
  { options, targets, head }: AdapterFrame,
  { shape, seed, draws }: PoolNeeds,
): TrainStepContext['dropoutPool'] {
  const ofAdapter = Object.entries(options).some(([field, rate]) => /dropout$/i.test(field) && Number(rate) > 0);
  const ofHead = head !== undefined && (shape.encoder?.headDropout ?? 0) > 0;
  if (!ofAdapter && !ofHead && draws === 0) return undefined;
  const widest = targets.reduce((most, { inFeatures }) => Math.max(most, inFeatures), 0);
  return (step: number, microBatch: number, { batchSize, length }: Batch) => {
    const ofInputs = Math.max(ofAdapter ? batchSize * length * widest : 0, ofHead ? batchSize * shape.hiddenSize : 0);
    const largest = Math.max(ofInputs, draws);
    return fillDropoutPool(dropoutPoolSize(largest), [seed, step, microBatch]);
  };
}
