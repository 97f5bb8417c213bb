/**
 * Clipping by global norm as torch.nn.utils.clip_grad_norm_: g ← g · min(1, max / (‖g‖₂ + 1e-6)), the norm taken over
 * all groups together. A maximum of infinity leaves the gradients as they are.
 */
import { tf } from '../tf.ts';
import type { Tensor } from '../tf.ts';

/** Traced: flat gradients and a scalar maximum → clipped gradients and the norm before clipping (scalar). */
export function clipByGlobalNorm(
  gradients: readonly Tensor[],
  maxNorm: Tensor,
): { readonly clipped: Tensor[]; readonly norm: Tensor } {
  const norm = tf.addN(gradients.map((gradient) => gradient.square().sum())).sqrt();
  const factor = maxNorm.div(norm.add(1e-6)).minimum(1);
  return { clipped: gradients.map((gradient) => gradient.mul(factor)), norm };
}
