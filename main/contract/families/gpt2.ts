/**
 * GPT-2: learned positions, layer norms and linear layers with biases, tanh GELU, tied head. Its linear layers are
 * transformers' Conv1D: files hold (in, out). Checkpoints of the bare model have no `transformer.` before their names.
 */
import { z } from 'zod';
import { GraftError, type Problem, problemOf } from '../errors.ts';
import {
  configError,
  countParameters,
  layerCountField,
  readConfig,
  sizeField,
  tokenIdField,
  tokenIdsField,
  tokenIdsOf,
} from './decoderConfig.ts';
import type { ConfigProblems } from './decoderConfig.ts';
import type { GgufTensorName, LinearShape, ModelFamily, ModelShape } from './family.ts';
import { f32, ggufReader, ggufTokenIds, text, u32 } from './ggufFields.ts';
import { layersOf } from './llamaLike.ts';
import { modelConfigWords as words } from '../words/modelConfig.ts';
import { otherProgramWords } from '../words/otherPrograms.ts';

const schema = z.object({
  vocab_size: sizeField.default(50_257),
  n_positions: sizeField.default(1024),
  n_embd: sizeField.default(768),
  n_layer: layerCountField.default(12),
  n_head: sizeField.default(12),
  n_inner: sizeField.nullish(),
  activation_function: z.string().default('gelu_new'),
  layer_norm_epsilon: z.number().nonnegative().default(1e-5),
  scale_attn_weights: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.boolean().default(false),
  add_cross_attention: z.boolean().nullish(),
  tie_word_embeddings: z.boolean().nullable().default(true),
  bos_token_id: tokenIdField.nullable().default(50_256),
  eos_token_id: tokenIdsField.default(50_256),
  pad_token_id: tokenIdField.nullish(),
});
type Gpt2Config = z.infer<typeof schema>;

export interface Gpt2Details {
  /** Of the attention scores of a layer. */
  readonly scaleOf: (layer: number) => number;
}

/** What a forward pass needs beyond the shape, of a configuration that `parseConfig` took. */
export function gpt2Details(config: Readonly<Record<string, unknown>>): Gpt2Details {
  const {
    n_embd: width,
    n_head: heads,
    scale_attn_weights: scaled,
    scale_attn_by_inverse_layer_idx: byLayer,
  } = schema.parse(config);
  const scale = scaled ? (width / heads) ** -0.5 : 1;
  return { scaleOf: (layer) => (byLayer ? scale / (layer + 1) : scale) };
}

export const gpt2Family: ModelFamily = {
  modelTypes: ['gpt2'],
  ggufArchitectures: ['gpt2'],

  parseConfig(config, file) {
    const parsed = readConfig(config, file, { title: 'GPT-2', schema, check });
    return countParameters(toShape(parsed), this);
  },

  weightShapes({ vocabSize, hiddenSize, maxPositions, layerCount, tiedHead, linears }) {
    const shapes = new Map<string, readonly number[]>([
      ['transformer.wte.weight', [vocabSize, hiddenSize]],
      ['transformer.wpe.weight', [maxPositions, hiddenSize]],
    ]);
    for (const { name, inFeatures, outFeatures } of linears) {
      shapes.set(`${name}.weight`, [outFeatures, inFeatures]);
      shapes.set(`${name}.bias`, [outFeatures]);
    }
    const norms = [...layersOf(layerCount).flatMap((layer) => [`h.${layer}.ln_1`, `h.${layer}.ln_2`]), 'ln_f'];
    for (const norm of norms)
      for (const part of ['weight', 'bias']) shapes.set(`transformer.${norm}.${part}`, [hiddenSize]);
    if (!tiedHead) shapes.set('lm_head.weight', [vocabSize, hiddenSize]);
    return shapes;
  },

  keptPerToken: ({ hiddenSize, intermediateSize }) => ({
    normInputs: 2 * hiddenSize,
    activationInputs: intermediateSize,
  }),

  weightName(stored) {
    if (/\.attn\.(masked_)?bias$/.test(stored)) return null; // causal masks that old versions of transformers saved
    return /^(wte|wpe|h|ln_f)\./.test(stored) ? `transformer.${stored}` : stored;
  },

  configFromGguf(head, file) {
    const of = ggufReader(head, 'gpt2');
    const tokens = head.metadata.get('tokenizer.ggml.tokens');
    const [width, inner] = [of('embedding_length'), of('feed_forward_length')];
    if (typeof width !== 'number') {
      const problems = [problemOf('gpt2.embedding_length', words.isMissing())];
      throw configError('invalid', { title: 'GPT-2', file, problems });
    }
    return {
      model_type: 'gpt2',
      architectures: ['GPT2LMHeadModel'],
      vocab_size: of('vocab_size') ?? (Array.isArray(tokens) ? tokens.length : undefined),
      n_positions: of('context_length'),
      n_embd: width,
      n_inner: inner === 4 * width ? null : inner,
      n_layer: of('block_count'),
      n_head: of('attention.head_count'),
      layer_norm_epsilon: of('attention.layer_norm_epsilon'),
      activation_function: 'gelu_new',
      tie_word_embeddings: !head.tensorNames.has('output.weight'),
      ...ggufTokenIds(head.metadata),
    };
  },

  ggufTensor: (name) => ggufTensor(name),
  ggufConfigTensors: [],

  ggufMetadata(config, shape) {
    const { scale_attn_weights: scaled, scale_attn_by_inverse_layer_idx: byLayer } = schema.parse(config);
    if (!scaled || byLayer) {
      const field = scaled ? 'scale_attn_by_inverse_layer_idx' : 'scale_attn_weights';
      const reason = otherProgramWords.gpt2Scaling({ field });
      throw new GraftError('unsupported', reason, { field, remedy: otherProgramWords.exportSafetensors() });
    }
    const keys = {
      vocab_size: u32(shape.vocabSize),
      context_length: u32(shape.maxPositions),
      embedding_length: u32(shape.hiddenSize),
      feed_forward_length: u32(shape.intermediateSize),
      block_count: u32(shape.layerCount),
      'attention.head_count': u32(shape.headCount),
      'attention.layer_norm_epsilon': f32(shape.normEpsilon),
    };
    const named = Object.entries(keys).map(([key, field]) => [`gpt2.${key}`, field] as const);
    return { metadata: new Map([['general.architecture', text('gpt2')], ...named]), tensors: new Map() };
  },
};

function toShape(config: Gpt2Config): Omit<ModelShape, 'parameterCount'> {
  const intermediateSize = config.n_inner ?? 4 * config.n_embd;
  return {
    family: 'gpt2',
    vocabSize: config.vocab_size,
    hiddenSize: config.n_embd,
    intermediateSize,
    layerCount: config.n_layer,
    headCount: config.n_head,
    keyValueHeadCount: config.n_head,
    headDim: config.n_embd / config.n_head,
    maxPositions: config.n_positions,
    normEpsilon: config.layer_norm_epsilon,
    tiedHead: config.tie_word_embeddings ?? true,
    ...tokenIdsOf(config),
    linears: layersOf(config.n_layer).flatMap((layer) => layerLinears(layer, config.n_embd, intermediateSize)),
    defaultTargets: ['c_attn'],
  };
}

/** Forward order. */
function layerLinears(layer: number, width: number, inner: number): LinearShape[] {
  const linear = (module: string, inFeatures: number, outFeatures: number): LinearShape => {
    return { name: `transformer.h.${layer}.${module}`, inFeatures, outFeatures, bias: true, storedTransposed: true };
  };
  return [
    linear('attn.c_attn', width, 3 * width),
    linear('attn.c_proj', width, width),
    linear('mlp.c_fc', width, inner),
    linear('mlp.c_proj', inner, width),
  ];
}

const ggufModules: Readonly<Record<string, string>> = {
  'attn.c_attn': 'attn_qkv',
  'attn.c_proj': 'attn_output',
  'mlp.c_fc': 'ffn_up',
  'mlp.c_proj': 'ffn_down',
  ln_1: 'attn_norm',
  ln_2: 'ffn_norm',
};

const ggufOuterModules: Readonly<Record<string, string>> = {
  'transformer.wte': 'token_embd',
  'transformer.wpe': 'position_embd',
  'transformer.ln_f': 'output_norm',
  lm_head: 'output',
};

function ggufTensor(name: string): GgufTensorName {
  const [, module = '', part = ''] = /^(.+)\.(weight|bias)$/.exec(name) ?? [];
  const outer = ggufOuterModules[module];
  if (outer) return { name: `${outer}.${part}`, transform: { kind: 'same' } };
  const [, layer, inner = ''] = /^transformer\.h\.(\d+)\.(.+)$/.exec(module) ?? [];
  const stem = ggufModules[inner];
  if (!stem)
    throw new GraftError('internal', otherProgramWords.noWeight({ name, family: otherProgramWords.gpt2Model() }), {
      field: name,
    });
  const isMatrix = part === 'weight' && !inner.startsWith('ln_');
  return { name: `blk.${layer}.${stem}.${part}`, transform: { kind: isMatrix ? 'transposed' : 'same' } };
}

function check(config: Gpt2Config): ConfigProblems {
  const { n_embd: width, n_head: heads } = config;
  const misfit = problemOf('n_head', words.notDividing({ count: heads, field: 'n_embd', size: width }));
  const unsupported: Problem[] = [];
  if (!['gelu_new', 'gelu_pytorch_tanh'].includes(config.activation_function)) {
    const reason = words.activation({ value: config.activation_function, known: 'gelu_new' });
    unsupported.push(problemOf('activation_function', reason));
  }
  if (config.add_cross_attention) unsupported.push(problemOf('add_cross_attention', words.crossAttention()));
  return { invalid: width % heads === 0 ? [] : [misfit], unsupported };
}
