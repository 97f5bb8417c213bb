/** Gemma 2: soft caps on attention scores and logits; every other layer, from the first on, sees a window. */
import { z } from 'zod';
import { GraftError } from '../errors.ts';
import { countParameters, headDimOf, readConfig, sizeField } from './decoderConfig.ts';
import type { ModelFamily } from './family.ts';
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
import { commonGgufMetadata, u32 } from './ggufFields.ts';
import { ropeFromGguf, ropeGguf } from './ggufRope.ts';
import { decoderSizes, llamaLikeShape, llamaLinears } from './llamaLike.ts';
import { findPartialRotation, findRopeProblems, ropeOf } from './rope.ts';
import type { RopeParameters } from './rope.ts';
import { layerWindows } from './slidingWindow.ts';
import { otherProgramWords as words } from '../words/otherPrograms.ts';

const schema = z.object({
  ...gemmaFields,
  max_position_embeddings: sizeField.default(8192),
  attn_logit_softcapping: gemmaFields.attn_logit_softcapping.unwrap().default(50),
  final_logit_softcapping: gemmaFields.final_logit_softcapping.unwrap().default(30),
});
const variant = { name: 'gemma2', title: 'Gemma 2', wideLayers: 46 } as const;
const isSliding = (layer: number): boolean => layer % 2 === 0;

export interface Gemma2Details extends GemmaDetails {
  readonly rope: RopeParameters;
  /** Of each layer: how many positions a token sees, itself included. */
  readonly windows: readonly (number | undefined)[];
}

/** What a forward pass needs beyond the shape, of a configuration that `parseConfig` took. */
export function gemma2Details(config: Readonly<Record<string, unknown>>): Gemma2Details {
  const parsed = schema.parse(config);
  return { ...gemmaDetails(parsed), rope: ropeOf(parsed), windows: layerWindows(parsed, isSliding) };
}

export const gemma2Family: ModelFamily = {
  ...gemmaLayout(),
  modelTypes: ['gemma2'],
  ggufArchitectures: ['gemma2'],

  parseConfig(config, file) {
    const parsed = asDecoder(readConfig(config, file, { title: variant.title, schema, check }));
    return countParameters(llamaLikeShape('gemma2', parsed, llamaLinears(decoderSizes(parsed))), this);
  },

  configFromGguf: (head, file) => ({
    model_type: 'gemma2',
    architectures: ['Gemma2ForCausalLM'],
    ...gemmaFromGguf(head, file, variant),
    ...ropeFromGguf(head, 'gemma2', file),
  }),

  ggufMetadata(config, shape) {
    if (!shape.tiedHead) throw ownHead();
    const details = gemma2Details(config);
    const window = details.windows[0];
    if (window === undefined || details.windows.some((each, layer) => (each !== undefined) !== isSliding(layer)))
      throw otherLayers();
    const rope = ropeGguf(details.rope, shape.headDim);
    const fields = {
      ...rope.fields,
      ...gemmaGgufFields(details, shape, variant),
      'attention.sliding_window': u32(window),
    };
    return { metadata: commonGgufMetadata('gemma2', shape, fields), tensors: rope.tensors };
  },
};

function check(config: z.infer<typeof schema>): ReturnType<typeof checkGemma> {
  const [gemma, rope] = [checkGemma(config), findRopeProblems(config, headDimOf(asDecoder(config)))];
  return {
    invalid: [...gemma.invalid, ...rope.invalid],
    unsupported: [...gemma.unsupported, ...rope.unsupported, ...findPartialRotation(config)],
  };
}

function ownHead(): GraftError {
  return new GraftError('unsupported', words.ownHead(), {
    field: 'lm_head.weight',
    remedy: words.exportSafetensors(),
  });
}

function otherLayers(): GraftError {
  return new GraftError('unsupported', words.everyOther(), {
    field: 'layer_types',
    remedy: words.exportSafetensors(),
  });
}
