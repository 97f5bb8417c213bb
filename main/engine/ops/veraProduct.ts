/**
 * The layer's own part of VeRA (arXiv 2310.11454): y = b ⊙ (B u), u = d ⊙ z, z = A x, with B frozen. For g = ∂L/∂y:
 * ∂b = Σ g ⊙ (B u), h = Bᵀ (g ⊙ b), ∂d = Σ h ⊙ z, ∂z = d ⊙ h.
 * One op rather than four, so that only z and B u are kept for the backward pass, in the backend's precision.
 */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { compact, expand, matMulKernel } from './kernels.ts';

export interface VeraVectors {
  readonly d: Tensor; // (r)
  readonly b: Tensor; // (out)
}

/** z (N, r), matrix B (out, r) frozen → (N, out). Gradients to z, d and b. */
export function veraProduct(z: Tensor, { d, b }: VeraVectors, matrix: Tensor): Tensor {
  return differentiable([z, d, b], () => {
    const product = matMulKernel(tf.mul(z, d), matrix, { transposeA: false, transposeB: true });
    return {
      value: tf.mul(product, b),
      keep: [compact(z), compact(product), d, b],
      gradient: (dy, [keptZ, keptProduct, keptD, keptB]) => {
        const h = matMulKernel(tf.mul(dy, keptB), matrix, { transposeA: false, transposeB: false });
        return [tf.mul(h, keptD), tf.sum(tf.mul(h, expand(keptZ)), 0), tf.sum(tf.mul(dy, expand(keptProduct)), 0)];
      },
    };
  });
}
