/**
 * Weights (N, h) of the bank's vectors in each sub-vector: top-k where it is used, and while training what the person
 * chose. Gumbel's numbers are those of Jang et al. 2017 (arXiv 1611.01144), the noisy top-k is that of Shazeer et al.
 * 2017 (arXiv 1701.06538) with one deviation for all; how the VB-LoRA paper had them is not known in detail.
 */
import type { BindContext } from '../../engine/adapters/adapterMethod.ts';
import { straightThroughTopK, topKSoftmax } from '../../engine/ops/topKSoftmax.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import type { VbloraOptions } from './spec.ts';

/** A uniform number of exactly 0 or 1 has no logarithm of its logarithm. */
const edge = 1e-7;

/** Logits (N, h) to weights (N, h). */
export function chosenWeights(logits: Tensor, options: VbloraOptions, { noise }: Pick<BindContext, 'noise'>): Tensor {
  const { selection, topk, selectionNoise, selectionTemperature } = options;
  if (noise === undefined || selection === 'topk') return topKSoftmax(logits, topk);
  const uniform = (name: string): Tensor => tf.clipByValue(noise(logits.shape, `vblora ${name}`), edge, 1 - edge);
  if (selection === 'noisy') {
    const normal = uniform('length')
      .log()
      .mul(-2)
      .sqrt()
      .mul(
        uniform('angle')
          .mul(2 * Math.PI)
          .cos(),
      );
    return topKSoftmax(logits.add(normal.mul(selectionNoise)), topk);
  }
  const sampled = logits.sub(uniform('gumbel').log().neg().log()).div(selectionTemperature);
  return selection === 'gumbel' ? tf.softmax(sampled) : straightThroughTopK(sampled, topk);
}
