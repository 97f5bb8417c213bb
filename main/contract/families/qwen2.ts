/** Qwen2 and Qwen2.5: Llama with biases on query, key and value. */
import { z } from 'zod';
import { countParameters, readConfig } from './decoderConfig.ts';
import type { ModelFamily } from './family.ts';
import { decoderSizes, llamaGgufModules, llamaLayout, llamaLikeShape, llamaLinears, llamaNorms } from './llamaLike.ts';
import { checkQwen, qwenDetails, qwenFields, qwenFromGguf, qwenGguf } from './qwen.ts';
import type { QwenDetails } from './qwen.ts';
import { windowUnlikeLlamaCpp } from './slidingWindow.ts';

const schema = z.object(qwenFields);
const variant = { name: 'qwen2', title: 'Qwen2', architecture: 'Qwen2ForCausalLM' } as const;
const biased = ['q_proj', 'k_proj', 'v_proj'].map((module) => `self_attn.${module}`);

/** What a forward pass needs beyond the shape, of a configuration that `parseConfig` took. */
export function qwen2Details(config: Readonly<Record<string, unknown>>): QwenDetails {
  return qwenDetails(schema.parse(config));
}

export const qwen2Family: ModelFamily = {
  ...llamaLayout(llamaNorms, llamaGgufModules),
  modelTypes: ['qwen2'],
  ggufArchitectures: ['qwen2'],

  parseConfig(config, file) {
    const parsed = readConfig(config, file, { title: variant.title, schema, check: checkQwen });
    return countParameters(llamaLikeShape('qwen2', parsed, llamaLinears(decoderSizes(parsed), biased)), this);
  },

  configFromGguf: (head, file) => qwenFromGguf(head, file, variant),
  unlikeLlamaCpp: (config, shape) => windowUnlikeLlamaCpp(qwen2Details(config).windows, shape),
  ggufMetadata: (config, shape) => qwenGguf(qwen2Details(config), shape, variant),
};
