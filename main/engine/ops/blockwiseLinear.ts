/**
 * The product with ΔW of MiSS in its form "bat" (Kang and Yin 2024, arXiv 2409.15371): of each r × r block of the
 * base's W, in row p and column q of blocks, ΔW_pq = W_pq D_p + D_p. ΔW is made for the pass and made again for the
 * gradient, so that what is kept is x alone: dx = dy ΔW, and with G = dyᵀ x in blocks dD_p = Σ_q (W_pqᵀ + I) G_pq.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { keptInput } from './keptInputs.ts';
import { batchMatMulKernel, expand, matMulKernel } from './kernels.ts';

const asStored = { transposeA: false, transposeB: false } as const;
const withTransposed = { transposeA: false, transposeB: true } as const;
const transposedWith = { transposeA: true, transposeB: false } as const;

/** x (N, in), blocks D (out/r, r, r) trained, w (out, in) frozen → x ΔWᵀ (N, out) float32. Gradients to x and D. */
export function blockwiseLinear(x: Tensor, blocks: Tensor, w: Tensor): Tensor {
  const [rows, width] = [x.shape[0], blocks.shape[2] as number];
  return differentiable([x, blocks], () => {
    const { keep, restore } = keptInput(x);
    return {
      value: rows < width ? ofFewRows(x, blocks, w) : matMulKernel(x, change(blocks, w), withTransposed),
      keep: [blocks, ...keep],
      gradient: (dy, [kept, ...input]) => [
        matMulKernel(dy, change(kept, w), asStored),
        blockGradient(matMulKernel(dy, restore(input), transposedWith), kept, w),
      ],
    };
  });
}

/** P rows and Q columns of blocks of r by r. */
function sizesOf(blocks: Tensor, w: Tensor) {
  const [P, r] = blocks.shape as [number, number, number];
  const [out, into] = w.shape as [number, number];
  return { P, Q: into / r, r, out, into };
}

/** ΔW (out, in). */
function change(blocks: Tensor, w: Tensor): Tensor {
  const { P, Q, r, out, into } = sizesOf(blocks, w);
  const product = batchMatMulKernel(expand(w).reshape([P, r * Q, r]), blocks, asStored);
  return product
    .reshape([P, r, Q, r])
    .add(blocks.reshape([P, r, 1, r]))
    .reshape([out, into]);
}

/** For tokens one by one ΔW itself would cost r times the base's product: D_p x_q for all p and q first, then W. */
function ofFewRows(x: Tensor, blocks: Tensor, w: Tensor): Tensor {
  const { P, Q, r, out, into } = sizesOf(blocks, w);
  const [rows] = x.shape;
  const turned = matMulKernel(x.reshape([rows * Q, r]), blocks.reshape([out, r]), withTransposed) // (N Q, P r)
    .reshape([rows, Q, P, r]);
  const inputs = turned.transpose([2, 0, 1, 3]).reshape([P, rows, into]);
  const products = batchMatMulKernel(inputs, expand(w).reshape([P, r, into]), withTransposed); // (P, N, r)
  return products
    .transpose([1, 0, 2])
    .reshape([rows, out])
    .add(turned.sum(1).reshape([rows, out]));
}

/** G (out, in) → dD (out/r, r, r). */
function blockGradient(gradient: Tensor, blocks: Tensor, w: Tensor): Tensor {
  const { P, Q, r } = sizesOf(blocks, w);
  const ofWeight = batchMatMulKernel(expand(w).reshape([P, r * Q, r]), gradient.reshape([P, r * Q, r]), transposedWith);
  return ofWeight.add(gradient.reshape([P, r, Q, r]).sum(2));
}
