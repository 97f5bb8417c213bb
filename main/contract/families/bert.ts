/**
 * BERT and RoBERTa: post-norm encoders with biases, and a classification head on the first token. Defaults for absent
 * config.json fields are those of transformers' BertConfig and RobertaConfig.
 * Surprising: a checkpoint of the bare model (BertModel) has no `bert.` before its names and no head; one of masked
 * language modelling has a head that nobody reads here. `weightName` brings all of them to the names of
 * …ForSequenceClassification.
 */
import { z } from 'zod';
import { GraftError, type Problem, problemOf } from '../errors.ts';
import { type LabelTask, outputsOf } from '../labels.ts';
import {
  countParameters,
  layerCountField,
  readConfig,
  sizeField,
  tokenIdField,
  tokenIdsField,
} from './decoderConfig.ts';
import type { EncoderShape, LinearShape, ModelFamily, ModelShape } from './family.ts';
import { modelConfigWords as words } from '../words/modelConfig.ts';
import { otherProgramWords } from '../words/otherPrograms.ts';
import type { Said } from '../words/words.ts';

const maxLabels = 100_000;
const share = z.number().min(0).lt(1);

const configSchema = z.object({
  vocab_size: sizeField,
  hidden_size: sizeField.default(768),
  intermediate_size: sizeField.default(3072),
  num_hidden_layers: layerCountField.default(12),
  num_attention_heads: sizeField.default(12),
  max_position_embeddings: sizeField.default(512),
  type_vocab_size: sizeField.default(2),
  layer_norm_eps: z.number().nonnegative().default(1e-12),
  hidden_act: z.string().default('gelu'),
  hidden_dropout_prob: share.default(0.1),
  classifier_dropout: share.nullish(),
  initializer_range: z.number().positive().default(0.02),
  position_embedding_type: z.string().nullish(),
  is_decoder: z.boolean().nullish(),
  add_cross_attention: z.boolean().nullish(),
  problem_type: z.string().nullish(),
  num_labels: z.int().positive().max(maxLabels).nullish(),
  id2label: z.record(z.string(), z.string()).nullish(),
  bos_token_id: tokenIdField.nullish(),
  eos_token_id: tokenIdsField.nullish(),
  pad_token_id: tokenIdField.nullish(),
});

type BertConfig = z.infer<typeof configSchema>;

interface Variant {
  /** The family's name, and what stands before every weight of the body. */
  readonly name: 'bert' | 'roberta';
  readonly title: string;
  readonly modelTypes: readonly string[];
  readonly padTokenId: number;
  /** Weights of a head for `labels` classes (or one value), by name; `D` is the hidden size. */
  headShapes(D: number, labels: number): readonly (readonly [string, readonly number[]])[];
}

const bertVariant: Variant = {
  name: 'bert',
  title: 'BERT',
  modelTypes: ['bert'],
  padTokenId: 0,
  headShapes: (D, labels) => [
    ['classifier.weight', [labels, D]],
    ['classifier.bias', [labels]],
  ],
};

const robertaVariant: Variant = {
  name: 'roberta',
  title: 'RoBERTa',
  modelTypes: ['roberta', 'xlm-roberta', 'camembert'],
  padTokenId: 1,
  headShapes: (D, labels) => [
    ['classifier.dense.weight', [D, D]],
    ['classifier.dense.bias', [D]],
    ['classifier.out_proj.weight', [labels, D]],
    ['classifier.out_proj.bias', [labels]],
  ],
};

export const bertFamily = encoderFamily(bertVariant);
export const robertaFamily = encoderFamily(robertaVariant);

function encoderFamily(variant: Variant): ModelFamily {
  const rules = {
    schema: configSchema,
    check: (config: BertConfig) => ({ invalid: findMisfits(config, variant), unsupported: findUnsupported(config) }),
  };
  return {
    modelTypes: variant.modelTypes,
    ggufArchitectures: [],

    parseConfig: (config, file) => toShape(readConfig(config, file, { ...rules, title: variant.title }), variant),

    keptPerToken: ({ hiddenSize, intermediateSize }) => ({
      normInputs: 2 * hiddenSize,
      activationInputs: intermediateSize,
    }),
    weightShapes: (shape) => bodyShapes(shape, variant.name),

    optionalWeights({ hiddenSize, encoder }) {
      const labels = encoder?.labels.length ?? 0;
      return new Map([...poolerShapes(variant, hiddenSize), ...variant.headShapes(hiddenSize, labels)]);
    },

    weightName: (stored) => weightName(stored, variant.name),

    configFromGguf: noGguf,
    ggufTensor: noGguf,
    ggufConfigTensors: [],
    ggufMetadata: noGguf,
  };
}

/**
 * Tensors of the classification head for so many outputs, Hugging Face name to shape, in the order of their modules.
 * With `pooler`, BERT's pooler among them: it belongs to the head where the checkpoint has none.
 */
export function headShapes(
  { family, hiddenSize }: Pick<ModelShape, 'family' | 'hiddenSize'>,
  outputs: number,
  { pooler }: { readonly pooler: boolean },
): ReadonlyMap<string, readonly number[]> {
  const variant = family === 'bert' ? bertVariant : robertaVariant;
  return new Map([...(pooler ? poolerShapes(variant, hiddenSize) : []), ...variant.headShapes(hiddenSize, outputs)]);
}

/** Parameters of a head beside a body with its pooler. */
export function headSize(shape: Pick<ModelShape, 'family' | 'hiddenSize'>, task: LabelTask): number {
  const sizes = [...headShapes(shape, outputsOf(task), { pooler: false }).values()];
  return sizes.reduce((sum, dimensions) => sum + dimensions.reduce((product, size) => product * size, 1), 0);
}

/** BERT's head reads the first token through a pooler of the body; RoBERTa's brings its own dense layer. */
export const poolerName = 'bert.pooler.dense';

function poolerShapes({ name }: Variant, D: number): readonly (readonly [string, readonly number[]])[] {
  if (name !== 'bert') return [];
  return [
    [`${poolerName}.weight`, [D, D]],
    [`${poolerName}.bias`, [D]],
  ];
}

/** Body without pooler. */
function bodyShapes(shape: ModelShape, prefix: string): Map<string, readonly number[]> {
  const { vocabSize, hiddenSize: D, layerCount, linears, encoder } = shape;
  const shapes = new Map<string, readonly number[]>([
    [`${prefix}.embeddings.word_embeddings.weight`, [vocabSize, D]],
    [`${prefix}.embeddings.position_embeddings.weight`, [encoder?.positionRows ?? 0, D]],
    [`${prefix}.embeddings.token_type_embeddings.weight`, [encoder?.tokenTypes ?? 0, D]],
  ]);
  const norm = (name: string): void => ['weight', 'bias'].forEach((part) => shapes.set(`${name}.${part}`, [D]));
  norm(`${prefix}.embeddings.LayerNorm`);
  for (const { name, inFeatures, outFeatures } of linears) {
    if (name === poolerName) continue;
    shapes.set(`${name}.weight`, [outFeatures, inFeatures]);
    shapes.set(`${name}.bias`, [outFeatures]);
  }
  for (let layer = 0; layer < layerCount; layer++) {
    norm(`${prefix}.encoder.layer.${layer}.attention.output.LayerNorm`);
    norm(`${prefix}.encoder.layer.${layer}.output.LayerNorm`);
  }
  return shapes;
}

const unread = /^(cls|lm_head|qa_outputs)\.|(^|\.)embeddings\.position_ids$|^roberta\.pooler\./;

/** Also the names of the first checkpoints, whose norms have `gamma` and `beta`. */
function weightName(stored: string, prefix: string): string | null {
  const named = /^(embeddings|encoder|pooler)\./.test(stored) ? `${prefix}.${stored}` : stored;
  if (unread.test(named)) return null;
  return named.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
}

function toShape(config: BertConfig, variant: Variant): ModelShape {
  const { hidden_size: hiddenSize, num_attention_heads: headCount, num_hidden_layers: layerCount } = config;
  const encoder = toEncoder(config, variant);
  const sizes = { hiddenSize, intermediateSize: config.intermediate_size, layerCount };
  const linears = listLinears(sizes, variant);
  const shape = {
    family: variant.name,
    vocabSize: config.vocab_size,
    ...sizes,
    headCount,
    keyValueHeadCount: headCount,
    headDim: hiddenSize / headCount,
    maxPositions: config.max_position_embeddings - encoder.firstPosition,
    normEpsilon: config.layer_norm_eps,
    tiedHead: true,
    bosTokenId: config.bos_token_id ?? null,
    eosTokenIds: [config.eos_token_id ?? []].flat(),
    padTokenId: config.pad_token_id ?? variant.padTokenId,
    linears,
    defaultTargets: ['query', 'value'],
    encoder,
  };
  const weightShapes: ModelFamily['weightShapes'] = (whole) =>
    new Map([...bodyShapes(whole, variant.name), ...poolerShapes(variant, hiddenSize)]);
  return countParameters(shape, { weightShapes });
}

function toEncoder(config: BertConfig, variant: Variant): EncoderShape {
  return {
    firstPosition: firstPositionOf(config, variant),
    positionRows: config.max_position_embeddings,
    tokenTypes: config.type_vocab_size,
    labels: labelsOf(config),
    initializerRange: config.initializer_range,
    headDropout: config.classifier_dropout ?? config.hidden_dropout_prob,
  };
}

/** RoBERTa keeps the rows up to the padding token's id for itself. */
function firstPositionOf(config: BertConfig, { name, padTokenId }: Variant): number {
  return name === 'roberta' ? (config.pad_token_id ?? padTokenId) + 1 : 0;
}

/** As transformers counts them: id2label, else num_labels, else two. */
function labelsOf({ id2label, num_labels: count }: BertConfig): readonly string[] {
  const named = Object.entries(id2label ?? {}).sort(([a], [b]) => Number(a) - Number(b));
  if (named.length > 0) return named.map(([, label]) => label);
  return Array.from({ length: count ?? 2 }, (_, id) => `LABEL_${id}`);
}

/** Forward order; the pooler is a linear layer of the body, so `all-linear` means it too, as in PEFT. */
function listLinears(
  { hiddenSize, intermediateSize, layerCount }: Pick<ModelShape, 'hiddenSize' | 'intermediateSize' | 'layerCount'>,
  { name: prefix }: Variant,
): readonly LinearShape[] {
  const layers = Array.from({ length: layerCount }, (_, layer) => {
    const linear = (module: string, inFeatures: number, outFeatures: number): LinearShape => {
      return { name: `${prefix}.encoder.layer.${layer}.${module}`, inFeatures, outFeatures, bias: true };
    };
    return [
      linear('attention.self.query', hiddenSize, hiddenSize),
      linear('attention.self.key', hiddenSize, hiddenSize),
      linear('attention.self.value', hiddenSize, hiddenSize),
      linear('attention.output.dense', hiddenSize, hiddenSize),
      linear('intermediate.dense', hiddenSize, intermediateSize),
      linear('output.dense', intermediateSize, hiddenSize),
    ];
  }).flat();
  return prefix === 'bert'
    ? [...layers, { name: poolerName, inFeatures: hiddenSize, outFeatures: hiddenSize, bias: true }]
    : layers;
}

function findMisfits(config: BertConfig, variant: Variant): Problem[] {
  const problems: Problem[] = [];
  const { hidden_size: hiddenSize, num_attention_heads: heads, max_position_embeddings: positions, id2label } = config;
  if (hiddenSize % heads !== 0)
    problems.push(
      problemOf('num_attention_heads', words.notDividing({ count: heads, field: 'hidden_size', size: hiddenSize })),
    );
  if (positions <= firstPositionOf(config, variant)) {
    problems.push(problemOf('max_position_embeddings', words.noPosition({ positions })));
  }
  const ids = Object.keys(id2label ?? {}).sort((a, b) => Number(a) - Number(b));
  if (ids.some((id, index) => id !== String(index))) problems.push(problemOf('id2label', words.idsInOrder()));
  return problems;
}

/** Variants that this family does not compute; running them anyway would give wrong answers. */
function findUnsupported(config: BertConfig): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, reason: Said): number => problems.push(problemOf(field, reason));
  if (config.hidden_act !== 'gelu') refuse('hidden_act', words.activation({ value: config.hidden_act, known: 'gelu' }));
  const positions = config.position_embedding_type ?? 'absolute';
  if (positions !== 'absolute') refuse('position_embedding_type', words.positionType({ value: positions }));
  if (config.is_decoder) refuse('is_decoder', words.decoderOfEncoder());
  if (config.add_cross_attention) refuse('add_cross_attention', words.crossAttention());
  if (config.problem_type === 'multi_label_classification') refuse('problem_type', words.severalLabels());
  return problems;
}

/** llama.cpp has encoders, but none that classifies. */
function noGguf(): never {
  throw new GraftError('unsupported', otherProgramWords.encoderGguf(), {
    field: 'format',
    remedy: otherProgramWords.useFolder(),
  });
}
