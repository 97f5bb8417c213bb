/** GPT-2 (Radford et al. 2019): learned positions, layer norms, one linear layer for query, key and value, GELU. */
import type { ModelShape } from '../../contract/families/family.ts';
import { gpt2Details } from '../../contract/families/gpt2.ts';
import type { DecoderPlan, LayerPlan, NormPlan } from './decoderPlan.ts';

export function gpt2Plan(config: Readonly<Record<string, unknown>>, shape: ModelShape): DecoderPlan {
  const { scaleOf } = gpt2Details(config);
  return {
    embedding: 'transformer.wte',
    positions: 'transformer.wpe',
    layers: Array.from({ length: shape.layerCount }, (_, layer) => gpt2Layer(layer, scaleOf(layer))),
    finalNorm: norm('transformer.ln_f'),
    head: shape.tiedHead ? 'transformer.wte' : 'lm_head',
  };
}

function gpt2Layer(layer: number, scale: number): LayerPlan {
  const prefix = `transformer.h.${layer}.`;
  return {
    prefix,
    attentionNorm: norm(`${prefix}ln_1`),
    attention: { queryKeyValue: [`${prefix}attn.c_attn`], output: `${prefix}attn.c_proj`, scale },
    feedForwardNorm: norm(`${prefix}ln_2`),
    feedForward: { inputs: [`${prefix}mlp.c_fc`], activation: 'tanhGelu', output: `${prefix}mlp.c_proj` },
  };
}

function norm(name: string): NormPlan {
  return { kind: 'layer', name };
}
