/**
 * VB-LoRA (arXiv 2405.15179): each sub-vector of the factors A (r, in) and B (out, r) is Σ wⱼ V[Iⱼ] over the k largest
 * of its h logits, V (h, b) the bank shared by everything. No alpha / r, and unlike LoRA not the identity at the start.
 * All sub-vectors of all layers are built in one product; files with top-k weights only are kept as they are stored.
 */
import { z } from 'zod';
import type { LinearShape } from '../../contract/families/family.ts';
import { bankName, indicesSuffix, logitsA, logitsB, vbloraSpec, weightsSuffix } from './spec.ts';
import type { VbloraOptions } from './spec.ts';
import type { PeftTensor } from '../../formats/peftFolder.ts';
import { topKSoftmax } from '../../engine/ops/topKSoftmax.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import type { AdapterMethod, TrainedTensor } from '../../engine/adapters/adapterMethod.ts';
import { drawNormal, drawUniform } from '../../engine/adapters/draws.ts';
import { loraFromFactors } from '../lora/tensors.ts';
import { bindLowRank } from '../../engine/adapters/lowRankDelta.ts';
import {
  configDropout,
  configExcluded,
  configRank,
  configTargets,
  targetOptions,
} from '../../engine/adapters/peftConfigFields.ts';
import { configFile, floatTensor, peftConfig } from '../../engine/adapters/peftNames.ts';
import { modulePrefix, sharedPrefix } from '../tensorSpec.ts';
import { PeftReader } from '../../engine/adapters/PeftReader.ts';
import { assembleA, assembleB, mixSubVectors, topkTensors } from './routing.ts';

const configRules = {
  schema: z.object({
    r: configRank(4),
    num_vectors: z.int().positive().max(16_777_216).default(256),
    vector_length: z.int().positive().default(256),
    topk: z.int().positive().default(2),
    save_only_topk_weights: z.boolean().default(false),
    vblora_dropout: configDropout,
    init_vector_bank_bound: z.number().positive().default(0.02),
    init_logits_std: z.number().nonnegative().default(0.1),
    ...configExcluded,
    ...configTargets,
  }),
  refused: {},
  ignored: [],
};

export const tensors: AdapterMethod<VbloraOptions> = {
  id: 'vblora',

  init(options, targets, random) {
    const { numVectors, vectorLength, initVectorBankBound, initLogitsStd } = options;
    const bank = drawUniform(random, [numVectors, vectorLength], initVectorBankBound);
    const trained: Record<string, TrainedTensor> = { [bankName]: { ...bank, group: 'vectorBank' } };
    for (const [name, shape] of logitShapes(options, targets))
      trained[name] = { ...drawNormal(random, shape, initLogitsStd), group: 'logits' };
    return { methodId: 'vblora', options, targets, trained, frozen: {}, trainable: true };
  },

  frozenUploads: () => ({}),

  bind({ options, targets }, tensors, context) {
    const subVectors = buildSubVectors(options, targets, tensors);
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

  fromPeft(folder, shape) {
    const reader = new PeftReader(folder, shape);
    const config = reader.readConfig(configRules);
    const options: VbloraOptions = {
      rank: config.r,
      numVectors: config.num_vectors,
      vectorLength: config.vector_length,
      topk: config.topk,
      saveOnlyTopkWeights: config.save_only_topk_weights,
      dropout: config.vblora_dropout,
      initVectorBankBound: config.init_vector_bank_bound,
      initLogitsStd: config.init_logits_std,
      excludeModules: config.exclude_modules,
      ...targetOptions(config),
    };
    const ends = options.saveOnlyTopkWeights ? [indicesSuffix, weightsSuffix] : [''];
    const targets = reader.readTargets(ends.flatMap((end) => [logitsA + end, logitsB + end]));
    reader.checkTargets(targets, options, () => false);
    for (const { field, message } of vbloraSpec.check(options, targets)) reader.report(field, message, configFile);
    const trained = readTensors(reader, options, targets);
    reader.finish();
    return { methodId: 'vblora', options, targets, trained, frozen: {}, trainable: !options.saveOnlyTopkWeights };
  },

  toPeft(weights, baseModel) {
    const { options, trained } = weights;
    const tensors = new Map<string, PeftTensor>();
    for (const [name, tensor] of Object.entries(trained)) {
      if (name === bankName) tensors.set(sharedPrefix + name, floatTensor(tensor));
      else if (!options.saveOnlyTopkWeights) tensors.set(modulePrefix + name, floatTensor(tensor));
    }
    if (options.saveOnlyTopkWeights)
      for (const [name, tensor] of topkTensors(weights)) tensors.set(modulePrefix + name, tensor);
    return { dir: '', config: peftConfig(baseModel, weights, vbloraConfig(options)), tensors };
  },

  /** lora_A and lora_B are the assembled factors; the rank stays small. */
  toLora(weights) {
    const { options, targets } = weights;
    return loraFromFactors(weights, options.rank, (name) => {
      const layer = targets.find((each) => each.name === name);
      return {
        a: assembleA(mixSubVectors(weights, name + logitsA), options.rank, layer?.inFeatures ?? 0),
        b: assembleB(mixSubVectors(weights, name + logitsB), options.rank, layer?.outFeatures ?? 0),
      };
    });
  },

  forInference: (weights) => tensors.toLora(weights),
};

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
  options: VbloraOptions,
  targets: readonly LinearShape[],
  tensors: Readonly<Record<string, Tensor>>,
): readonly Tensor[] {
  const shapes = logitShapes(options, targets);
  const counts = shapes.map(([, [first, second]]) => first * second);
  const rows = (end: string, width: number) =>
    tf.concat(
      shapes.map(([name], i) => tf.reshape(tensors[name + end], [counts[i], width])),
      0,
    );
  const [[firstName]] = shapes;
  const weights =
    firstName in tensors
      ? topKSoftmax(rows('', options.numVectors), options.topk)
      : scatterWeights(rows(indicesSuffix, options.topk), rows(weightsSuffix, options.topk), options.numVectors);
  return tf.split(tf.matMul(weights, tensors[bankName]), counts, 0);
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

function readTensors(
  reader: PeftReader,
  options: VbloraOptions,
  targets: readonly LinearShape[],
): Record<string, TrainedTensor> {
  const { numVectors, vectorLength, topk } = options;
  const bank = reader.readFloats(sharedPrefix + bankName, [numVectors, vectorLength]);
  const trained: Record<string, TrainedTensor> = { [bankName]: { ...bank, group: 'vectorBank' } };
  for (const [name, shape] of logitShapes(options, targets)) {
    const key = modulePrefix + name;
    const leading = shape.slice(0, 2);
    if (!options.saveOnlyTopkWeights) trained[name] = { ...reader.readFloats(key, shape), group: 'logits' };
    else {
      const indices = reader.readIndices(key + indicesSuffix, [...leading, topk], numVectors);
      const stored = reader.readFloats(key + weightsSuffix, [...leading, topk - 1]);
      trained[name + indicesSuffix] = { ...indices, group: 'logits' };
      trained[name + weightsSuffix] = {
        shape: indices.shape,
        data: withLastWeights(stored.data, indices.data.length, topk),
        group: 'logits',
      };
    }
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

function vbloraConfig(options: VbloraOptions): Readonly<Record<string, unknown>> {
  return {
    peft_type: 'VBLORA',
    r: options.rank,
    num_vectors: options.numVectors,
    vector_length: options.vectorLength,
    topk: options.topk,
    save_only_topk_weights: options.saveOnlyTopkWeights,
    vblora_dropout: options.dropout,
    init_vector_bank_bound: options.initVectorBankBound,
    init_logits_std: options.initLogitsStd,
    exclude_modules: options.excludeModules,
  };
}
