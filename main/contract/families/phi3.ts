/**
 * Phi-3: Llama with query, key and value in one linear layer and gate and up in another, and perhaps a sliding window.
 * Its scaling `longrope` has factors for sequences within the original context and others beyond it, where all cached
 * keys would have to be rotated again: the context is therefore the original one. Phi-4-mini rotates three quarters of
 * a head.
 */
import { z } from 'zod';
import {
  checkDecoder,
  configError,
  countParameters,
  decoderFields,
  readConfig,
  rotatedDimOf,
  sizeField,
  tokenIdField,
  tokenIdsField,
} from './decoderConfig.ts';
import type { ConfigProblems } from './decoderConfig.ts';
import type { GgufField, LinearShape, ModelFamily } from './family.ts';
import {
  commonConfigFromGguf,
  commonGgufMetadata,
  findUnsupportedGguf,
  ggufHeadDim,
  ggufReader,
  u32,
} from './ggufFields.ts';
import { ropeFromGguf, ropeGguf } from './ggufRope.ts';
import { decoderSizes, layersOf, llamaLayout, llamaLikeShape, llamaNorms } from './llamaLike.ts';
import { kindOf, ropeOf, rotatedShareOf } from './rope.ts';
import type { RopeFields, RopeParameters } from './rope.ts';
import { windowUnlikeLlamaCpp } from './slidingWindow.ts';
import { chatEngineWords } from '../words/chatEngines.ts';
import { problemOf } from '../errors.ts';
import { modelConfigWords } from '../words/modelConfig.ts';

const schema = z.object({
  ...decoderFields,
  max_position_embeddings: sizeField.default(4096),
  original_max_position_embeddings: sizeField.default(4096),
  rms_norm_eps: z.number().nonnegative().default(1e-5),
  sliding_window: z.int().positive().nullish(),
  bos_token_id: tokenIdField.nullable().default(1),
  eos_token_id: tokenIdsField.default(32_000),
  pad_token_id: tokenIdField.nullable().default(32_000),
});
type Phi3Config = z.infer<typeof schema>;

const ggufModules = {
  'self_attn.qkv_proj': 'attn_qkv',
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
};

export interface Phi3Details {
  readonly rope: RopeParameters;
  /** How many numbers of each head it rotates. */
  readonly rotatedDim: number;
  /** How many positions a token sees, itself included. */
  readonly window: number | undefined;
}

/** What a forward pass needs beyond the shape, of a configuration that `parseConfig` took. */
export function phi3Details(config: Readonly<Record<string, unknown>>): Phi3Details {
  const parsed = withLongrope(schema.parse(config));
  return { rope: ropeOf(parsed), rotatedDim: rotatedDimOf(parsed), window: parsed.sliding_window ?? undefined };
}

export const phi3Family: ModelFamily = {
  ...llamaLayout(llamaNorms, ggufModules),
  modelTypes: ['phi3'],
  ggufArchitectures: ['phi3'],

  parseConfig(config, file) {
    const parsed = readConfig(config, file, { title: 'Phi-3', schema, check });
    const rope = ropeOf(withLongrope(parsed));
    const shape = llamaLikeShape('phi3', parsed, listLinears(decoderSizes(parsed)));
    const maxPositions =
      rope.kind === 'longrope' ? Math.min(shape.maxPositions, rope.originalMaxPositions) : shape.maxPositions;
    return countParameters({ ...shape, maxPositions, defaultTargets: ['qkv_proj'] }, this);
  },

  configFromGguf(head, file) {
    const problems = findUnsupportedGguf(head, 'phi3', { partialRotation: true });
    if (problems.length > 0) throw configError('unsupported', { title: 'Phi-3', file, problems });
    const of = ggufReader(head, 'phi3');
    const window = Number(of('attention.sliding_window') ?? 0);
    return {
      model_type: 'phi3',
      architectures: ['Phi3ForCausalLM'],
      ...commonConfigFromGguf(head, 'phi3'),
      ...ropeFromGguf(head, 'phi3', file),
      original_max_position_embeddings: of('rope.scaling.original_context_length') ?? of('context_length'),
      sliding_window: window > 0 ? window : null,
      partial_rotary_factor: Number(of('rope.dimension_count') ?? ggufHeadDim(of)) / ggufHeadDim(of),
    };
  },

  unlikeLlamaCpp(config, shape) {
    const { rope, window } = phi3Details(config);
    if (rope.kind === 'longrope') return chatEngineWords.longFactors();
    return windowUnlikeLlamaCpp([window], shape);
  },

  ggufMetadata(config, shape) {
    const { rope, rotatedDim, window } = phi3Details(config);
    const { fields, tensors } = ropeGguf(rope, rotatedDim);
    const parsed = schema.parse(config);
    const own: Record<string, GgufField> = {
      'rope.dimension_count': u32(rotatedDim),
      context_length: u32(parsed.max_position_embeddings),
      'rope.scaling.original_context_length': u32(parsed.original_max_position_embeddings),
      'attention.sliding_window': u32(window ?? 0), // llama.cpp tells Phi-4 from Phi-3 by the zero
    };
    return { metadata: commonGgufMetadata('phi3', shape, { ...fields, ...own }), tensors };
  },
};

/** Forward order within each layer. */
function listLinears(sizes: ReturnType<typeof decoderSizes>): LinearShape[] {
  const { hiddenSize, intermediateSize, headCount, keyValueHeadCount, headDim } = sizes;
  const queries = headCount * headDim;
  return layersOf(sizes.layerCount).flatMap((layer) => {
    const name = (module: string): string => `model.layers.${layer}.${module}`;
    return [
      {
        name: name('self_attn.qkv_proj'),
        inFeatures: hiddenSize,
        outFeatures: queries + 2 * keyValueHeadCount * headDim,
      },
      { name: name('self_attn.o_proj'), inFeatures: queries, outFeatures: hiddenSize },
      { name: name('mlp.gate_up_proj'), inFeatures: hiddenSize, outFeatures: 2 * intermediateSize },
      { name: name('mlp.down_proj'), inFeatures: intermediateSize, outFeatures: hiddenSize },
    ];
  });
}

/** The first Phi-3 files called their scaling `yarn`; transformers takes it for `longrope`, too. */
function withLongrope(config: Phi3Config): Phi3Config {
  const renamed = (fields: RopeFields | null | undefined): RopeFields | null | undefined =>
    fields && kindOf(fields) === 'yarn' ? { ...fields, rope_type: 'longrope' } : fields;
  return { ...config, rope_parameters: renamed(config.rope_parameters), rope_scaling: renamed(config.rope_scaling) };
}

function check(config: Phi3Config): ConfigProblems {
  const { invalid, unsupported } = checkDecoder(withLongrope(config), { partialRotation: true });
  const [share, rotatedDim] = [rotatedShareOf(config), rotatedDimOf(config)];
  const misfit = problemOf('partial_rotary_factor', modelConfigWords.partOfHead({ share }));
  const fits = share > 0 && share <= 1 && rotatedDim >= 2 && rotatedDim % 2 === 0;
  return { invalid: fits ? invalid : [...invalid, misfit], unsupported };
}
