/**
 * Qwen2 and Qwen2.5 (Yang et al. 2024, arXiv 2407.10671): Llama, with biases that come with the weights of its linear
 * layers.
 */
import type { ModelShape } from '../../contract/families/family.ts';
import { qwen2Details } from '../../contract/families/qwen2.ts';
import type { DecoderPlan } from './decoderPlan.ts';
import { llamaLikePlan } from './llama.ts';

export function qwen2Plan(config: Readonly<Record<string, unknown>>, shape: ModelShape): DecoderPlan {
  const { rope, windows } = qwen2Details(config);
  return llamaLikePlan(shape, (layer) => ({ rope, window: windows[layer] }));
}
