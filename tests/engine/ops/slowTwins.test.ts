/**
 * Fused ops against the same written out in plain tfjs, values and gradients, on every backend: a wrong cap, scale or
 * norm shows here.
 */
import { beforeAll, expect, test } from 'vitest';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { attention } from '../../../main/engine/ops/attention.ts';
import { cachedAttention, slotWriter } from '../../../main/engine/ops/cachedAttention.ts';
import { crossEntropySum } from '../../../main/engine/ops/crossEntropy.ts';
import { trainedLayerNorm } from '../../../main/engine/ops/layerNorm.ts';
import { geGlu, tanhGelu } from '../../../main/engine/ops/tanhGelu.ts';
import { tf, type Tensor } from '../../../main/engine/tf.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { relativeError } from '../../support/fixtures.ts';

/** Deterministic values in [−1, 1]. */
function values(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, at) => Math.sin((at + 1) * 12.9898 + seed * 78.233)),
    [...shape],
  );
}

interface Twins {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly fused: (inputs: readonly Tensor[]) => Tensor;
  readonly plain: (inputs: readonly Tensor[]) => Tensor;
}

const capped = (x: Tensor, cap: number): Tensor => x.div(cap).tanh().mul(cap);
const window = [0, -1e9, -1e9, 0, 0, -1e9, -1e9, 0, 0];

function plainGelu(x: Tensor): Tensor {
  const inner = x.add(x.pow(3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
}

/** Of 300 rows most have no weight: of three slices in order of weights one has rows of both kinds, one has none. */
const [manyRows, weightless] = [300, 0.4];
const manyTargets = Int32Array.from({ length: manyRows }, (_, row) => (row * 7) % 5);
const manyWeights = Float32Array.from({ length: manyRows }, (_, row) =>
  (row * 0.618) % 1 < weightless ? 1 + (row % 3) : 0,
);
const causal = Float32Array.from({ length: 25 }, (_, at) => (at % 5 <= Math.floor(at / 5) ? 0 : -1e9));

const twins: readonly Twins[] = [
  {
    name: 'attention in tiles of two rows and one',
    shapes: [
      [2, 1, 10, 3],
      [2, 1, 5, 3],
      [2, 1, 5, 3],
    ],
    fused: ([q, k, v]) => attention(q, k, v, tf.tensor2d(causal, [5, 5]), { isCausal: true, tileElements: 40 }),
    plain: ([q, k, v]) => {
      const scores = tf.matMul(q, k, false, true).div(Math.sqrt(3)).reshape([2, 2, 5, 5]);
      return tf.matMul(tf.softmax(scores.add(tf.tensor2d(causal, [5, 5]))).reshape([2, 1, 10, 5]), v);
    },
  },
  {
    name: 'cross-entropy of rows that are trained and others',
    shapes: [[manyRows, 4]],
    fused: ([hidden]) =>
      crossEntropySum({
        ...{ hidden, head: values([5, 4], 8) },
        targets: tf.tensor1d(manyTargets, 'int32'),
        weights: tf.tensor1d(manyWeights),
      }),
    plain: ([hidden]) => {
      const exponentials = tf.matMul(hidden, values([5, 4], 8), false, true).exp();
      const chosen = exponentials.mul(tf.oneHot(tf.tensor1d(manyTargets, 'int32'), 5).toFloat()).sum(1);
      return exponentials.sum(1).div(chosen).log().mul(tf.tensor1d(manyWeights)).sum();
    },
  },
  {
    name: 'attention with a scale, a soft cap and a window',
    shapes: [
      [1, 2, 6, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
    fused: ([q, k, v]) => attention(q, k, v, tf.tensor2d(window, [3, 3]), { scale: 0.9, softCap: 0.7 }),
    plain: ([q, k, v]) => {
      const scores = capped(tf.matMul(q, k, false, true).mul(0.9), 0.7);
      const mask = tf.tensor2d([...window, ...window], [6, 3]);
      return tf.matMul(tf.softmax(scores.add(mask)), v);
    },
  },
  {
    name: 'cross-entropy with a soft cap',
    shapes: [
      [3, 4],
      [6, 4],
    ],
    fused: ([hidden, head]) =>
      crossEntropySum({
        ...{ hidden, head, trainHead: true, softCap: 0.6 },
        targets: tf.tensor1d([1, 5, 0], 'int32'),
        weights: tf.tensor1d([1, 0, 0.5]),
      }),
    plain: ([hidden, head]) => {
      const exponentials = capped(tf.matMul(hidden, head, false, true), 0.6).exp();
      const chosen = exponentials.mul(tf.oneHot(tf.tensor1d([1, 5, 0], 'int32'), 6).toFloat()).sum(1);
      return exponentials
        .sum(1)
        .div(chosen)
        .log()
        .mul(tf.tensor1d([1, 0, 0.5]))
        .sum();
    },
  },
  { name: 'tanhGelu', shapes: [[3, 4]], fused: ([x]) => tanhGelu(x), plain: ([x]) => plainGelu(x) },
  {
    name: 'geGlu',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    fused: ([gate, up]) => geGlu(gate, up),
    plain: ([gate, up]) => plainGelu(gate).mul(up),
  },
  {
    name: 'layerNorm',
    shapes: [[3, 4], [4], [4]],
    fused: ([x, w, b]) => trainedLayerNorm(x, w, b, 1e-5),
    plain: ([x, w, b]) => {
      const centred = x.sub(x.mean(1, true));
      return centred.div(centred.square().mean(1, true).add(1e-5).sqrt()).mul(w).add(b);
    },
  },
];

describeOnBackends('fused ops and their slow twins', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openTestBackend(name);
  });

  test.each(twins)('$name', async ({ shapes, fused, plain }) => {
    const inputs = Object.fromEntries(shapes.map((shape, index) => [String(index), values(shape, index)]));
    const run = (op: Twins['fused']) =>
      backend.compile('twin', (given) => {
        const xs = shapes.map((_, index) => given[index]);
        const { grads } = tf.valueAndGrads((...each: Tensor[]) => {
          const y = op(each);
          return y.mul(values(y.shape, 7)).sum().asScalar();
        })(xs);
        return { value: op(xs), ...Object.fromEntries(grads.map((gradient, index) => [`d${index}`, gradient])) };
      })(inputs);
    const [found, expected] = [run(fused), run(plain)];
    for (const key of Object.keys(expected))
      expect(relativeError(await found[key].data(), await expected[key].data()), key).toBeLessThan(1e-5);
  });

  test('attention over a cache in two parts is attention over its filled slots', async () => {
    const [B, KV, d] = [2, 2, 4];
    const [keys, rows] = [values([B, KV, 5, d], 1), values([B, KV, 2, d], 2)];
    // Row 0 has three slots filled and writes behind them, row 1 five and writes from the start of the recent part.
    const filled = [3, 5];
    const mask = filled.map((count) => Array.from({ length: 5 }, (_, slot) => (slot < count ? 0 : -1e9)));
    const write = slotWriter(tf.tensor1d([1, 0]), { rows: 2, slots: 3, heads: KV });
    const recent = write(tf.zeros([B, KV, 3, d]), rows);
    const recentMask = [[-1e9, 0, 0], [0, 0, -1e9]]; // oxfmt-ignore
    const q = values([B, KV, 3, d], 3);
    const options = { scale: 0.9, softCap: 0.7 };
    const parts = [
      { keys, values: keys, mask: tf.tensor2d(mask).reshape([B, 1, 1, 5]) },
      { keys: recent, values: recent, mask: tf.tensor2d(recentMask).reshape([B, 1, 1, 3]) },
    ];
    const found = cachedAttention(q, parts, options);
    for (const [row, count] of filled.entries()) {
      const all = tf.concat(
        [keys.slice([row, 0, 0, 0], [1, KV, count, d]), rows.slice([row, 0, 0, 0], [1, KV, 2, d])],
        2,
      );
      const whole = attention(q.slice([row, 0, 0, 0], [1, KV, 3, d]), all, all, tf.zeros([3, count + 2]), options);
      expect(relativeError(await found.slice([row, 0, 0, 0], [1, KV, 3, d]).data(), await whole.data())).toBeLessThan(
        1e-5,
      );
    }
  });
});
