/** Qwen3: Llama with an RMS norm on every head of query and key; biases only where config.json says so. */
import { z } from 'zod';
import { countParameters, readConfig, sizeField } from './decoderConfig.ts';
import type { ModelFamily } from './family.ts';
import { decoderSizes, llamaGgufModules, llamaLayout, llamaLikeShape, llamaLinears, llamaNorms } from './llamaLike.ts';
import { checkQwen, qwenDetails, qwenFields, qwenFromGguf, qwenGguf } from './qwen.ts';
import type { QwenDetails } from './qwen.ts';
import { windowUnlikeLlamaCpp } from './slidingWindow.ts';

const schema = z.object({ ...qwenFields, head_dim: sizeField.default(128), attention_bias: z.boolean().nullish() });
const variant = { name: 'qwen3', title: 'Qwen3', architecture: 'Qwen3ForCausalLM' } as const;
const attentionModules = ['q_proj', 'k_proj', 'v_proj', 'o_proj'].map((module) => `self_attn.${module}`);
const norms = { ...llamaNorms, head: ['self_attn.q_norm', 'self_attn.k_norm'] };
const ggufModules = { ...llamaGgufModules, 'self_attn.q_norm': 'attn_q_norm', 'self_attn.k_norm': 'attn_k_norm' };

/** What a forward pass needs beyond the shape, of a configuration that `parseConfig` took. */
export function qwen3Details(config: Readonly<Record<string, unknown>>): QwenDetails {
  return qwenDetails(schema.parse(config));
}

export const qwen3Family: ModelFamily = {
  ...llamaLayout(norms, ggufModules),
  modelTypes: ['qwen3'],
  ggufArchitectures: ['qwen3'],

  parseConfig(config, file) {
    const parsed = readConfig(config, file, { title: variant.title, schema, check: checkQwen });
    const linears = llamaLinears(decoderSizes(parsed), parsed.attention_bias ? attentionModules : []);
    return countParameters(llamaLikeShape('qwen3', parsed, linears), this);
  },

  configFromGguf: (head, file) => qwenFromGguf(head, file, variant),
  unlikeLlamaCpp: (config, shape) => windowUnlikeLlamaCpp(qwen3Details(config).windows, shape),
  ggufMetadata: (config, shape) => qwenGguf(qwen3Details(config), shape, variant),
};
