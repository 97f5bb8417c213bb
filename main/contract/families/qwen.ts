/**
 * What Qwen2, Qwen2.5 and Qwen3 share: the fields of Llama, and a sliding window that only counts with
 * `use_sliding_window` and from layer `max_window_layers` on. llama.cpp has no such window for them.
 */
import { z } from 'zod';
import { checkDecoder, configError, decoderFields, sizeField } from './decoderConfig.ts';
import type { ConfigProblems, DecoderConfig } from './decoderConfig.ts';
import type { GgufDescription, GgufHead, ModelShape } from './family.ts';
import { commonConfigFromGguf, commonGgufMetadata, findUnsupportedGguf } from './ggufFields.ts';
import { ropeFromGguf, ropeGguf } from './ggufRope.ts';
import { ropeOf } from './rope.ts';
import type { RopeParameters } from './rope.ts';
import { findLayerTypeProblems, layerWindows, windowFields } from './slidingWindow.ts';
import type { WindowConfig } from './slidingWindow.ts';

export const qwenFields = {
  ...decoderFields,
  ...windowFields,
  sliding_window: z.int().positive().nullable().default(4096),
  max_position_embeddings: sizeField.default(32_768),
  use_sliding_window: z.boolean().nullish(),
  max_window_layers: z.int().nonnegative().default(28),
};

type QwenConfig = DecoderConfig &
  WindowConfig & { readonly use_sliding_window?: boolean | null | undefined; readonly max_window_layers: number };

export interface QwenDetails {
  readonly rope: RopeParameters;
  /** Of each layer: how many positions a token sees, itself included. */
  readonly windows: readonly (number | undefined)[];
}

export function qwenDetails(config: QwenConfig): QwenDetails {
  const windows = layerWindows(
    { ...config, sliding_window: config.use_sliding_window ? config.sliding_window : null },
    (layer) => layer >= config.max_window_layers,
  );
  return { rope: ropeOf(config), windows };
}

export function checkQwen(config: QwenConfig): ConfigProblems {
  const [decoder, types] = [checkDecoder(config), findLayerTypeProblems(config)];
  return {
    invalid: [...decoder.invalid, ...types.invalid],
    unsupported: [...decoder.unsupported, ...types.unsupported],
  };
}

export interface QwenVariant {
  /** `model_type` and GGUF architecture in one. */
  readonly name: 'qwen2' | 'qwen3';
  readonly title: string;
  readonly architecture: string;
}

export function qwenFromGguf(
  head: GgufHead,
  file: string,
  { name, title, architecture }: QwenVariant,
): Record<string, unknown> {
  const problems = findUnsupportedGguf(head, name);
  if (problems.length > 0) throw configError('unsupported', { title, file, problems });
  return {
    model_type: name,
    architectures: [architecture],
    ...commonConfigFromGguf(head, name),
    ...ropeFromGguf(head, name, file),
  };
}

export function qwenGguf({ rope }: QwenDetails, shape: ModelShape, { name }: QwenVariant): GgufDescription {
  const { fields, tensors } = ropeGguf(rope, shape.headDim);
  return { metadata: commonGgufMetadata(name, shape, fields), tensors };
}
