/**
 * Every op with a gradient of its own, on every backend: the gradient against finite differences in float64-like
 * central steps, so that a wrong term, a missing transpose or a wrong reduction shows.
 */
import { beforeAll, expect, test } from 'vitest';
import { attention } from '../../../main/engine/ops/attention.ts';
import { crossEntropySum } from '../../../main/engine/ops/crossEntropy.ts';
import { frozenLinear, linear } from '../../../main/engine/ops/frozenLinear.ts';
import { gelu } from '../../../main/engine/ops/gelu.ts';
import { gatherTrainedRows } from '../../../main/engine/ops/gatherRows.ts';
import { layerNorm, trainedLayerNorm } from '../../../main/engine/ops/layerNorm.ts';
import { recomputed } from '../../../main/engine/ops/recomputed.ts';
import { rmsNorm, trainedRmsNorm } from '../../../main/engine/ops/rmsNorm.ts';
import { softmaxLossSum, squaredLossSum } from '../../../main/engine/ops/rowLoss.ts';
import { rope, ropeTables } from '../../../main/engine/ops/rope.ts';
import { geGlu, tanhGelu } from '../../../main/engine/ops/tanhGelu.ts';
import { swiGlu } from '../../../main/engine/ops/swiGlu.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { tf, type Tensor } from '../../../main/engine/tf.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { breadth } from '../../support/breadth.ts';

/** Deterministic values in [−1, 1]. */
function values(shape: readonly number[], seed: number): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, (_, at) => Math.sin((at + 1) * 12.9898 + seed * 78.233));
}

interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly op: (backend: Backend, inputs: readonly Tensor[]) => Tensor;
}

const { cos, sin } = ropeTables(3, 4, { kind: 'default', theta: 10_000 });

const cases: readonly Case[] = [
  {
    name: 'frozenLinear',
    shapes: [[3, 4]],
    op: (backend, [x]) => frozenLinear(x, tf.keep(backend.frozen(values([5, 4], 9), [5, 4]))),
  },
  {
    name: 'linear',
    shapes: [
      [3, 4],
      [5, 4],
    ],
    op: (_, [x, w]) => linear(x, w),
  },
  { name: 'rmsNorm', shapes: [[3, 4]], op: (_, [x]) => rmsNorm(x, tf.tensor1d(values([4], 5)), 1e-5) },
  {
    name: 'layerNorm',
    shapes: [[3, 4]],
    op: (_, [x]) => layerNorm(x, tf.tensor1d(values([4], 5)), tf.tensor1d(values([4], 6)), 1e-5),
  },
  { name: 'gelu', shapes: [[3, 4]], op: (_, [x]) => gelu(x.mul(2)) },
  { name: 'trainedRmsNorm', shapes: [[3, 4], [4]], op: (_, [x, w]) => trainedRmsNorm(x, w, 1e-5) },
  { name: 'rope', shapes: [[2, 3, 4]], op: (_, [x]) => rope(x, tf.tensor2d(cos, [3, 4]), tf.tensor2d(sin, [3, 4])) },
  {
    name: 'swiGlu',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    op: (_, [g, u]) => swiGlu(g, u),
  },
  {
    name: 'attention',
    shapes: [
      [1, 2, 6, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
    op: (_, [q, k, v]) => attention(q, k, v, tf.tensor2d([0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0], [3, 3])),
  },
  {
    name: 'attention with a scale, a soft cap and a window',
    shapes: [
      [1, 2, 6, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
    op: (_, [q, k, v]) =>
      attention(q, k, v, tf.tensor2d([0, -1e9, -1e9, 0, 0, -1e9, -1e9, 0, 0], [3, 3]), { scale: 0.9, softCap: 0.7 }),
  },
  {
    name: 'crossEntropySum with a soft cap',
    shapes: [
      [3, 4],
      [6, 4],
    ],
    op: (_, [hidden, head]) =>
      crossEntropySum({
        ...{ hidden, head, trainHead: true, softCap: 0.6 },
        targets: tf.tensor1d([1, 5, 0], 'int32'),
        weights: tf.tensor1d([1, 0, 0.5]),
      }),
  },
  { name: 'tanhGelu', shapes: [[3, 4]], op: (_, [x]) => tanhGelu(x.mul(3)) },
  {
    name: 'geGlu',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    op: (_, [g, u]) => geGlu(g.mul(3), u),
  },
  { name: 'trainedLayerNorm', shapes: [[3, 4], [4], [4]], op: (_, [x, w, b]) => trainedLayerNorm(x, w, b, 1e-5) },
  {
    name: 'crossEntropySum',
    shapes: [[3, 4]],
    op: (backend, [hidden]) =>
      crossEntropySum({
        hidden,
        head: backend.frozen(values([6, 4], 3), [6, 4]),
        targets: tf.tensor1d([1, 5, 0], 'int32'),
        weights: tf.tensor1d([1, 0, 0.5]),
      }),
  },
  {
    name: 'crossEntropySum with a trained head',
    shapes: [
      [3, 4],
      [6, 4],
    ],
    op: (_, [hidden, head]) =>
      crossEntropySum({
        hidden,
        head,
        targets: tf.tensor1d([1, 5, 0], 'int32'),
        weights: tf.tensor1d([1, 0, 0.5]),
        trainHead: true,
      }),
  },
  {
    name: 'softmaxLossSum',
    shapes: [[3, 4]],
    op: (_, [z]) =>
      softmaxLossSum(z, tf.tensor2d([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1], [3, 4]), tf.tensor1d([1, 0, 0.5])),
  },
  {
    name: 'squaredLossSum',
    shapes: [[3, 1]],
    op: (_, [z]) => squaredLossSum(z, tf.tensor2d([0.5, -1, 2], [3, 1]), tf.tensor1d([1, 0, 0.5])),
  },
  {
    name: 'gatherTrainedRows',
    shapes: [[5, 4]],
    op: (_, [table]) => gatherTrainedRows(table, tf.tensor1d([1, 1, 4], 'int32')),
  },
  {
    name: 'recomputed',
    shapes: [
      [3, 4],
      [4, 4],
    ],
    op: (_, [x, w]) => recomputed([x], ([input]) => [swiGlu(linear(input, w), input)], [w])[0],
  },
];

/** Σ c ⊙ op(inputs) with fixed c, so that every output matters differently. */
function weighted(output: Tensor): Tensor {
  return output.mul(tf.tensor(values(output.shape, 7), output.shape)).sum();
}

async function finiteDifference(
  loss: (inputs: readonly Float32Array[]) => Promise<number>,
  inputs: readonly Float32Array[],
  which: number,
  at: number,
): Promise<number> {
  const step = 1e-2;
  const moved = (by: number): readonly Float32Array[] =>
    inputs.map((data, index) =>
      index === which ? data.map((value, position) => (position === at ? value + by : value)) : data,
    );
  return ((await loss(moved(step))) - (await loss(moved(-step)))) / (2 * step);
}

/** Where each value that is read takes milliseconds: what slowTwins.test.ts does not have. */
const onSoftwareGpu = ['linear', 'trainedRmsNorm', 'gatherTrainedRows', 'softmaxLossSum'];

describeOnBackends('gradients', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openTestBackend(name);
  });

  test.each(breadth(cases, ({ name: op }) => name !== 'webgpu' || onSoftwareGpu.includes(op)))(
    '$name',
    async ({ shapes, op }) => {
      const inputs = shapes.map((shape, index) => values(shape, index));
      const tensors = (data: readonly Float32Array[]): Tensor[] =>
        data.map((entry, index) => tf.tensor(entry, [...shapes[index]]));
      const loss = async (data: readonly Float32Array[]): Promise<number> => {
        const sum = tf.tidy(() => weighted(op(backend, tensors(data))));
        const [value] = await sum.data();
        sum.dispose();
        return value;
      };
      const step = backend.compile('gradients', (given) => {
        const { grads } = tf.valueAndGrads((...xs: Tensor[]) => weighted(op(backend, xs)).asScalar())(
          shapes.map((_, index) => given[index]),
        );
        return Object.fromEntries(grads.map((gradient, index) => [String(index), gradient]));
      });
      const gradients = step(Object.fromEntries(tensors(inputs).map((tensor, index) => [String(index), tensor])));
      for (const [index, data] of inputs.entries()) {
        const found = await gradients[index].data();
        const scale = Math.max(...found.map(Math.abs), 1e-3);
        for (const at of data.keys()) {
          const expected = await finiteDifference(loss, inputs, index, at);
          expect(Math.abs(found[at] - expected) / scale, `input ${index}, element ${at}`).toBeLessThan(5e-3);
        }
      }
    },
  );
});
