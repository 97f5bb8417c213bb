/**
 * LoRA (arXiv 2106.09685): y += s · B (A · dropout(x)), A (r, in) and B (out, r). A starts uniform in ±1/√in (Kaiming
 * with a = √5) or normal with deviation 1/r, B at zero. PEFT's own keys and orientation.
 */
import { factorA, factorB, loraOptionsSchema, loraRank, loraScale, loraScaleByOldRule } from './spec.ts';
import type { LoraOptions } from './spec.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import type { PeftFolder } from '../../formats/peftFolder.ts';
import type { AdapterWeights, HostTensor, TrainedTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawNormal, drawUniform } from '../../engine/adapters/draws.ts';
import { bindLowRank } from '../../engine/adapters/lowRankDelta.ts';
import type { MethodTensors } from '../../engine/adapters/methodTensors.ts';
import type { RefusedField } from '../../engine/adapters/PeftReader.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';

const refused: Readonly<Record<string, RefusedField>> = {
  use_dora: { what: 'DoRA' },
  use_qalora: { what: 'QALoRA' },
  use_bdlora: { what: 'BD-LoRA' },
  lora_bias: { what: engineAdapterWords.factorBiases() },
  layer_replication: { what: engineAdapterWords.layerReplication() },
  target_parameters: { what: engineAdapterWords.bareParameters() },
  trainable_token_indices: { what: engineAdapterWords.tokenEmbeddings() },
  alora_invocation_tokens: { what: engineAdapterWords.activatedLora() },
  megatron_config: { what: engineAdapterWords.megatron() },
  arrow_config: { what: engineAdapterWords.arrow() },
  kasa_config: { what: 'KaSA' },
  velora_config: { what: 'VeLoRA' },
  monteclora_config: { what: 'MonteCLoRA' },
  init_lora_weights: {
    what: engineAdapterWords.changedBase(),
    harmless: [true, 'gaussian', 'eva', 'orthogonal', 'mica'],
  },
};

/** What PEFT 0.21 writes for LoRA beyond options and what is common to all methods. */
const unusedFields: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    [
      ...['alora_invocation_tokens', 'arrow_config', 'corda_config', 'eva_config', 'kasa_config', 'layer_replication'],
      ...['lora_ga_config', 'megatron_config', 'monteclora_config', 'target_parameters', 'trainable_token_indices'],
      ...['use_bdlora', 'velora_config'],
    ].map((field) => [field, null]),
  ),
  ensure_weight_tying: false,
  loftq_config: {},
  lora_bias: false,
  megatron_core: 'megatron.core',
  qalora_group_size: 16,
  use_dora: false,
  use_qalora: false,
};

/** B of a layer that has no tensors is zero to PEFT where it starts there. */
function startsAtZero({ config }: PeftFolder): boolean {
  return [undefined, null, true, 'gaussian', 'eva'].some((value) => value === config.init_lora_weights);
}

export const tensors: MethodTensors<LoraOptions> = {
  id: 'lora',

  fields: {
    refused,
    ignored: [
      ...['ensure_weight_tying', 'megatron_core', 'qalora_group_size', 'runtime_config'],
      ...['eva_config', 'corda_config', 'lora_ga_config', 'loftq_config'],
    ],
    written: unusedFields,
  },

  init({ options, targets, random }) {
    const values: Record<string, HostTensor> = {};
    for (const target of targets) {
      const { name, inFeatures } = target;
      const rank = loraRank(options, name);
      const start =
        options.initialization === 'gaussian'
          ? { a: drawNormal(random, [rank, inFeatures], 1 / rank), b: zeroB(target, rank) }
          : kaimingStart(random, target, rank);
      values[name + factorA] = start.a;
      values[name + factorB] = start.b;
    }
    return values;
  },

  bind({ options, targets }, tensors, context) {
    const factors = new Map(
      targets.map(({ name }) => [
        name,
        { a: tensors[name + factorA], b: tensors[name + factorB], scale: loraScale(options, name) },
      ]),
    );
    return bindLowRank(factors, { ...context, dropoutRate: options.dropout });
  },

  /** Patterns hold for every layer that they may meet. */
  check(reader, { options, targets }) {
    for (const { name } of targets) {
      reader.attempt('rank_pattern', () => loraRank(options, name));
      reader.attempt('alpha_pattern', () => loraScale(options, name));
    }
  },

  startsAtInitial: startsAtZero,
  isHarmless: ({ folder }) => startsAtZero(folder),
  isTrainable: ({ options, targets }) => targets.some(({ name }) => loraScale(options, name) !== 0),

  withStackedPairs(weights, trained) {
    const [{ name }] = weights.targets;
    const times = trained[name + factorA].shape[0] / loraRank(weights.options, name);
    return {
      ...weights,
      options: withTimesTheRank(weights.options, times),
      trained: { ...weights.trained, ...trained },
    };
  },

  /**
   * Releases that write their own number read both patterns apart; an older one may have trained with another alpha.
   */
  notices({ config }, { options, targets }) {
    if (config.peft_version !== undefined) return [];
    const differs = targets.some(({ name }) => loraScale(options, name) !== loraScaleByOldRule(options, name));
    return differs ? ['patternsByOldRule'] : [];
  },

  toLora: (weights) => weights,
};

/** A (r, in) uniform in ±1/√in (Kaiming with a = √5), B (out, r) zero: how LoRA and what is made of it begin. */
export function kaimingStart(
  random: () => number,
  target: LinearShape,
  rank: number,
): { readonly a: HostTensor; readonly b: HostTensor } {
  const { inFeatures } = target;
  return { a: drawUniform(random, [rank, inFeatures], 1 / Math.sqrt(inFeatures)), b: zeroB(target, rank) };
}

function zeroB({ outFeatures }: LinearShape, rank: number): HostTensor {
  return constant([outFeatures, rank], 0);
}

/** Every module has `times` its rank, and the scale that it had. */
function withTimesTheRank(options: LoraOptions, times: number): LoraOptions {
  const ofAlpha = options.rslora ? Math.sqrt(times) : times;
  const each = (pattern: Readonly<Record<string, number>>, by: (value: number) => number): Record<string, number> =>
    Object.fromEntries(Object.entries(pattern).map(([key, value]) => [key, by(value)]));
  return {
    ...options,
    rank: Math.round(options.rank * times),
    alpha: options.alpha * ofAlpha,
    rankPattern: each(options.rankPattern, (rank) => Math.round(rank * times)),
    alphaPattern: each(options.alphaPattern, (alpha) => alpha * ofAlpha),
  };
}

/** Plain LoRA with the same targets as `source` and factors of `layers` as given; its scale is 1 without `alpha`. */
export function loraFromFactors(
  source: Pick<AdapterWeights, 'targets' | 'trainable'> & { readonly options: TargetChoice },
  layers: AdapterWeights['targets'],
  { rank, alpha = rank }: { readonly rank: number; readonly alpha?: number },
  factorsOf: (name: string) => { readonly a: HostTensor; readonly b: HostTensor },
): AdapterWeights<LoraOptions> {
  const { targets, layersPattern, layersToTransform, excludeModules = null } = source.options;
  const trained: Record<string, TrainedTensor> = {};
  for (const { name } of layers) {
    const { a, b } = factorsOf(name);
    trained[name + factorA] = { ...a, group: 'default' };
    trained[name + factorB] = { ...b, group: 'default' };
  }
  const options = loraOptionsSchema.parse({
    rank,
    alpha,
    targets,
    layersPattern,
    layersToTransform,
    excludeModules,
  });
  return { methodId: 'lora', options, targets: source.targets, trained, frozen: {}, trainable: true };
}

/** One layer's factors, its scale s multiplied into B. */
export interface LoraFactors {
  readonly rank: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** A (r, in), row-major. */
  readonly a: Float32Array;
  /** s · Bᵀ (r, out), row-major. */
  readonly bTransposed: Float32Array;
}

/** Factors of each target by module path. */
export function loraFactors({
  options,
  targets,
  trained,
}: AdapterWeights<LoraOptions>): ReadonlyMap<string, LoraFactors> {
  return new Map(
    targets.map(({ name, inFeatures, outFeatures }) => {
      const { data: a, shape } = trained[name + factorA];
      const rank = shape[0];
      const bTransposed = scaledTranspose(trained[name + factorB].data, rank, loraScale(options, name));
      return [name, { rank, inFeatures, outFeatures, a, bTransposed }];
    }),
  );
}

/** (rows, columns) → scale · (columns, rows). */
function scaledTranspose(matrix: Float32Array, columns: number, scale: number): Float32Array {
  const rows = matrix.length / columns;
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = scale * matrix[row * columns + column];
  }
  return result;
}

type TargetChoice = Pick<LoraOptions, 'targets' | 'layersPattern' | 'layersToTransform'> &
  Partial<Pick<LoraOptions, 'excludeModules'>>;
