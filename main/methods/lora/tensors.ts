/**
 * LoRA (arXiv 2106.09685): y += s · B (A · dropout(x)), A (r, in) and B (out, r). A starts uniform in ±1/√in (Kaiming
 * with a = √5) or normal with deviation 1/r, B at zero. PEFT's own keys and orientation.
 */
import { z } from 'zod';
import { factorA, factorB, loraOptionsSchema, loraRank, loraScale, loraScaleByOldRule } from './spec.ts';
import type { LoraOptions } from './spec.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import type { PeftTensor } from '../../formats/peftFolder.ts';
import type { AdapterMethod, AdapterWeights, HostTensor, TrainedTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawNormal, drawUniform } from '../../engine/adapters/draws.ts';
import { bindLowRank } from '../../engine/adapters/lowRankDelta.ts';
import {
  configDropout,
  configExcluded,
  configRank,
  configTargets,
  targetOptions,
} from '../../engine/adapters/peftConfigFields.ts';
import { floatTensor, peftConfig } from '../../engine/adapters/peftNames.ts';
import { modulePrefix } from '../tensorSpec.ts';
import { PeftReader } from '../../engine/adapters/PeftReader.ts';
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

const startAtZero: readonly unknown[] = [undefined, null, true, 'gaussian', 'eva'];

const configRules = {
  schema: z.object({
    r: configRank(8),
    lora_alpha: z.number().default(8),
    lora_dropout: configDropout,
    use_rslora: z.boolean().default(false),
    init_lora_weights: z.unknown().optional(),
    rank_pattern: z.record(z.string(), z.int().positive()).nullish(),
    alpha_pattern: z.record(z.string(), z.number()).nullish(),
    ...configExcluded,
    ...configTargets,
  }),
  refused,
  ignored: [
    ...['ensure_weight_tying', 'megatron_core', 'qalora_group_size', 'runtime_config'],
    ...['eva_config', 'corda_config', 'lora_ga_config', 'loftq_config'],
  ],
};

export const tensors: AdapterMethod<LoraOptions> = {
  id: 'lora',

  init(options, targets, random) {
    const trained: Record<string, TrainedTensor> = {};
    for (const { name, inFeatures, outFeatures } of targets) {
      const rank = loraRank(options, name);
      const gaussian = options.initialization === 'gaussian';
      const a = gaussian
        ? drawNormal(random, [rank, inFeatures], 1 / rank)
        : drawUniform(random, [rank, inFeatures], 1 / Math.sqrt(inFeatures));
      trained[name + factorA] = { ...a, group: 'default' };
      trained[name + factorB] = { ...constant([outFeatures, rank], 0), group: 'default' };
    }
    return { methodId: 'lora', options, targets, trained, frozen: {}, trainable: true };
  },

  frozenUploads: () => ({}),

  bind({ options, targets }, tensors, context) {
    const factors = new Map(
      targets.map(({ name }) => [
        name,
        { a: tensors[name + factorA], b: tensors[name + factorB], scale: loraScale(options, name) },
      ]),
    );
    return bindLowRank(factors, { ...context, dropoutRate: options.dropout });
  },

  fromPeft(folder, shape) {
    const reader = new PeftReader(folder, shape);
    const config = reader.readConfig(configRules);
    const options: LoraOptions = {
      rank: config.r,
      alpha: config.lora_alpha,
      rslora: config.use_rslora,
      dropout: config.lora_dropout,
      initialization: config.init_lora_weights === 'gaussian' ? 'gaussian' : 'kaiming',
      rankPattern: config.rank_pattern ?? {},
      alphaPattern: config.alpha_pattern ?? {},
      excludeModules: config.exclude_modules,
      ...targetOptions(config),
    };
    const targets = reader.readTargets([factorA, factorB]);
    // B of a layer that has no tensors is zero to PEFT where it starts there.
    const startsAtZero = startAtZero.includes(config.init_lora_weights);
    reader.checkTargets(targets, options, () => startsAtZero);
    const trained = readFactors(reader, { options, targets, startsAtZero });
    reader.finish();
    const trainable = targets.some(({ name }) => loraScale(options, name) !== 0);
    return { methodId: 'lora', options, targets, trained, frozen: {}, trainable, ...reader.found };
  },

  pairs: ({ options, targets }) =>
    targets.map(({ name: module }) => ({
      ...{ module, a: module + factorA, b: module + factorB },
      scale: loraScale(options, module),
    })),

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

  toPeft(weights, baseModel) {
    const tensors = new Map<string, PeftTensor>();
    for (const [name, tensor] of Object.entries(weights.trained)) tensors.set(modulePrefix + name, floatTensor(tensor));
    return { dir: '', config: peftConfig(baseModel, weights, loraConfig(weights.options)), tensors };
  },

  toLora: (weights) => weights,
};

/** Every module has `times` its rank, and the scale that it had. */
function withTimesTheRank(options: LoraOptions, times: number): LoraOptions {
  const ofAlpha = options.rslora ? Math.sqrt(times) : times;
  const multiplied = (pattern: Readonly<Record<string, number>>, by: number): Record<string, number> =>
    Object.fromEntries(Object.entries(pattern).map(([key, value]) => [key, value * by]));
  return {
    ...options,
    rank: options.rank * times,
    alpha: options.alpha * ofAlpha,
    rankPattern: multiplied(options.rankPattern, times),
    alphaPattern: multiplied(options.alphaPattern, ofAlpha),
  };
}

/** Plain LoRA with the same targets as `source`, a scale of 1 and the factors given for each layer. */
export function loraFromFactors(
  source: Pick<AdapterWeights, 'targets' | 'trainable'> & { readonly options: TargetChoice },
  rank: number,
  factorsOf: (name: string) => { readonly a: HostTensor; readonly b: HostTensor },
): AdapterWeights<LoraOptions> {
  const { targets, layersPattern, layersToTransform, excludeModules = null } = source.options;
  const trained: Record<string, TrainedTensor> = {};
  for (const { name } of source.targets) {
    const { a, b } = factorsOf(name);
    trained[name + factorA] = { ...a, group: 'default' };
    trained[name + factorB] = { ...b, group: 'default' };
  }
  const options = loraOptionsSchema.parse({
    rank,
    alpha: rank,
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

interface FactorsToRead {
  readonly options: LoraOptions;
  readonly targets: readonly LinearShape[];
  /** B begins at zero, so that a layer without it adds nothing. */
  readonly startsAtZero: boolean;
}

function readFactors(
  reader: PeftReader,
  { options, targets, startsAtZero }: FactorsToRead,
): Record<string, TrainedTensor> {
  const trained: Record<string, TrainedTensor> = {};
  for (const { name, inFeatures, outFeatures } of targets) {
    const rank = reader.attempt('rank_pattern', () => loraRank(options, name)) ?? options.rank;
    reader.attempt('alpha_pattern', () => loraScale(options, name));
    trained[name + factorA] = {
      ...reader.readFloats(modulePrefix + name + factorA, [rank, inFeatures]),
      group: 'default',
    };
    const [keyB, sizeB] = [modulePrefix + name + factorB, [outFeatures, rank]];
    const b = startsAtZero ? reader.readFloatsOr(0, keyB, sizeB) : reader.readFloats(keyB, sizeB);
    trained[name + factorB] = { ...b, group: 'default' };
  }
  return trained;
}

/** Every field that PEFT 0.21 writes for LoRA beyond the common ones. */
function loraConfig(options: LoraOptions): Readonly<Record<string, unknown>> {
  const unused = [
    'alora_invocation_tokens',
    'arrow_config',
    'corda_config',
    'eva_config',
    'kasa_config',
    'layer_replication',
    'lora_ga_config',
  ];
  const alsoUnused = [
    'megatron_config',
    'monteclora_config',
    'target_parameters',
    'trainable_token_indices',
    'use_bdlora',
    'velora_config',
  ];
  return {
    ...Object.fromEntries([...unused, ...alsoUnused].map((field) => [field, null])),
    peft_type: 'LORA',
    r: options.rank,
    lora_alpha: options.alpha,
    lora_dropout: options.dropout,
    use_rslora: options.rslora,
    rank_pattern: options.rankPattern,
    alpha_pattern: options.alphaPattern,
    exclude_modules: options.excludeModules,
    init_lora_weights: options.initialization === 'gaussian' ? 'gaussian' : true,
    ensure_weight_tying: false,
    loftq_config: {},
    lora_bias: false,
    megatron_core: 'megatron.core',
    qalora_group_size: 16,
    use_dora: false,
    use_qalora: false,
  };
}
