/**
 * Rotary position embedding in the half-split layout of Hugging Face (Su et al. 2021, arXiv 2104.09864):
 * y = x·cos + rotate(x)·sin, rotate([u, v]) = [−v, u]. The gradient is the rotation by −angle.
 * Scaled contexts: `linear` and `dynamic` (NTK), `yarn` (Peng et al. 2023, arXiv 2309.00071), `llama3`, `longrope`
 * (Ding et al. 2024, arXiv 2402.13753), each as transformers computes it.
 */
import { llama3Factors } from '../../contract/families/rope.ts';
import type { RopeParameters } from '../../contract/families/rope.ts';
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';

/** Angle of each pair per position, for sequences of up to `length` tokens, float32. */
export function ropeFrequencies(rope: RopeParameters, headDim: number, length: number): Float32Array {
  const pairs = headDim / 2;
  const theta = rope.kind === 'dynamic' ? dynamicTheta(rope, headDim, length) : rope.theta;
  const plain = Float32Array.from({ length: pairs }, (_, pair) => 1 / theta ** ((2 * pair) / headDim));
  if (rope.kind === 'linear') return plain.map((frequency) => frequency / rope.factor);
  if (rope.kind === 'longrope') return plain.map((frequency, pair) => frequency / rope.shortFactors[pair]);
  if (rope.kind === 'llama3') {
    const factors = llama3Factors(rope, headDim);
    return plain.map((frequency, pair) => frequency / factors[pair]);
  }
  if (rope.kind === 'yarn') {
    const kept = yarnRamp(rope, headDim);
    return plain.map((frequency, pair) => (frequency / rope.factor) * (1 - kept[pair]) + frequency * kept[pair]);
  }
  return plain;
}

/** The base grows with a sequence that is longer than the model's context, and only then. */
function dynamicTheta(
  { theta, factor, maxPositions }: Extract<RopeParameters, { kind: 'dynamic' }>,
  headDim: number,
  length: number,
): number {
  const stretch = (factor * Math.max(length, maxPositions)) / maxPositions - (factor - 1);
  return theta * stretch ** (headDim / (headDim - 2));
}

/** How much of each frequency is kept unscaled: 1 for short waves, 0 for long ones. */
function yarnRamp(rope: Extract<RopeParameters, { kind: 'yarn' }>, headDim: number): number[] {
  const { theta, betaFast, betaSlow, originalMaxPositions, truncate } = rope;
  const dimensionOf = (turns: number): number =>
    (headDim * Math.log(originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [fast, slow] = [dimensionOf(betaFast), dimensionOf(betaSlow)];
  const low = Math.max(truncate ? Math.floor(fast) : fast, 0);
  const bound = Math.min(truncate ? Math.ceil(slow) : slow, headDim - 1);
  const high = bound === low ? low + 0.001 : bound;
  return Array.from({ length: headDim / 2 }, (_, pair) => 1 - Math.min(1, Math.max(0, (pair - low) / (high - low))));
}

/** cos and sin of position · frequency, each (positions, headDim) with both halves filled. */
export function ropeTables(
  positions: number,
  headDim: number,
  rope: RopeParameters,
): { readonly cos: Float32Array; readonly sin: Float32Array } {
  const half = headDim / 2;
  const cos = new Float32Array(positions * headDim);
  const sin = new Float32Array(positions * headDim);
  const scale = 'attentionFactor' in rope ? rope.attentionFactor : 1;
  for (const [i, frequency] of ropeFrequencies(rope, headDim, positions).entries()) {
    for (let position = 0; position < positions; position++) {
      const angle = Math.fround(position * frequency);
      for (const at of [position * headDim + i, position * headDim + half + i]) {
        cos[at] = Math.cos(angle) * scale;
        sin[at] = Math.sin(angle) * scale;
      }
    }
  }
  return { cos, sin };
}

function rotate(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  const [u, v] = tf.split(x, 2, -1);
  return x.mul(cos).add(tf.concat([v.neg(), u], -1).mul(sin));
}

/** x (…, T, headDim), cos and sin (T, headDim) or with leading axes of 1 or x's own → same shape as x. */
export function rope(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  return differentiable([x], () => ({
    value: rotate(x, cos, sin),
    keep: [cos, sin],
    gradient: (dy, [c, s]) => [rotate(dy, c, s.neg())],
  }));
}
