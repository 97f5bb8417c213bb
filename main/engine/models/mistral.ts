/** Mistral (Jiang et al. 2023, arXiv 2310.06825): Llama with a sliding window. */
import type { ModelShape } from '../../contract/families/family.ts';
import { mistralDetails } from '../../contract/families/mistral.ts';
import type { DecoderPlan } from './decoderPlan.ts';
import { llamaLikePlan } from './llama.ts';

export function mistralPlan(config: Readonly<Record<string, unknown>>, shape: ModelShape): DecoderPlan {
  const { rope, window } = mistralDetails(config);
  return llamaLikePlan(shape, () => ({ rope, window }));
}
