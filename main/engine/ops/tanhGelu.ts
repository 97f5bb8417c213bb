/**
 * GELU in its tanh form (Hendrycks & Gimpel 2016, arXiv 1606.08415), as GPT-2 (`gelu_new`) and Gemma use it: g(x) = x/2
 * · (1 + t), t = tanh(√(2/π) (x + 0.044715 x³)); g' = (1 + t)/2 + x/2 · (1 − t²) · √(2/π) (1 + 3 · 0.044715 x²). GeGLU
 * multiplies it with a second input (Shazeer 2020, arXiv 2002.05202). Kept: the inputs in the backend's precision.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { compact, expand } from './kernels.ts';

const cubic = 0.044715;
const rootTwoOverPi = Math.sqrt(2 / Math.PI);

function bend(x: Tensor): Tensor {
  return x.square().mul(cubic).add(1).mul(x).mul(rootTwoOverPi).tanh();
}

function value(x: Tensor): Tensor {
  return bend(x).add(1).mul(x).mul(0.5);
}

/** g(x) and g'(x). */
function valueAndSlope(x: Tensor): readonly [Tensor, Tensor] {
  const t = bend(x);
  const opened = t.add(1).mul(0.5);
  const inner = x
    .square()
    .mul(3 * cubic)
    .add(1)
    .mul(0.5 * rootTwoOverPi);
  const slope = t.square().mul(-1).add(1).mul(x).mul(inner).add(opened);
  return [opened.mul(x), slope];
}

/** x (N, I) → (N, I). */
export function tanhGelu(x: Tensor): Tensor {
  return differentiable([x], () => ({
    value: value(x),
    keep: [compact(x)],
    gradient: (dy, [kept]) => [dy.mul(valueAndSlope(expand(kept))[1])],
  }));
}

/** gate and up (N, I) → (N, I). */
export function geGlu(gate: Tensor, up: Tensor): Tensor {
  return differentiable([gate, up], () => ({
    value: value(gate).mul(up),
    keep: [compact(gate), compact(up)],
    gradient: (dy, kept) => {
      const [g, u] = kept.map(expand);
      const [gated, slope] = valueAndSlope(g);
      return [dy.mul(u).mul(slope), dy.mul(gated)];
    },
  }));
}
