/**
 * Memory, time and adapter size of a run before it starts, by parts that can be shown.
 *   weights     parameters × 1 (int8), 2 (bf16) or 4 bytes; in nf4 those of linear layers × 4.13 bits, packed ones as
 *               their blocks are kept, the rest as it is multiplied; for full fine-tuning they count as trained
 *   training    of each number that the optimizer updates on the device, its value and its moments three times (before
 *               and after an update, and a checkpoint's copy) and its gradient, with the values apart, four times; what
 *               it and callbacks keep of pairs on the host; of a chain what its earlier links left, and that in a
 *               checkpoint
 *   activations what the backward pass keeps, per token and layer, in the precision of products: the rows of its norms
 *               (two, in Gemma four, of D, and in some families those of the heads of q and k), q, k, v, the inputs of
 *               the activation (gate, up) and what the adapter keeps besides; with recomputation one layer of these
 *               and D per layer; where a head alone is trained, one layer;
 *               of a backend that runs operations one by one the outputs of all of them instead, of which every linear
 *               layer and every score of attention has a few, and a gradient of each; its weights and what is trained
 *               besides have copies that are not given back at once
 *   logits      3 copies of a slice of the vocabulary's logits, or of a tile of attention's scores where that is more
 *   time        tokens × (4 P + adapter) operations over the backend's rate, or the rate of the last such run; unknown
 *               where neither is (a graphics card that was not tested)
 */
import { computingOf } from '../../backends/registry.ts';
import type { Estimate } from '../../contract/entities.ts';
import { productsOf } from '../../contract/engine.ts';
import type { EngineSettings } from '../../contract/engine.ts';
import type { LinearShape, ModelShape } from '../../contract/families/family.ts';
import { getFamily } from '../../contract/families/registry.ts';
import { nf4Bytes } from '../../formats/nf4.ts';
import { capabilitiesWith, type MethodSpec } from '../../methods/methodSpec.ts';
import { countStoredBytes, countTrained, elementCount, type TensorSpec } from '../../methods/tensorSpec.ts';
import type { PairShape } from '../../training/optimizer.ts';
import { pairShapes } from '../../training/pairs.ts';
import { chooseParts, type ChosenParts } from '../../training/registry.ts';
import type { ResolvedTraining } from '../../contract/training.ts';

export interface EstimateInput {
  readonly shape: ModelShape;
  readonly spec: MethodSpec;
  readonly options: object;
  readonly targets: readonly LinearShape[];
  readonly training: ResolvedTraining;
  readonly settings: EngineSettings;
  /** Of a GGUF whose blocks are kept packed: what its weights take. */
  readonly packedBytes?: number | undefined;
  /** Non-padding tokens per row on average, and of the longest row after the cut. */
  readonly meanLength: number;
  readonly longestLength: number;
  /** Tokens per second of an earlier run of the same model, method and backend. */
  readonly knownTokensPerSecond: number | null;
  /** Operations per second of the self-test's training step, where it was made; default: none was. */
  readonly measuredRate?: number | null;
  /** Whether anything is evaluated; default: a share of the rows. */
  readonly evaluates?: boolean;
  /** Of a classification head that is trained beside the adapter. */
  readonly headParameters?: number;
}

const storedBytes = { float32: 4, bf16: 2 } as const;
/** Of packs that are not updated on the device: values there three times, with gradients and copies on the host. */
const copiesOfPack = { pairs: 9, never: 3 } as const;
/** A place in the table for four, the number found, the number scaled. */
const unpackedBytesPerWeight = 9;
const [sliceElements, mostSlices] = [2 ** 21, 8]; // of backends/tensorflow/hiddenProducts.ts
const logitsSliceRows = 128; // SLICE_ROWS of engine/ops/crossEntropy.ts
const [tileElements, mostTiles] = [2 ** 21, 8]; // of engine/ops/attention.ts

/** Memory and adapter in bytes, time in seconds. */
export function estimateRun(input: EstimateInput): Estimate {
  const { longestLength, training } = input;
  const memoryParts = memory(input);
  return {
    memoryBytes: bytesOf(memoryParts),
    ...(longestLength < training.maxLength && {
      atFullLength: {
        ...{ longestLength, maxLength: training.maxLength },
        memoryBytes: bytesOf(memory({ ...input, longestLength: training.maxLength })),
      },
    }),
    memoryParts,
    seconds: seconds(input),
    adapterBytes: countStoredBytes(tensorsOf(input)) + 4 * (storedBeyondOneStage(input) + (input.headParameters ?? 0)),
  };
}

/** Elements that the adapter has more than its table, which is that of one stage; less than none where compressed. */
function storedBeyondOneStage({ spec, options, targets, shape, training }: EstimateInput): number {
  const { procedure } = chooseParts(training);
  const last = procedure.part.endRank?.(procedure.options) ?? Infinity;
  const stages = 1 + (procedure.part.earlierStages?.(procedure.options) ?? 0);
  const pairs = pairShapes(spec.pairs?.of(options, targets) ?? [], spec.tensors(options, targets, shape));
  return sumOf(
    pairs.map((pair) => (Math.min(last, ranksOf(procedure, pair, stages)) - pair.rank) * elementsOfSlot(pair)),
  );
}

/** Of the first `stages` stages together. */
function ranksOf({ part, options }: ChosenParts['procedure'], { rank }: PairShape, stages: number): number {
  return sumOf(Array.from({ length: stages }, (_, index) => Math.min(rank, part.rankAt?.(index, options) ?? rank)));
}

function elementsOfSlot({ inFeatures, outFeatures }: PairShape): number {
  return inFeatures + outFeatures;
}

function tensorsOf({ spec, options, targets, shape }: EstimateInput): readonly TensorSpec[] {
  return spec.tensors(options, targets, shape);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

function bytesOf(parts: Estimate['memoryParts']): number {
  return sumOf(parts.map(({ bytes }) => bytes));
}

function memory(input: EstimateInput): Estimate['memoryParts'] {
  const { shape, spec, training, settings, longestLength } = input;
  const { evaluates = training.evaluationSplit > 0 } = input;
  const tensors = tensorsOf(input);
  const isFull = spec.capabilities.trains === 'model';
  const { procedure } = chooseParts(training);
  const earlierStages = procedure.part.earlierStages?.(procedure.options) ?? 0;
  const isCompressed = evaluates && (procedure.part.endRank?.(procedure.options) ?? null) !== null;
  const recordings = (evaluates ? 3 : 2) + earlierStages + (isCompressed ? 1 : 0); // a stage is a shape of its own
  const tokens = training.batchSize * longestLength;
  const numberBytes = storedBytes[productsOf(settings)];
  const { eager = false } = computingOf(settings.backend);
  const perLayer = eager ? madeBytesPerToken(input) : keptBytesPerToken({ ...input, numberBytes });
  const learnsWithin = tensors.some(({ role }) => role === 'trained');
  const activations =
    learnsWithin && training.recompute
      ? perLayer + shape.layerCount * shape.hiddenSize * 4
      : (learnsWithin ? shape.layerCount : 1) * perLayer;
  return [
    { name: 'engine', bytes: engineMemory(settings, shape, recordings) },
    { name: 'base weights', bytes: isFull ? 0 : (eager ? eagerly.weights : 1) * baseMemory(input) },
    {
      name: 'adapter and optimizer',
      bytes: (eager ? eagerly.trained : 1) * adapterMemory(input, tensors, earlierStages),
    },
    { name: 'activations', bytes: tokens * activations },
    {
      name: 'logits',
      bytes: 3 * Math.max(eager ? 0 : tileBytes(input), logitsBytes(input, tokens)),
    },
  ];
}

/** A copy of one slice, as the cross-entropy makes it; an encoder has none. */
function logitsBytes({ shape, settings }: EstimateInput, tokens: number): number {
  if (shape.encoder) return 0;
  return Math.min(tokens, logitsSliceRows) * shape.vocabSize * storedBytes[productsOf(settings)];
}

/** A copy of the scores that attention computes together, in float32. */
function tileBytes({ shape, training, longestLength }: EstimateInput): number {
  const scores = training.batchSize * shape.headCount * longestLength ** 2;
  return 4 * (shape.encoder ? scores : Math.min(scores, Math.max(tileElements, scores / mostTiles)));
}

/** Of what is trained, its gradients, what the optimizer keeps, and what is frozen of it. Bytes. */
function adapterMemory(
  { spec, options, targets, training, headParameters = 0 }: EstimateInput,
  tensors: readonly TensorSpec[],
  earlierStages: number,
): number {
  const { optimizer, callbacks, procedure } = chooseParts(training);
  const { part, options: ofPart } = optimizer;
  const trained = tensors.filter(({ role }) => role === 'trained');
  const sizes = new Map(trained.map(({ name, shape }) => [name, elementCount(shape)]));
  const pairs = spec.pairs?.of(options, targets) ?? [];
  const onDevice = 3 * (1 + part.moments.length) + 4;
  const ofPacks = part.packs(trained, pairs, ofPart).map(({ tensors: names, updated }) => {
    const times = updated === undefined ? onDevice : copiesOfPack[updated];
    return times * sumOf(names.map((name) => sizes.get(name) ?? 0));
  });
  const shapes = pairShapes(pairs, trained);
  const ofPairs = shapes.flatMap((pair) => Object.values(part.stateOf?.(pair, ofPart) ?? {}));
  const ofCallbacks = callbacks.flatMap((callback) =>
    shapes.map((pair) => callback.part.keptOf?.(pair, part.moments.length) ?? 0),
  );
  const ofPast = 2 * sumOf(shapes.map((pair) => ranksOf(procedure, pair, earlierStages) * elementsOfSlot(pair)));
  const frozen = Math.max(0, countStoredBytes(tensors) - 4 * countTrained(tensors));
  return 4 * (sumOf([...ofPacks, ...ofPairs, ...ofCallbacks]) + ofPast + onDevice * headParameters) + frozen;
}

/** Of the base with two slices of it unpacked, whose numbers are looked up and scaled in float32. Bytes. */
function baseMemory({ settings, shape, packedBytes }: EstimateInput): number {
  const kept = weightMemory(settings, shape, packedBytes);
  if (settings.precision !== 'nf4' && settings.precision !== 'packed') return kept;
  const largest = Math.max(...shape.linears.map(({ inFeatures, outFeatures }) => inFeatures * outFeatures));
  return kept + 2 * unpackedBytesPerWeight * Math.min(largest, Math.max(sliceElements, largest / mostSlices));
}

/** Of the frozen base; `packedBytes` is what a GGUF takes as it is. Bytes. */
export function weightMemory(settings: EngineSettings, shape: ModelShape, packedBytes?: number): number {
  const { precision } = settings;
  const { parameterCount, linears } = shape;
  if (precision === 'int8') return parameterCount;
  const numberBytes = storedBytes[productsOf(settings)];
  if (precision === 'packed' && packedBytes !== undefined) return packedBytes;
  if (precision !== 'nf4') return parameterCount * numberBytes;
  const sizes = linears.map(({ inFeatures, outFeatures }) => inFeatures * outFeatures);
  return sumOf(sizes.map(nf4Bytes)) + (parameterCount - sumOf(sizes)) * numberBytes;
}

/** Of the process itself, with `recordings` functions recorded. Bytes. */
export function engineMemory(
  { backend }: Pick<EngineSettings, 'backend'>,
  { layerCount }: ModelShape,
  recordings: number,
): number {
  const { engineBytes, recordedBytesPerLayer } = computingOf(backend);
  return engineBytes + recordedBytesPerLayer * layerCount * recordings;
}

interface KeptInput extends Pick<EstimateInput, 'shape' | 'spec' | 'options' | 'targets' | 'training'> {
  readonly numberBytes: number;
}

/** Bytes per token and layer that the backward pass needs of the forward pass. */
function keptBytesPerToken(input: KeptInput): number {
  const { shape, spec, options, targets, numberBytes } = input;
  const { hiddenSize, intermediateSize, headCount, keyValueHeadCount, headDim, layerCount } = shape;
  const attention = (headCount + 2 * keyValueHeadCount) * headDim;
  const perLayer = (size: 'inFeatures' | 'outFeatures'): number =>
    targets.reduce((sum, target) => sum + target[size], 0) / layerCount;
  const shared = headCount * headDim + intermediateSize; // what comes of a norm is made again of its rows
  const kept = {
    inputs: constantRanks(input) ?? Math.min(shared, perLayer('inFeatures')),
    products: perLayer('outFeatures'),
    few: hiddenSize,
  };
  const adapter = kept[capabilitiesWith(spec, options).keeps];
  const { normInputs, activationInputs } = getFamily(shape.family).keptPerToken(shape);
  return numberBytes * (normInputs + attention + activationInputs + adapter);
}

/**
 * Measured on WebAssembly: seven methods, the sample model and MiniLM; what follows is 0.87 to 1.11 of the peaks. On
 * WebGPU (software as the card) it is 1.10 to 1.19 of the card's memory, and with the engine 1.00 to 1.04 of all.
 */
const eagerly = { weights: 1.5, trained: 1.8, outputs: 9.5, deltas: 5 } as const;

/** Bytes per token and layer of everything that the forward pass makes, with its gradients, in float32. */
function madeBytesPerToken({ shape, spec, options, targets, longestLength }: EstimateInput): number {
  const widthOf = (linears: readonly LinearShape[]): number =>
    sumOf(linears.map(({ outFeatures }) => outFeatures)) / shape.layerCount;
  const { trains, keeps } = capabilitiesWith(spec, options);
  const hasDeltas = trains === 'adapter' && keeps !== 'few';
  const outputs = widthOf(shape.linears) + shape.headCount * longestLength;
  return 4 * (eagerly.outputs * outputs + (hasDeltas ? eagerly.deltas * widthOf(targets) : 0));
}

/** Of a layer together, where A of no pair is trained (LoRA-FA): x A is kept and x is not; null where one is. */
function constantRanks({ shape, spec, options, targets, training }: KeptInput): number | null {
  const { part, options: ofPart } = chooseParts(training).optimizer;
  const pairs = spec.pairs?.of(options, targets) ?? [];
  const trained = spec.tensors(options, targets, shape).filter(({ role }) => role === 'trained');
  const packs = part.packs(trained, pairs, ofPart);
  const constant = new Set(packs.flatMap(({ tensors, updated }) => (updated === 'never' ? tensors : [])));
  if (pairs.length === 0 || !pairs.every(({ a }) => constant.has(a))) return null;
  return sumOf(pairShapes(pairs, trained).map(({ rank }) => rank)) / shape.layerCount;
}

function seconds({
  shape,
  options,
  targets,
  training,
  settings,
  meanLength,
  knownTokensPerSecond,
  measuredRate = null,
}: EstimateInput): number | null {
  const tokens = training.steps * training.gradientAccumulation * training.batchSize * meanLength;
  if (knownTokensPerSecond !== null) return tokens / knownTokensPerSecond;
  const rank = 'rank' in options && typeof options.rank === 'number' ? options.rank : 0;
  const adapter = targets.reduce((sum, { inFeatures, outFeatures }) => sum + 6 * rank * (inFeatures + outFeatures), 0);
  const operations = tokens * (4 * shape.parameterCount + adapter);
  const { usesThreads, operationsPerSecondAndThread } = computingOf(settings.backend);
  if (operationsPerSecondAndThread === null) return measuredRate === null ? null : operations / measuredRate;
  const threads = usesThreads ? settings.threads : 1;
  return operations / (operationsPerSecondAndThread[productsOf(settings)] * threads);
}
