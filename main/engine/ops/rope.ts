/**
 * Rotary position embedding in the half-split layout of Hugging Face Llama (Su et al. 2021, arXiv 2104.09864):
 * y = x·cos + rotate(x)·sin, rotate([u, v]) = [−v, u]. The gradient is the rotation by −angle.
 */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';

/** cos and sin tables of angles position · θ^(−2i/headDim), each (positions, headDim) with both halves filled. */
export function ropeTables(positions: number, headDim: number, theta: number): { readonly cos: Float32Array; readonly sin: Float32Array } {
  const half = headDim / 2;
  const cos = new Float32Array(positions * headDim);
  const sin = new Float32Array(positions * headDim);
  for (let i = 0; i < half; i++) {
    const frequency = Math.fround(1 / theta ** ((2 * i) / headDim));
    for (let position = 0; position < positions; position++) {
      const angle = Math.fround(position * frequency);
      for (const at of [position * headDim + i, position * headDim + half + i]) {
        cos[at] = Math.cos(angle);
        sin[at] = Math.sin(angle);
      }
    }
  }
  return { cos, sin };
}

function rotate(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  const [u, v] = tf.split(x, 2, -1);
  return x.mul(cos).add(tf.concat([v.neg(), u], -1).mul(sin));
}

/** x (…, T, headDim), cos and sin (T, headDim) → same shape as x. */
export function rope(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  return differentiable([x], () => ({
    value: rotate(x, cos, sin),
    keep: [cos, sin],
    gradient: (dy, [c, s]) => [rotate(dy, c, s.neg())],
  }));
}
