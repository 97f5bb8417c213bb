/**
 * What Gemma 2 and Gemma 3 (text) share: norms with a gain of 1 + weight, before and after attention and feed-forward;
 * embeddings times √hidden; tanh GELU; layers that see a window between layers that see all. A GGUF holds 1 + weight.
 */
import { z } from 'zod';
import { GraftError, type Problem, problemOf } from '../errors.ts';
import {
  configError,
  decoderFields,
  findHeadMisfits,
  sizeField,
  tokenIdField,
  tokenIdsField,
} from './decoderConfig.ts';
import type { ConfigProblems, DecoderConfig } from './decoderConfig.ts';
import type { GgufField, GgufHead, ModelShape } from './family.ts';
import { commonConfigFromGguf, f32, findUnsupportedGguf, ggufReader } from './ggufFields.ts';
import { llamaGgufModules, llamaLayout } from './llamaLike.ts';
import { findLayerTypeProblems, windowFields } from './slidingWindow.ts';
import type { WindowConfig } from './slidingWindow.ts';
import { modelConfigWords as words } from '../words/modelConfig.ts';
import { otherProgramWords } from '../words/otherPrograms.ts';

const cap = z.number().positive().nullable();

export const gemmaFields = {
  ...decoderFields,
  ...windowFields,
  head_dim: sizeField.default(256),
  num_key_value_heads: sizeField.default(4),
  hidden_act: z.string().nullish(),
  hidden_activation: z.string().nullable().default('gelu_pytorch_tanh'),
  sliding_window: z.int().positive().default(4096),
  query_pre_attn_scalar: z.number().positive().default(256),
  attn_logit_softcapping: cap.default(null),
  final_logit_softcapping: cap.default(null),
  attention_bias: z.boolean().nullish(),
  use_bidirectional_attention: z.boolean().nullish(),
  tie_word_embeddings: z.boolean().nullable().default(true),
  bos_token_id: tokenIdField.nullable().default(2),
  eos_token_id: tokenIdsField.default(1),
  pad_token_id: tokenIdField.nullable().default(0),
  dtype: z.string().nullish(),
  torch_dtype: z.string().nullish(),
};

type GemmaConfig = z.infer<z.ZodObject<typeof gemmaFields>>;

/** What a forward pass of Gemma needs beyond the shape; windows and rotations are each family's own. */
export interface GemmaDetails {
  readonly embeddingScale: number;
  /** Of attention scores. */
  readonly scale: number;
  readonly scoreCap: number | undefined;
  readonly logitCap: number | undefined;
}

export function gemmaDetails(config: GemmaConfig): GemmaDetails {
  return {
    embeddingScale: roundedAs(config.dtype ?? config.torch_dtype, Math.sqrt(config.hidden_size)),
    scale: config.query_pre_attn_scalar ** -0.5,
    scoreCap: config.attn_logit_softcapping ?? undefined,
    logitCap: config.final_logit_softcapping ?? undefined,
  };
}

/** transformers rounds the scale of embeddings to the type of the weights, and Gemma was trained that way. */
function roundedAs(dtype: string | null | undefined, value: number): number {
  if (dtype !== 'bfloat16') return Math.fround(value);
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  const kept = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(Int32Array.of(kept).buffer)[0];
}

/** Rotation is checked by each family. */
export function checkGemma(config: GemmaConfig & WindowConfig): ConfigProblems {
  const types = findLayerTypeProblems(config);
  const unsupported: Problem[] = [...types.unsupported];
  const activation = config.hidden_activation ?? config.hidden_act ?? 'gelu_pytorch_tanh';
  if (activation !== 'gelu_pytorch_tanh')
    unsupported.push(
      problemOf('hidden_activation', words.activation({ value: activation, known: 'gelu_pytorch_tanh' })),
    );
  if (config.attention_bias) unsupported.push(problemOf('attention_bias', words.biases()));
  if (config.use_bidirectional_attention)
    unsupported.push(problemOf('use_bidirectional_attention', words.laterTokens()));
  return { invalid: [...findHeadMisfits(asDecoder(config)), ...types.invalid], unsupported };
}

/** With the one field that Gemma names otherwise. */
export function asDecoder(config: GemmaConfig): DecoderConfig {
  return { ...config, hidden_act: 'gelu_pytorch_tanh' };
}

const gemmaNorms = [
  'input_layernorm',
  'post_attention_layernorm',
  'pre_feedforward_layernorm',
  'post_feedforward_layernorm',
];

export interface GemmaVariant {
  /** GGUF architecture. */
  readonly name: 'gemma2' | 'gemma3';
  readonly title: string;
  /** Layers of the one model whose scores are scaled by its width per head and not by the size of its heads. */
  readonly wideLayers: number;
}

/** config.json fields that both have. llama.cpp knows the scale of the scores by the number of layers alone. */
export function gemmaFromGguf(
  head: GgufHead,
  file: string,
  { name, title, wideLayers }: GemmaVariant,
): Record<string, unknown> {
  const problems = findUnsupportedGguf(head, name);
  if (problems.length > 0) throw configError('unsupported', { title, file, problems });
  const of = ggufReader(head, name);
  const common = commonConfigFromGguf(head, name);
  const perHead = Number(common.hidden_size) / Number(common.num_attention_heads);
  return {
    ...common,
    hidden_activation: 'gelu_pytorch_tanh',
    sliding_window: of('attention.sliding_window') ?? 4096,
    query_pre_attn_scalar: common.num_hidden_layers === wideLayers ? perHead : common.head_dim,
    attn_logit_softcapping: of('attn_logit_softcapping') ?? null,
    final_logit_softcapping: of('final_logit_softcapping') ?? null,
  };
}

const ggufModules = {
  ...llamaGgufModules,
  post_attention_layernorm: 'post_attention_norm',
  pre_feedforward_layernorm: 'ffn_norm',
  post_feedforward_layernorm: 'post_ffw_norm',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
};

/** `headNorms`: of query and key, where there are any. */
export function gemmaLayout(headNorms?: readonly string[]): ReturnType<typeof llamaLayout> {
  const norms = { layer: gemmaNorms, ...(headNorms && { head: headNorms }) };
  return llamaLayout(norms, ggufModules, (module) =>
    module.endsWith('norm') ? { kind: 'plusOne' } : { kind: 'same' },
  );
}

/** Metadata that both have. Throws GraftError('unsupported') for what llama.cpp would compute otherwise. */
export function gemmaGgufFields(
  { scale, scoreCap, logitCap }: GemmaDetails,
  shape: ModelShape,
  { title, wideLayers }: GemmaVariant,
): Record<string, GgufField> {
  const expected = shape.layerCount === wideLayers ? shape.hiddenSize / shape.headCount : shape.headDim;
  if (Math.abs(scale * Math.sqrt(expected) - 1) > 1e-4) {
    throw new GraftError('unsupported', otherProgramWords.scaling({ title }), {
      field: 'query_pre_attn_scalar',
      remedy: otherProgramWords.exportSafetensors(),
    });
  }
  return {
    ...(scoreCap === undefined ? {} : { attn_logit_softcapping: f32(scoreCap) }),
    ...(logitCap === undefined ? {} : { final_logit_softcapping: f32(logitCap) }),
  };
}
