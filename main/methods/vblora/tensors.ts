/**
 * VB-LoRA (arXiv 2405.15179): each sub-vector of the factors A (r, in) and B (out, r) is Σ wⱼ V[Iⱼ] over the k largest
 * of its h logits, V (h, b) the bank shared by everything. No alpha / r, and unlike LoRA not the identity at the start.
 * All sub-vectors of all layers are built in one product; files with top-k weights only are kept as they are stored.
 */
import type { LinearShape } from '../../contract/families/family.ts';
import { bankName, indicesSuffix, logitsA, logitsB, weightsSuffix } from './spec.ts';
import type { VbloraOptions } from './spec.ts';
import { chosenWeights } from './selection.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import type { AdapterWeights, BindContext, HostTensor, TrainedTensor } from '../../engine/adapters/adapterMethod.ts';
import { drawNormal, drawUniform } from '../../engine/adapters/draws.ts';
import { loraFromFactors } from '../lora/tensors.ts';
import { bindLowRank } from '../../engine/adapters/lowRankDelta.ts';
import { modulePrefix } from '../tensorSpec.ts';
import type { MethodTensors } from '../../engine/adapters/methodTensors.ts';
import type { PeftReader } from '../../engine/adapters/PeftReader.ts';
import { assembleA, assembleB, mixSubVectors, topkTensors } from './routing.ts';

export const tensors: MethodTensors<VbloraOptions> = {
  id: 'vblora',

  init({ options, targets, random }) {
    const { numVectors, vectorLength, initVectorBankBound, initLogitsStd } = options;
    const bank = drawUniform(random, [numVectors, vectorLength], initVectorBankBound);
    const values: Record<string, HostTensor> = { [bankName]: bank };
    for (const [name, shape] of logitShapes(options, targets)) values[name] = drawNormal(random, shape, initLogitsStd);
    return values;
  },

  drawsPerPass: ({ options, targets }) =>
    options.selection === 'topk' ? 0 : options.numVectors * sum(subVectorCounts(options, targets)),

  bind({ options, targets }, tensors, context) {
    const subVectors = buildSubVectors({ options, targets }, tensors, context);
    const factors = new Map(
      targets.map(({ name, inFeatures, outFeatures }, i) => [
        name,
        {
          a: tf.reshape(subVectors[2 * i], [options.rank, inFeatures]),
          b: columnsOfB(subVectors[2 * i + 1], options, outFeatures),
          scale: 1,
        },
      ]),
    );
    return bindLowRank(factors, { ...context, dropoutRate: options.dropout });
  },

  restore: (reader, { options, targets }) => ({
    trained: options.saveOnlyTopkWeights ? readTopK(reader, options, targets) : {},
  }),

  store: (weights) => (weights.options.saveOnlyTopkWeights ? topkTensors(weights) : []),

  isTrainable: ({ options }) => !options.saveOnlyTopkWeights,

  toLora,
  forInference: (weights) => toLora(weights),
};

/** lora_A and lora_B are the assembled factors; the rank stays small. */
function toLora(weights: AdapterWeights<VbloraOptions>, layers = weights.targets): AdapterWeights {
  const { options, targets } = weights;
  return loraFromFactors(weights, layers, { rank: options.rank }, (name) => {
    const layer = targets.find((each) => each.name === name);
    return {
      a: assembleA(mixSubVectors(weights, name + logitsA), options.rank, layer?.inFeatures ?? 0),
      b: assembleB(mixSubVectors(weights, name + logitsB), options.rank, layer?.outFeatures ?? 0),
    };
  });
}

/** Names and shapes of all logits, A and B of each layer in turn: (r, in/b, h) and (out/b, r, h). */
function logitShapes(
  { rank, vectorLength, numVectors }: VbloraOptions,
  targets: readonly LinearShape[],
): [string, number[]][] {
  return targets.flatMap(({ name, inFeatures, outFeatures }) => [
    [name + logitsA, [rank, inFeatures / vectorLength, numVectors]],
    [name + logitsB, [outFeatures / vectorLength, rank, numVectors]],
  ]);
}

/** All mixtures by one matrix product, (N_sub, h) · (h, b), then split: one (n, b) tensor per entry of logitShapes. */
function buildSubVectors(
  { options, targets }: { readonly options: VbloraOptions; readonly targets: readonly LinearShape[] },
  tensors: Readonly<Record<string, Tensor>>,
  context: Pick<BindContext, 'noise'>,
): readonly Tensor[] {
  const shapes = logitShapes(options, targets);
  const counts = subVectorCounts(options, targets);
  const rows = (end: string, width: number) =>
    tf.concat(
      shapes.map(([name], i) => tf.reshape(tensors[name + end], [counts[i], width])),
      0,
    );
  const [[firstName]] = shapes;
  const weights =
    firstName in tensors
      ? chosenWeights(rows('', options.numVectors), options, context)
      : scatterWeights(rows(indicesSuffix, options.topk), rows(weightsSuffix, options.topk), options.numVectors);
  return tf.split(tf.matMul(weights, tensors[bankName]), counts, 0);
}

/** Sub-vectors of each entry of logitShapes. */
function subVectorCounts(options: VbloraOptions, targets: readonly LinearShape[]): number[] {
  return logitShapes(options, targets).map(([, [first, second]]) => first * second);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Indices and weights (N, k) to a row of h weights each, 0 where nothing is named. */
function scatterWeights(indices: Tensor, weights: Tensor, width: number): Tensor {
  return tf.sum(tf.mul(tf.oneHot(tf.cast(indices, 'int32'), width), tf.expandDims(weights, -1)), 1);
}

/** (out/b · r, b) to (out, r): B[o·b + c, q] is entry c of sub-vector (o, q). */
function columnsOfB(subVectors: Tensor, { rank, vectorLength }: VbloraOptions, outFeatures: number): Tensor {
  const tiles = tf.reshape(subVectors, [outFeatures / vectorLength, rank, vectorLength]);
  return tf.reshape(tf.transpose(tiles, [0, 2, 1]), [outFeatures, rank]);
}

/** Indices and weights under names of their own: nothing of the whole logits is left. */
function readTopK(
  reader: PeftReader,
  options: VbloraOptions,
  targets: readonly LinearShape[],
): Record<string, TrainedTensor> {
  const { numVectors, topk } = options;
  const trained: Record<string, TrainedTensor> = {};
  for (const [name, [first, second]] of logitShapes(options, targets)) {
    const key = modulePrefix + name;
    const indices = reader.readIndices(key + indicesSuffix, [first, second, topk], numVectors);
    const stored = reader.readFloats(key + weightsSuffix, [first, second, topk - 1]);
    const data = withLastWeights(stored.data, indices.data.length, topk);
    trained[name + indicesSuffix] = { ...indices, group: 'logits' };
    trained[name + weightsSuffix] = { shape: indices.shape, data, group: 'logits' };
  }
  return trained;
}

/**
 * The file leaves out each last weight, 1 − Σ of the others; rounding can take that below 0, where PEFT's logarithm
 * fails.
 */
function withLastWeights(stored: Float32Array, length: number, topk: number): Float32Array {
  const result = new Float32Array(length);
  for (let first = 0, from = 0; first < length; first += topk, from += topk - 1) {
    const given = stored.subarray(from, from + topk - 1);
    result.set(given, first);
    result[first + topk - 1] = Math.max(0, 1 - given.reduce((sum, each) => sum + each, 0));
  }
  return result;
}
