/**
 * Gemma 3, text only: norms on the heads of query and key, and a rotation of its own for the layers that see a window:
 * five of six, or as `layer_types` says. Surprising: the model type is `gemma3_text`, the GGUF architecture `gemma3`.
 */
import { z } from 'zod';
import { GraftError } from '../errors.ts';
import { countParameters, headDimOf, readConfig, sizeField } from './decoderConfig.ts';
import type { ConfigProblems } from './decoderConfig.ts';
import type { GgufField, GgufHead, ModelFamily } from './family.ts';
import {
  asDecoder,
  checkGemma,
  gemmaDetails,
  gemmaFields,
  gemmaFromGguf,
  gemmaGgufFields,
  gemmaLayout,
} from './gemma.ts';
import type { GemmaDetails } from './gemma.ts';
import { commonGgufMetadata, f32, ggufReader, u32 } from './ggufFields.ts';
import { ropeFromGguf, ropeGguf } from './ggufRope.ts';
import { decoderSizes, llamaLikeShape, llamaLinears } from './llamaLike.ts';
import { findFieldProblems, ropeSchema, toRope } from './rope.ts';
import type { RopeFields, RopeParameters } from './rope.ts';
import { layerWindows } from './slidingWindow.ts';
import { otherProgramWords as words } from '../words/otherPrograms.ts';

const schema = z.object({
  ...gemmaFields,
  max_position_embeddings: sizeField.default(131_072),
  rope_parameters: z
    .looseObject({ full_attention: ropeSchema.nullish(), sliding_attention: ropeSchema.nullish() })
    .nullish(),
  rope_local_base_freq: z.number().positive().nullish(),
  sliding_window_pattern: z.int().positive().default(6),
});
type Gemma3Config = z.infer<typeof schema>;
const variant = { name: 'gemma3', title: 'Gemma 3', wideLayers: 62 } as const;
const usualPattern = 6;

export interface Gemma3Details extends GemmaDetails {
  /** Of each layer: its rotation, and how many positions a token sees, itself included. */
  readonly layers: readonly { readonly rope: RopeParameters; readonly window: number | undefined }[];
}

/** What a forward pass needs beyond the shape, of a configuration that `parseConfig` took. */
export function gemma3Details(config: Readonly<Record<string, unknown>>): Gemma3Details {
  const parsed = schema.parse(config);
  const { full, sliding } = ropeFieldsOf(parsed);
  const [global, local] = [full, sliding].map((fields) => toRope(fields, parsed.max_position_embeddings));
  const layers = layerWindows(parsed, slidingBy(parsed.sliding_window_pattern)).map((window) => ({
    window,
    rope: window === undefined ? global : local,
  }));
  return { ...gemmaDetails(parsed), layers };
}

export const gemma3Family: ModelFamily = {
  ...gemmaLayout(['self_attn.q_norm', 'self_attn.k_norm']),
  modelTypes: ['gemma3_text'],
  ggufArchitectures: ['gemma3'],

  parseConfig(config, file) {
    const parsed = asDecoder(readConfig(config, file, { title: variant.title, schema, check }));
    return countParameters(llamaLikeShape('gemma3_text', parsed, llamaLinears(decoderSizes(parsed))), this);
  },

  configFromGguf(head, file) {
    const { rope_theta: _global, ...config } = gemmaFromGguf(head, file, variant);
    return { model_type: 'gemma3_text', architectures: ['Gemma3ForCausalLM'], ...config, ...ropesFromGguf(head, file) };
  },

  ggufMetadata(config, shape) {
    const details = gemma3Details(config);
    const global = details.layers.find(({ window }) => window === undefined)?.rope ?? details.layers[0].rope;
    const rope = ropeGguf(global, shape.headDim);
    const fields = { ...rope.fields, ...gemmaGgufFields(details, shape, variant), ...localFields(details) };
    return { metadata: commonGgufMetadata('gemma3', shape, fields), tensors: rope.tensors };
  },
};

function slidingBy(pattern: number): (layer: number) => boolean {
  return (layer) => (layer + 1) % pattern !== 0;
}

interface RopePair {
  readonly full: RopeFields;
  readonly sliding: RopeFields;
}

/** In the nested form of today or in the fields of the first files. */
function ropeFieldsOf(config: Gemma3Config): RopePair {
  const {
    rope_parameters: nested,
    rope_scaling: scaling,
    rope_theta: theta,
    rope_local_base_freq: localTheta,
  } = config;
  const full = { ...nested?.full_attention, ...scaling };
  return {
    full: { ...full, rope_theta: full.rope_theta ?? theta ?? 1_000_000 },
    sliding: {
      ...nested?.sliding_attention,
      rope_theta: nested?.sliding_attention?.rope_theta ?? localTheta ?? 10_000,
    },
  };
}

function check(config: Gemma3Config): ConfigProblems {
  const headDim = headDimOf(asDecoder({ ...config, rope_parameters: null }));
  const { full, sliding } = ropeFieldsOf(config);
  const parts = [
    checkGemma({ ...config, rope_parameters: null }),
    findFieldProblems(full, 'rope_parameters.full_attention', headDim),
    findFieldProblems(sliding, 'rope_parameters.sliding_attention', headDim),
  ];
  return {
    invalid: parts.flatMap(({ invalid }) => invalid),
    unsupported: parts.flatMap(({ unsupported }) => unsupported),
  };
}

function ropesFromGguf(head: GgufHead, file: string): Record<string, unknown> {
  const of = ggufReader(head, variant.name);
  const { rope_parameters: scaled } = ropeFromGguf(head, variant.name, file);
  const full = scaled ?? { rope_type: 'default', rope_theta: of('rope.freq_base') ?? 1_000_000 };
  const sliding = { rope_type: 'default', rope_theta: of('rope.freq_base_swa') ?? 10_000 };
  return {
    rope_parameters: { full_attention: full, sliding_attention: sliding },
    sliding_window_pattern: of('attention.sliding_window_pattern') ?? usualPattern,
  };
}

/** llama.cpp counts sliding layers by a period. */
function localFields({ layers }: Gemma3Details): Record<string, GgufField> {
  const firstGlobal = layers.findIndex(({ window }) => window === undefined);
  const pattern = firstGlobal < 0 ? Math.max(usualPattern, layers.length + 1) : firstGlobal + 1;
  const slides = slidingBy(pattern);
  if (layers.some(({ window }, layer) => (window !== undefined) !== slides(layer))) {
    throw new GraftError('unsupported', words.equalDistances(), {
      field: 'layer_types',
      remedy: words.exportSafetensors(),
    });
  }
  const local = layers.find(({ window }) => window !== undefined);
  const base: Record<string, GgufField> = { 'attention.sliding_window_pattern': u32(pattern) };
  if (!local) return base;
  return { ...base, 'attention.sliding_window': u32(local.window ?? 0), 'rope.freq_base_swa': f32(local.rope.theta) };
}
