/**
 * Llama and what shares its architecture (SmolLM2 among them): pre-norm decoder, grouped-query attention with rotary
 * embeddings, SwiGLU. Defaults for absent config.json fields are those of transformers' LlamaConfig.
 * In GGUF files, rows of q_proj and k_proj are permuted for llama.cpp's way of rotating: see `ggufTensor`.
 */
import { z } from 'zod';
import { GraftError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import type { GgufHead, LinearShape, ModelFamily, ModelShape } from './family.ts';

const maxLayers = 1024; // far above any real model; a damaged config must not make us build a list of billions
const size = z
  .int()
  .positive()
  .max(2 ** 24);
const tokenId = z.int();

const ropeSchema = z.looseObject({
  rope_type: z.string().nullish(),
  type: z.string().nullish(),
  rope_theta: z.number().positive().nullish(),
  partial_rotary_factor: z.number().nullish(),
});

const configSchema = z.object({
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size.max(maxLayers),
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  max_position_embeddings: size.default(2048),
  rms_norm_eps: z.number().nonnegative().default(1e-6),
  rope_theta: z.number().positive().nullish(),
  rope_parameters: ropeSchema.nullish(),
  rope_scaling: ropeSchema.nullish(),
  partial_rotary_factor: z.number().nullish(),
  hidden_act: z.string().default('silu'),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
  tie_word_embeddings: z.boolean().nullish(),
  bos_token_id: tokenId.nullable().default(1),
  eos_token_id: z
    .union([tokenId, z.array(tokenId)])
    .nullable()
    .default(2),
  pad_token_id: tokenId.nullish(),
});

type LlamaConfig = z.infer<typeof configSchema>;

const ggufModules: Readonly<Record<string, string>> = {
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
};

const ggufOuterTensors: Readonly<Record<string, string>> = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
  'lm_head.weight': 'output.weight',
};

export const llamaFamily: ModelFamily = {
  modelTypes: ['llama'],
  ggufArchitectures: ['llama'],

  parseConfig(config, file) {
    const parsed = configSchema.safeParse(config);
    if (!parsed.success) {
      throw configError(
        'invalid',
        file,
        parsed.error.issues.map((issue) => ({ field: issue.path.join('.') || 'config', message: issue.message })),
      );
    }
    const misfits = findMisfits(parsed.data);
    if (misfits.length > 0) throw configError('invalid', file, misfits);
    const unsupported = findUnsupported(parsed.data);
    if (unsupported.length > 0) throw configError('unsupported', file, unsupported);
    return toShape(parsed.data);
  },

  weightShapes(shape) {
    const { vocabSize, hiddenSize, layerCount, tiedHead, linears } = shape;
    const shapes = new Map<string, readonly number[]>([['model.embed_tokens.weight', [vocabSize, hiddenSize]]]);
    for (const { name, inFeatures, outFeatures } of linears) shapes.set(`${name}.weight`, [outFeatures, inFeatures]);
    for (let layer = 0; layer < layerCount; layer++) {
      shapes.set(`model.layers.${layer}.input_layernorm.weight`, [hiddenSize]);
      shapes.set(`model.layers.${layer}.post_attention_layernorm.weight`, [hiddenSize]);
    }
    shapes.set('model.norm.weight', [hiddenSize]);
    if (!tiedHead) shapes.set('lm_head.weight', [vocabSize, hiddenSize]);
    return shapes;
  },

  configFromGguf(head, file) {
    const unsupported = findUnsupportedGguf(head);
    if (unsupported.length > 0) throw configError('unsupported', file, unsupported);
    const { metadata } = head;
    const of = (key: string): unknown => metadata.get(`llama.${key}`);
    const tokens = metadata.get('tokenizer.ggml.tokens');
    return withoutUndefined({
      model_type: 'llama',
      architectures: ['LlamaForCausalLM'],
      vocab_size: of('vocab_size') ?? (Array.isArray(tokens) ? tokens.length : undefined),
      hidden_size: of('embedding_length'),
      intermediate_size: of('feed_forward_length'),
      num_hidden_layers: of('block_count'),
      num_attention_heads: of('attention.head_count'),
      num_key_value_heads: of('attention.head_count_kv'),
      head_dim: of('attention.key_length'),
      max_position_embeddings: of('context_length'),
      rms_norm_eps: of('attention.layer_norm_rms_epsilon'),
      rope_theta: of('rope.freq_base') ?? 10000,
      tie_word_embeddings: !head.tensorNames.has('output.weight'),
      bos_token_id: metadata.get('tokenizer.ggml.bos_token_id') ?? null,
      eos_token_id: ggufEosIds(metadata),
      pad_token_id: metadata.get('tokenizer.ggml.padding_token_id') ?? null,
    });
  },

  ggufTensor(name, shape) {
    const outer = ggufOuterTensors[name];
    if (outer) return { name: outer, permutedHeads: null };
    const [, layer, module] = /^model\.layers\.(\d+)\.(.+)\.weight$/.exec(name) ?? [];
    const stem = ggufModules[module ?? ''];
    if (!stem) throw new GraftError('internal', `${name} is not a weight of a Llama model.`, { field: name });
    const permutedHeads = stem === 'attn_q' ? shape.headCount : stem === 'attn_k' ? shape.keyValueHeadCount : null;
    return { name: `blk.${layer}.${stem}.weight`, permutedHeads };
  },
};

function toShape(config: LlamaConfig): ModelShape {
  const headDim = getHeadDim(config);
  const keyValueHeadCount = config.num_key_value_heads ?? config.num_attention_heads;
  const eosIds = [config.eos_token_id ?? []].flat();
  const sizes = {
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    layerCount: config.num_hidden_layers,
    headCount: config.num_attention_heads,
    keyValueHeadCount,
    headDim,
    tiedHead: config.tie_word_embeddings ?? false,
  };
  const linears = listLinears(sizes);
  return {
    family: 'llama',
    ...sizes,
    maxPositions: config.max_position_embeddings,
    normEpsilon: config.rms_norm_eps,
    ropeTheta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10000,
    bosTokenId: asTokenId(config.bos_token_id),
    eosTokenIds: eosIds.filter((id) => id >= 0),
    padTokenId: asTokenId(config.pad_token_id ?? null),
    parameterCount: countParameters(sizes, linears),
    linears,
    defaultTargets: ['q_proj', 'v_proj'],
  };
}

type Sizes = Pick<
  ModelShape,
  'vocabSize' | 'hiddenSize' | 'intermediateSize' | 'layerCount' | 'headCount' | 'keyValueHeadCount' | 'headDim' | 'tiedHead'
>;

/** Forward order within each layer. */
function listLinears({ hiddenSize, intermediateSize, layerCount, headCount, keyValueHeadCount, headDim }: Sizes): LinearShape[] {
  const queries = headCount * headDim;
  const keys = keyValueHeadCount * headDim;
  return Array.from({ length: layerCount }, (_, layer) => {
    const linear = (module: string, inFeatures: number, outFeatures: number): LinearShape => {
      return { name: `model.layers.${layer}.${module}`, inFeatures, outFeatures };
    };
    return [
      linear('self_attn.q_proj', hiddenSize, queries),
      linear('self_attn.k_proj', hiddenSize, keys),
      linear('self_attn.v_proj', hiddenSize, keys),
      linear('self_attn.o_proj', queries, hiddenSize),
      linear('mlp.gate_proj', hiddenSize, intermediateSize),
      linear('mlp.up_proj', hiddenSize, intermediateSize),
      linear('mlp.down_proj', intermediateSize, hiddenSize),
    ];
  }).flat();
}

/** Embedding, head unless tied, linears, two norms per layer and one at the end. */
function countParameters({ vocabSize, hiddenSize, layerCount, tiedHead }: Sizes, linears: readonly LinearShape[]): number {
  const embeddings = vocabSize * hiddenSize * (tiedHead ? 1 : 2);
  const norms = (2 * layerCount + 1) * hiddenSize;
  return linears.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, embeddings + norms);
}

function getHeadDim(config: LlamaConfig): number {
  return config.head_dim ?? config.hidden_size / config.num_attention_heads;
}

/** Numbers that contradict each other. */
function findMisfits(config: LlamaConfig): Problem[] {
  const problems: Problem[] = [];
  const { hidden_size: hiddenSize, num_attention_heads: heads, num_key_value_heads: keyValueHeads } = config;
  const headDim = getHeadDim(config);
  if (!Number.isInteger(headDim))
    problems.push({ field: 'num_attention_heads', message: `${heads} does not divide hidden_size ${hiddenSize}` });
  else if (headDim % 2 !== 0) problems.push({ field: 'head_dim', message: `${headDim} is odd, rotary embeddings need pairs` });
  if (keyValueHeads && heads % keyValueHeads !== 0) {
    problems.push({ field: 'num_key_value_heads', message: `${keyValueHeads} does not divide num_attention_heads ${heads}` });
  }
  return problems;
}

/** Variants that this family does not compute; running them anyway would give wrong answers. */
function findUnsupported(config: LlamaConfig): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, message: string): number => problems.push({ field, message });
  if (config.attention_bias) refuse('attention_bias', 'linear layers with biases are not supported');
  if (config.mlp_bias) refuse('mlp_bias', 'linear layers with biases are not supported');
  if (config.hidden_act !== 'silu') refuse('hidden_act', `the activation ${config.hidden_act} is not supported, only silu`);
  for (const field of ['rope_parameters', 'rope_scaling'] as const) {
    const kind = config[field]?.rope_type ?? config[field]?.type ?? 'default';
    if (kind !== 'default') refuse(`${field}.rope_type`, `rope scaling "${kind}" is not supported, only "default"`);
  }
  const rotated = config.rope_parameters?.partial_rotary_factor ?? config.partial_rotary_factor ?? 1;
  if (rotated !== 1) refuse('partial_rotary_factor', 'rotating a part of each head is not supported');
  return problems;
}

/** The same for what only GGUF metadata or its tensor names tell. */
function findUnsupportedGguf({ metadata, tensorNames }: GgufHead): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, message: string): number => problems.push({ field, message });
  const scaling = metadata.get('llama.rope.scaling.type') ?? 'none';
  if (scaling !== 'none') refuse('llama.rope.scaling.type', `rope scaling ${JSON.stringify(scaling)} is not supported`);
  if (tensorNames.has('rope_freqs.weight')) refuse('rope_freqs.weight', 'rope scaling "llama3" is not supported');
  if (Number(metadata.get('llama.expert_count') ?? 0) > 0) refuse('llama.expert_count', 'mixtures of experts are not supported');
  const headDim = ggufHeadDim(metadata);
  const rotated = metadata.get('llama.rope.dimension_count') ?? headDim;
  if (rotated !== headDim) refuse('llama.rope.dimension_count', 'rotating a part of each head is not supported');
  const values = metadata.get('llama.attention.value_length') ?? headDim;
  if (values !== headDim) refuse('llama.attention.value_length', 'values of another size than keys are not supported');
  return problems;
}

function ggufHeadDim(metadata: GgufHead['metadata']): number {
  const stated = metadata.get('llama.attention.key_length');
  if (typeof stated === 'number') return stated;
  return Number(metadata.get('llama.embedding_length')) / Number(metadata.get('llama.attention.head_count'));
}

/** End of text, and end of turn where the file names one. */
function ggufEosIds(metadata: GgufHead['metadata']): unknown[] {
  const ids = [metadata.get('tokenizer.ggml.eos_token_id'), metadata.get('tokenizer.ggml.eot_token_id')];
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function asTokenId(id: number | null): number | null {
  return id !== null && id >= 0 ? id : null;
}

function withoutUndefined(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

function configError(code: 'invalid' | 'unsupported', file: string, problems: readonly Problem[]): GraftError {
  const list = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  const verb = code === 'invalid' ? 'is not a valid Llama configuration' : 'describes a model that Graft cannot run yet';
  const remedy = code === 'invalid' ? 'Fetch the model again, or correct the file.' : 'Choose another model.';
  return new GraftError(code, `${file} ${verb}: ${list}.`, { file, field: problems[0]?.field, problems, remedy });
}
