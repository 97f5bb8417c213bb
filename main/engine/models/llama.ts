/**
 * Llama (Touvron et al. 2023, arXiv 2302.13971) and its relatives: RMS norms, rotary attention, SwiGLU, all pre-norm.
 */
import { llamaDetails } from '../../contract/families/llama.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import type { AttentionPlan, DecoderPlan, LayerPlan } from './decoderPlan.ts';

export function llamaPlan(config: Readonly<Record<string, unknown>>, shape: ModelShape): DecoderPlan {
  const { rope } = llamaDetails(config);
  return llamaLikePlan(shape, () => ({ rope }));
}

/** With what a family adds to the attention of a layer. */
export function llamaLikePlan(
  shape: ModelShape,
  attentionOf: (layer: number, prefix: string) => Partial<AttentionPlan>,
): DecoderPlan {
  return {
    embedding: 'model.embed_tokens',
    layers: Array.from({ length: shape.layerCount }, (_, layer) => llamaLayer(layer, attentionOf)),
    finalNorm: { kind: 'rms', name: 'model.norm' },
    head: shape.tiedHead ? 'model.embed_tokens' : 'lm_head',
  };
}

function llamaLayer(layer: number, attentionOf: (layer: number, prefix: string) => Partial<AttentionPlan>): LayerPlan {
  const prefix = `model.layers.${layer}.`;
  return {
    prefix,
    attentionNorm: { kind: 'rms', name: `${prefix}input_layernorm` },
    attention: {
      queryKeyValue: ['q_proj', 'k_proj', 'v_proj'].map((name) => `${prefix}self_attn.${name}`),
      output: `${prefix}self_attn.o_proj`,
      ...attentionOf(layer, prefix),
    },
    feedForwardNorm: { kind: 'rms', name: `${prefix}post_attention_layernorm` },
    feedForward: {
      inputs: [`${prefix}mlp.gate_proj`, `${prefix}mlp.up_proj`],
      activation: 'swiGlu',
      output: `${prefix}mlp.down_proj`,
    },
  };
}
