/**
 * Gemma 2 (2024, arXiv 2408.00118) and Gemma 3 (2025, arXiv 2503.19786): norms with a gain of 1 + weight around
 * attention and feed-forward, GeGLU, scaled embeddings; Gemma 2 caps scores and logits, Gemma 3 norms the heads of
 * query and key.
 */
import type { ModelShape } from '../../contract/families/family.ts';
import type { GemmaDetails } from '../../contract/families/gemma.ts';
import { gemma2Details } from '../../contract/families/gemma2.ts';
import { gemma3Details } from '../../contract/families/gemma3.ts';
import type { AttentionPlan, DecoderPlan, LayerPlan, NormPlan } from './decoderPlan.ts';
import { llamaLikePlan } from './llama.ts';

export function gemma2Plan(config: Readonly<Record<string, unknown>>, shape: ModelShape): DecoderPlan {
  const details = gemma2Details(config);
  const { rope, windows } = details;
  return gemmaPlan(shape, details, (layer) => ({ rope, window: windows[layer] }));
}

export function gemma3Plan(config: Readonly<Record<string, unknown>>, shape: ModelShape): DecoderPlan {
  const details = gemma3Details(config);
  return gemmaPlan(shape, details, (layer, prefix) => ({
    ...details.layers[layer],
    headNorms: { query: norm(`${prefix}self_attn.q_norm`), key: norm(`${prefix}self_attn.k_norm`) },
  }));
}

function gemmaPlan(
  shape: ModelShape,
  { embeddingScale, scale, scoreCap, logitCap }: GemmaDetails,
  attentionOf: (layer: number, prefix: string) => Partial<AttentionPlan>,
): DecoderPlan {
  const plan = llamaLikePlan(shape, (layer, prefix) => ({ scale, softCap: scoreCap, ...attentionOf(layer, prefix) }));
  return {
    ...plan,
    embeddingScale,
    logitSoftCap: logitCap,
    layers: plan.layers.map(withGemmaNorms),
    finalNorm: norm('model.norm'),
  };
}

function withGemmaNorms(layer: LayerPlan): LayerPlan {
  const { prefix } = layer;
  return {
    ...layer,
    attentionNorm: norm(`${prefix}input_layernorm`),
    afterAttention: norm(`${prefix}post_attention_layernorm`),
    feedForwardNorm: norm(`${prefix}pre_feedforward_layernorm`),
    feedForward: { ...layer.feedForward, activation: 'geGlu' },
    afterFeedForward: norm(`${prefix}post_feedforward_layernorm`),
  };
}

function norm(name: string): NormPlan {
  return { kind: 'rms', name, plusOne: true };
}
