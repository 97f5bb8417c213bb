/**
 * Llama and what shares its architecture (SmolLM2 among them): pre-norm decoder, grouped-query attention with rotary
 * embeddings, SwiGLU. Defaults for absent config.json fields are those of transformers' LlamaConfig.
 * In GGUF files, rows of q_proj and k_proj are permuted for llama.cpp's way of rotating.
 */
import { z } from 'zod';
import {
  checkDecoder,
  configError,
  countParameters,
  decoderFields,
  readConfig,
  tokenIdField,
  tokenIdsField,
} from './decoderConfig.ts';
import type { GgufTransform, ModelFamily, ModelShape } from './family.ts';
import { commonConfigFromGguf, commonGgufMetadata, findUnsupportedGguf, ggufReader } from './ggufFields.ts';
import { ropeFromGguf, ropeGguf } from './ggufRope.ts';
import { decoderSizes, llamaGgufModules, llamaLayout, llamaLikeShape, llamaLinears, llamaNorms } from './llamaLike.ts';
import { ropeOf } from './rope.ts';
import type { RopeParameters } from './rope.ts';

const schema = z.object({
  ...decoderFields,
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
  bos_token_id: tokenIdField.nullable().default(1),
  eos_token_id: tokenIdsField.default(2),
});

const rules = { title: 'Llama', schema, check: checkDecoder };

export interface LlamaDetails {
  readonly rope: RopeParameters;
}

/** What a forward pass needs beyond the shape, of a configuration that `parseConfig` took. */
export function llamaDetails(config: Readonly<Record<string, unknown>>): LlamaDetails {
  return { rope: ropeOf(schema.parse(config)) };
}

export const llamaFamily: ModelFamily = {
  ...llamaLayout(llamaNorms, llamaGgufModules, ropeRows),
  modelTypes: ['llama'],
  ggufArchitectures: ['llama'],

  parseConfig(config, file) {
    const parsed = readConfig(config, file, rules);
    const linears = llamaLinears(decoderSizes(parsed), biasedModules(parsed));
    return countParameters(llamaLikeShape('llama', parsed, linears), this);
  },

  configFromGguf(head, file) {
    const problems = findUnsupportedGguf(head, 'llama');
    if (problems.length > 0) throw configError('unsupported', { title: 'Llama', file, problems });
    const window = ggufReader(head, 'llama')('attention.sliding_window');
    const kind =
      typeof window === 'number' && window > 0
        ? { model_type: 'mistral', architectures: ['MistralForCausalLM'], sliding_window: window }
        : { model_type: 'llama', architectures: ['LlamaForCausalLM'] };
    const biases = {
      attention_bias: head.tensorNames.has('blk.0.attn_q.bias'),
      mlp_bias: head.tensorNames.has('blk.0.ffn_gate.bias'),
    };
    return {
      ...kind,
      ...commonConfigFromGguf(head, 'llama'),
      ...ropeFromGguf(head, 'llama', file),
      ...biases,
    };
  },

  ggufMetadata(config, shape) {
    const rope = ropeGguf(llamaDetails(config).rope, shape.headDim);
    return { metadata: commonGgufMetadata('llama', shape, rope.fields), tensors: rope.tensors };
  },
};

function biasedModules({ attention_bias: attention, mlp_bias: mlp }: z.infer<typeof schema>): string[] {
  const attentionModules = ['q_proj', 'k_proj', 'v_proj', 'o_proj'].map((module) => `self_attn.${module}`);
  const mlpModules = ['gate_proj', 'up_proj', 'down_proj'].map((module) => `mlp.${module}`);
  return [...(attention ? attentionModules : []), ...(mlp ? mlpModules : [])];
}

/** Of llama.cpp's architecture `llama`, which Mistral uses too. */
export function ropeRows(module: string, { headCount, keyValueHeadCount }: ModelShape): GgufTransform {
  if (module === 'self_attn.q_proj') return { kind: 'ropeRows', heads: headCount };
  if (module === 'self_attn.k_proj') return { kind: 'ropeRows', heads: keyValueHeadCount };
  return { kind: 'same' };
}
