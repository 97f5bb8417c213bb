/** Phi-3 (Abdin et al. 2024, arXiv 2404.14219): Llama with fused linear layers and perhaps a sliding window. */
import type { ModelShape } from '../../contract/families/family.ts';
import { phi3Details } from '../../contract/families/phi3.ts';
import type { DecoderPlan } from './decoderPlan.ts';
import { llamaLikePlan } from './llama.ts';

export function phi3Plan(config: Readonly<Record<string, unknown>>, shape: ModelShape): DecoderPlan {
  const { rope, rotatedDim, window } = phi3Details(config);
  const plan = llamaLikePlan(shape, (_layer, prefix) => ({
    rope,
    rotatedDim,
    window,
    queryKeyValue: [`${prefix}self_attn.qkv_proj`],
  }));
  const layers = plan.layers.map((layer) => ({
    ...layer,
    feedForward: { ...layer.feedForward, inputs: [`${layer.prefix}mlp.gate_up_proj`] },
  }));
  return { ...plan, layers };
}
