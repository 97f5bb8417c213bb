/** Qwen3 (Yang et al. 2025, arXiv 2505.09388): Llama with an RMS norm on every head of query and key. */
import type { ModelShape } from '../../contract/families/family.ts';
import { qwen3Details } from '../../contract/families/qwen3.ts';
import type { DecoderPlan } from './decoderPlan.ts';
import { llamaLikePlan } from './llama.ts';

export function qwen3Plan(config: Readonly<Record<string, unknown>>, shape: ModelShape): DecoderPlan {
  const { rope, windows } = qwen3Details(config);
  return llamaLikePlan(shape, (layer, prefix) => ({
    rope,
    window: windows[layer],
    headNorms: {
      query: { kind: 'rms', name: `${prefix}self_attn.q_norm` },
      key: { kind: 'rms', name: `${prefix}self_attn.k_norm` },
    },
  }));
}
