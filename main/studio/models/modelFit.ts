/**
 * What a model needs of this machine's memory, by the same estimate as a run's: for chat, and for training with each
 * method at its recommended settings and rows as long as it allows; both also for a base kept as int8 and as nf4.
 *   chat  engine + weights + keys and values of a whole context (2 · layers · key-value heads · head size per token)
 */
import { productsOf } from '../../contract/engine.ts';
import type { EngineSettings } from '../../contract/engine.ts';
import type { Model } from '../../contract/entities.ts';
import { headSize } from '../../contract/families/bert.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import type { LabelTask } from '../../contract/labels.ts';
import { asTargeted, isForKind, type MethodSpec } from '../../methods/methodSpec.ts';
import { methodSpecs } from '../../methods/registry.ts';
import type { ModelFit } from '../../contract/machine.ts';
import { resolveTraining } from '../../contract/resolveTraining.ts';
import { targetedLayers } from '../../contract/targets.ts';
import { trainingSchema } from '../../contract/training.ts';
import { type BackendWorld, chooseBackend } from '../machine/backendChoice.ts';
import { engineMemory, estimateRun, weightMemory } from '../machine/estimate.ts';

/** Rows of a run that there is not yet: they decide its length, not its memory. */
const assumedRows = 100;
/** What an encoder's head learns. */
const assumedTask: LabelTask = { kind: 'classification', labels: ['', ''] };
const longestContext = 4096;

/** All in bytes; of methods that can train this model at all. */
export function fitModel({ id, shape }: Model, world: BackendWorld): ModelFit {
  const { settings } = chooseBackend({}, world);
  const needsOf = (given: EngineSettings): ModelFit['training'] =>
    Object.values(methodSpecs)
      .filter((spec) => isForKind(spec, shape))
      .map((spec) => ({ method: spec.id, ...trainingNeeds(spec, shape, given) }))
      .filter(({ adapterBytes }) => adapterBytes > 0); // biases, of a model that has none
  const thriftier = (['int8', 'nf4'] as const).map((precision) => {
    const quantised = chooseBackend({ precision }, world).settings;
    const needs = needsOf(quantised).filter(({ method }) => methodSpecs[method].capabilities.quantisedBase);
    const trainingBytes = Math.min(...needs.map(({ bytes }) => bytes));
    return { precision, chatBytes: chatMemory(shape, quantised), trainingBytes };
  });
  return {
    modelId: id,
    chatBytes: chatMemory(shape, settings),
    training: needsOf(settings),
    thriftier,
    freeMemoryBytes: world.machine.freeMemoryBytes,
    totalMemoryBytes: world.machine.memoryBytes,
  };
}

/** What the tensor engine needs for the model (`packedBytes`: of a GGUF as it is) and a whole context. Bytes. */
export function chatMemory(shape: ModelShape, settings: EngineSettings, packedBytes?: number): number {
  const numberBytes = productsOf(settings) === 'bf16' ? 2 : 4;
  const context = Math.min(shape.maxPositions, longestContext);
  const keysAndValues = 2 * shape.layerCount * shape.keyValueHeadCount * shape.headDim * context * numberBytes;
  return engineMemory(settings, shape, 1) + weightMemory(settings, shape, packedBytes) + keysAndValues;
}

function trainingNeeds(
  spec: MethodSpec,
  shape: ModelShape,
  settings: EngineSettings,
): Omit<ModelFit['training'][number], 'method'> {
  const parsed = spec.options.parse({});
  const targets = targetedLayers(parsed, asTargeted(spec, shape));
  const options = spec.fit?.(parsed, targets, [], shape) ?? parsed;
  const training = resolveTraining(trainingSchema.parse({}), { spec, shape, trainingPieces: assumedRows });
  const { memoryBytes, adapterBytes } = estimateRun({
    ...{ shape, spec, options, targets, training, settings },
    meanLength: training.maxLength,
    longestLength: training.maxLength,
    knownTokensPerSecond: null,
    headParameters: shape.encoder === undefined ? 0 : headSize(shape, assumedTask),
  });
  return { bytes: memoryBytes, adapterBytes, maxLength: training.maxLength, batchSize: training.batchSize };
}
