/**
 * Products with matrices in the backend's precision. `frozenLinear` is y = x Wᵀ with W frozen: dx = dy W, nothing for
 * W. `linear` is the same with W trained (float32 master, product in the backend's precision): dW = dyᵀ x.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { keptInput } from './keptInputs.ts';
import { matMulKernel } from './kernels.ts';

const asStored = { transposeA: false, transposeB: false } as const;
const withTransposed = { transposeA: false, transposeB: true } as const;
const transposedWith = { transposeA: true, transposeB: false } as const;

/**
 * x (N, in), w (out, in) frozen → (N, out) float32. Gradient to x only. w is not kept, as it outlives the step:
 * WebAssembly copies what is kept, so that each step would hold a second model.
 */
export function frozenLinear(x: Tensor, w: Tensor): Tensor {
  return differentiable([x], () => ({
    value: matMulKernel(x, w, withTransposed),
    gradient: (dy) => [matMulKernel(dy, w, asStored)],
  }));
}

/**
 * The same with w (out, in) of this step: kept itself, x is not. For a factor that gets no gradient, so that the memory
 * of a step does not hold the inputs of its layers.
 */
export function constantLinear(x: Tensor, w: Tensor): Tensor {
  return differentiable([x], () => ({
    value: matMulKernel(x, w, withTransposed),
    keep: [w],
    gradient: (dy, [weight]) => [matMulKernel(dy, weight, asStored)],
  }));
}

/** x (N, in), w (out, in) trained → (N, out) float32. Gradients to both; x is kept in the backend's precision. */
export function linear(x: Tensor, w: Tensor): Tensor {
  return differentiable([x, w], () => {
    const { keep, restore } = keptInput(x);
    return {
      value: matMulKernel(x, w, withTransposed),
      keep: [w, ...keep],
      gradient: (dy, [weight, ...kept]) => [matMulKernel(dy, weight, asStored), weightGradient(dy, restore(kept))],
    };
  });
}

/** dyᵀ x, the narrower one transposed: a low-rank factor is 8 columns against 1,536, and transposing those is cheap. */
function weightGradient(dy: Tensor, x: Tensor): Tensor {
  const [out, into] = [dy.shape[1] as number, x.shape[1] as number];
  if (out <= into) return matMulKernel(dy, x, transposedWith);
  return matMulKernel(x, dy, transposedWith).transpose();
}
