/**
 * The layout that Llama and its relatives share: names and sizes of their linear layers, weights and GGUF tensors. Each
 * family says in its own file what differs.
 */
import { GraftError } from '../errors.ts';
import type { DecoderConfig } from './decoderConfig.ts';
import { headDimOf, tokenIdsOf } from './decoderConfig.ts';
import type { GgufTensorName, GgufTransform, KeptPerToken, LinearShape, ModelFamily, ModelShape } from './family.ts';
import { ropeTensors } from './ggufRope.ts';
import { otherProgramWords } from '../words/otherPrograms.ts';

type Sizes = Pick<
  ModelShape,
  | 'vocabSize'
  | 'hiddenSize'
  | 'intermediateSize'
  | 'layerCount'
  | 'headCount'
  | 'keyValueHeadCount'
  | 'headDim'
  | 'tiedHead'
>;

export function decoderSizes(config: DecoderConfig): Sizes & Pick<ModelShape, 'maxPositions' | 'normEpsilon'> {
  return {
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    layerCount: config.num_hidden_layers,
    headCount: config.num_attention_heads,
    keyValueHeadCount: config.num_key_value_heads ?? config.num_attention_heads,
    headDim: headDimOf(config),
    maxPositions: config.max_position_embeddings,
    normEpsilon: config.rms_norm_eps,
    tiedHead: config.tie_word_embeddings ?? false,
  };
}

/** Everything of a ModelShape but the count of parameters. */
export function llamaLikeShape(
  family: string,
  config: DecoderConfig,
  linears: readonly LinearShape[],
): Omit<ModelShape, 'parameterCount'> {
  return { family, ...decoderSizes(config), ...tokenIdsOf(config), linears, defaultTargets: ['q_proj', 'v_proj'] };
}

/** By module within a layer (or `model.norm` …): what the GGUF did to its tensors. */
type TransformOf = (module: string, shape: ModelShape) => GgufTransform;

/** The part of a family that follows from the names of its norms and of its GGUF tensors. */
export function llamaLayout(
  norms: NormNames,
  ggufModules: Readonly<Record<string, string>>,
  transformOf: TransformOf = () => ({ kind: 'same' }),
): Pick<ModelFamily, 'weightShapes' | 'weightName' | 'keptPerToken' | 'ggufTensor' | 'ggufConfigTensors'> {
  return {
    weightShapes: (shape) => weightShapes(shape, norms),
    weightName,
    keptPerToken: (shape) => keptPerToken(shape, norms),
    ggufTensor: (name, shape) => ggufTensor(name, ggufModules, (module) => transformOf(module, shape)),
    ggufConfigTensors: ropeTensors,
  };
}

/** Forward order within each layer. `biased` names the modules that have a bias, e.g. `self_attn.q_proj`. */
export function llamaLinears(sizes: Sizes, biased: readonly string[] = []): LinearShape[] {
  const { hiddenSize, intermediateSize, layerCount, headCount, keyValueHeadCount, headDim } = sizes;
  const [queries, keys] = [headCount * headDim, keyValueHeadCount * headDim];
  const modules: readonly (readonly [string, number, number])[] = [
    ['self_attn.q_proj', hiddenSize, queries],
    ['self_attn.k_proj', hiddenSize, keys],
    ['self_attn.v_proj', hiddenSize, keys],
    ['self_attn.o_proj', queries, hiddenSize],
    ['mlp.gate_proj', hiddenSize, intermediateSize],
    ['mlp.up_proj', hiddenSize, intermediateSize],
    ['mlp.down_proj', intermediateSize, hiddenSize],
  ];
  return layersOf(layerCount).flatMap((layer) =>
    modules.map(([module, inFeatures, outFeatures]) => {
      const linear = { name: `model.layers.${layer}.${module}`, inFeatures, outFeatures };
      return biased.includes(module) ? { ...linear, bias: true as const } : linear;
    }),
  );
}

/** The norms, and a gated activation. */
function keptPerToken(
  { hiddenSize, intermediateSize, headCount, keyValueHeadCount, headDim }: ModelShape,
  norms: NormNames,
): KeptPerToken {
  const heads = norms.head ? (headCount + keyValueHeadCount) * headDim : 0;
  return { normInputs: norms.layer.length * hiddenSize + heads, activationInputs: 2 * intermediateSize };
}

export interface NormNames {
  /** Of the hidden state, in each layer. */
  readonly layer: readonly string[];
  /** Of one head, in each layer. */
  readonly head?: readonly string[];
}

/** Of Llama itself. */
export const llamaNorms: NormNames = { layer: ['input_layernorm', 'post_attention_layernorm'] };

/** Embedding, linears, norms and head: Hugging Face names. */
function weightShapes(shape: ModelShape, norms: NormNames): ReadonlyMap<string, readonly number[]> {
  const { vocabSize, hiddenSize, headDim, layerCount, tiedHead, linears } = shape;
  const shapes = new Map<string, readonly number[]>([['model.embed_tokens.weight', [vocabSize, hiddenSize]]]);
  for (const { name, inFeatures, outFeatures, bias } of linears) {
    shapes.set(`${name}.weight`, [outFeatures, inFeatures]);
    if (bias) shapes.set(`${name}.bias`, [outFeatures]);
  }
  for (const layer of layersOf(layerCount)) {
    for (const norm of norms.layer) shapes.set(`model.layers.${layer}.${norm}.weight`, [hiddenSize]);
    for (const norm of norms.head ?? []) shapes.set(`model.layers.${layer}.${norm}.weight`, [headDim]);
  }
  shapes.set('model.norm.weight', [hiddenSize]);
  if (!tiedHead) shapes.set('lm_head.weight', [vocabSize, hiddenSize]);
  return shapes;
}

/** A checkpoint of the bare decoder (AutoModel.save_pretrained) has no `model.` before its names. */
function weightName(stored: string): string {
  return /^(embed_tokens|layers|norm)\./.test(stored) ? `model.${stored}` : stored;
}

/** GGUF names of the modules within a layer that all relatives of Llama have. */
export const llamaGgufModules: Readonly<Record<string, string>> = {
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

const ggufOuterModules: Readonly<Record<string, string>> = {
  'model.embed_tokens': 'token_embd',
  'model.norm': 'output_norm',
  lm_head: 'output',
};

function ggufTensor(
  name: string,
  modules: Readonly<Record<string, string>>,
  transformOf: (module: string) => GgufTransform,
): GgufTensorName {
  const [, module = '', kind = ''] = /^(.+)\.(weight|bias)$/.exec(name) ?? [];
  const outer = ggufOuterModules[module];
  if (outer) return { name: `${outer}.${kind}`, transform: transformOf(module) };
  const [, layer, inner = ''] = /^model\.layers\.(\d+)\.(.+)$/.exec(module) ?? [];
  const stem = modules[inner];
  if (!stem)
    throw new GraftError('internal', otherProgramWords.noWeight({ name, family: otherProgramWords.thisFamily() }), {
      field: name,
    });
  return { name: `blk.${layer}.${stem}.${kind}`, transform: transformOf(inner) };
}

export function layersOf(layerCount: number): number[] {
  return Array.from({ length: layerCount }, (_, layer) => layer);
}
