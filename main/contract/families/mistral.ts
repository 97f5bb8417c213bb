/**
 * Mistral: Llama with a sliding window in every layer (version 0.1) or none. In GGUF it is of the architecture `llama`,
 * where llama.cpp takes no notice of the window: within it both compute the same.
 */
import { z } from 'zod';
import {
  checkDecoder,
  countParameters,
  decoderFields,
  readConfig,
  sizeField,
  tokenIdField,
  tokenIdsField,
} from './decoderConfig.ts';
import type { ModelFamily } from './family.ts';
import { commonGgufMetadata, u32 } from './ggufFields.ts';
import { ropeGguf } from './ggufRope.ts';
import { llamaFamily } from './llama.ts';
import { decoderSizes, llamaLikeShape, llamaLinears } from './llamaLike.ts';
import { ropeOf } from './rope.ts';
import type { RopeParameters } from './rope.ts';
import { windowUnlikeLlamaCpp } from './slidingWindow.ts';

const schema = z.object({
  ...decoderFields,
  num_key_value_heads: sizeField.nullable().default(8),
  max_position_embeddings: sizeField.default(4096 * 32),
  sliding_window: z.int().positive().nullable().default(4096),
  bos_token_id: tokenIdField.nullable().default(1),
  eos_token_id: tokenIdsField.default(2),
});

export interface MistralDetails {
  readonly rope: RopeParameters;
  /** How many positions a token sees, itself included. */
  readonly window: number | undefined;
}

/** What a forward pass needs beyond the shape, of a configuration that `parseConfig` took. */
export function mistralDetails(config: Readonly<Record<string, unknown>>): MistralDetails {
  const parsed = schema.parse(config);
  return { rope: ropeOf(parsed), window: parsed.sliding_window ?? undefined };
}

export const mistralFamily: ModelFamily = {
  ...llamaFamily,
  modelTypes: ['mistral'],
  ggufArchitectures: [],

  parseConfig(config, file) {
    const parsed = readConfig(config, file, { title: 'Mistral', schema, check: checkDecoder });
    return countParameters(llamaLikeShape('mistral', parsed, llamaLinears(decoderSizes(parsed))), this);
  },

  unlikeLlamaCpp: (config, shape) => windowUnlikeLlamaCpp([mistralDetails(config).window], shape),

  ggufMetadata(config, shape) {
    const { rope, window } = mistralDetails(config);
    const scaling = ropeGguf(rope, shape.headDim);
    const fields =
      window === undefined ? scaling.fields : { ...scaling.fields, 'attention.sliding_window': u32(window) };
    return { metadata: commonGgufMetadata('llama', shape, fields), tensors: scaling.tensors };
  },
};
