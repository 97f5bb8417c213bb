/**
 * Frozen int8 matrices on every backend against a slow twin in float64 over the integers and scales themselves: a wrong
 * scale, a slice in the wrong place or a missing transpose shows. Matrices are tall enough to be cut into slices.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { quantiseRows } from '../../../main/engine/backends/int8Rows.ts';
import { crossEntropySum } from '../../../main/engine/ops/crossEntropy.ts';
import { frozenLinear } from '../../../main/engine/ops/frozenLinear.ts';
import { gatherRows } from '../../../main/engine/ops/gatherRows.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf, type Tensor } from '../../../main/engine/tf.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { breadth } from '../../support/breadth.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';

function values(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, at) => Math.sin((at + 1) * 12.9898 + seed * 78.233));
}

/** What an int8 matrix stands for, in float64. */
function standsFor(source: Float32Array, columns: number): Float64Array {
  const into = { values: new Int8Array(source.length), scales: new Float32Array(source.length / columns) };
  quantiseRows(source, columns, into);
  return Float64Array.from(into.values, (value, at) => value * into.scales[Math.floor(at / columns)]);
}

/** x (N, K) · wᵀ for w (M, K), or dy (N, M) · w. */
function product(
  x: ArrayLike<number>,
  w: Float64Array,
  [N, M, K]: readonly [number, number, number],
  transposed: boolean,
): Float64Array {
  const y = new Float64Array(N * (transposed ? M : K));
  for (let n = 0; n < N; n++) {
    for (let m = 0; m < M; m++) {
      for (let k = 0; k < K; k++) {
        if (transposed) y[n * M + m] += x[n * K + k] * w[m * K + k];
        else y[n * K + k] += x[n * M + m] * w[m * K + k];
      }
    }
  }
  return y;
}

/** Random weights of 32 to 64 columns: int8 costs these far more than a real model. */
const families = ['arch_llama_biases', 'arch_gemma2', 'arch_gpt2', 'arch_phi3', 'arch_qwen3'];

interface Reference {
  readonly input_ids: number[][];
  readonly logits: { readonly data: number[] };
}

/** 2.2 million elements: several slices on every backend. */
const tall = [1100, 2048] as const;

describeOnBackends('int8 weights', (name) => {
  let backend: Backend;
  const upload = (source: Float32Array, shape: readonly [number, number]): Tensor =>
    backend.frozenWeight(shape, {
      pieces: [
        { from: 0, values: source.subarray(0, shape[1] * 3) },
        { from: shape[1] * 3, values: source.subarray(shape[1] * 3) },
      ],
    });
  beforeAll(async () => {
    backend = await openTestBackend(name, 'int8');
  });

  const shapes = [['one slice', [5, 4]], ['several slices', tall]] as const; // oxfmt-ignore
  test.each(breadth(shapes, ([, [rows]]) => name !== 'webgpu' || rows < 100))(
    'product and gradient, %s',
    async (_, shape) => {
      const [M, K] = shape;
      const N = 1;
      const source = values(M * K, 9);
      const [x, dy] = [values(N * K, 1), values(N * M, 2)];
      const weight = upload(source, shape);
      const step = backend.compile('int8', ({ x: input, dy: outer }) => {
        const { value, grad } = tf.valueAndGrad((at: Tensor) => frozenLinear(at, weight).mul(outer).sum().asScalar())(
          input,
        );
        return { value, grad, y: frozenLinear(input, weight) };
      });
      const outputs = step({ x: tf.tensor2d(x, [N, K]), dy: tf.tensor2d(dy, [N, M]) });
      const twin = standsFor(source, K);
      expect(relativeError(await outputs.y.data(), product(x, twin, [N, M, K], true))).toBeLessThan(1e-5);
      expect(relativeError(await outputs.grad.data(), product(dy, twin, [N, M, K], false))).toBeLessThan(1e-4);
      tf.dispose([outputs, weight]);
      step.dispose();
    },
  );

  test('lookup of rows', async () => {
    const source = values(40 * 6, 3);
    const table = upload(source, [40, 6]);
    const lookup = backend.compile('lookup', ({ ids }) => ({ rows: gatherRows(table, ids) }));
    const { rows } = lookup({ ids: tf.tensor1d([39, 0, 7, 7], 'int32') });
    const twin = standsFor(source, 6);
    expect(
      relativeError(
        await rows.data(),
        [39, 0, 7, 7].flatMap((id) => [...twin.subarray(id * 6, id * 6 + 6)]),
      ),
    ).toBeLessThan(1e-6);
  });

  test('loss over an int8 head is that over its float32 values, gradient too', async () => {
    const [V, D] = [50, 6];
    const source = values(V * D, 4);
    const heads = {
      int8: upload(source, [V, D]),
      float32: backend.frozen(Float32Array.from(standsFor(source, D)), [V, D]),
    };
    const results: Record<string, readonly [number, Float32Array]> = {};
    for (const [kind, head] of Object.entries(heads)) {
      const loss = (hidden: Tensor): Tensor =>
        crossEntropySum({ hidden, head, targets: tf.tensor1d([3, 49], 'int32'), weights: tf.tensor1d([1, 0.5]) });
      const step = backend.compile(`loss ${kind}`, ({ hidden }) => {
        const { value, grad } = tf.valueAndGrad((at: Tensor) => loss(at).asScalar())(hidden);
        return { value, grad };
      });
      const { value, grad } = step({ hidden: tf.tensor2d(values(2 * D, 5), [2, D]) });
      results[kind] = [(await value.data())[0], (await grad.data()) as Float32Array];
    }
    expect(results.int8[0]).toBeCloseTo(results.float32[0], 5);
    expect(relativeError(results.int8[1], [...results.float32[1]])).toBeLessThan(1e-5);
  });

  test('dispose with their scales, and leave nothing behind', () => {
    const before = backend.liveTensors();
    const weight = upload(values(40 * 6, 3), [40, 6]);
    expect(backend.liveTensors()).toBeGreaterThan(before);
    weight.dispose();
    expect(backend.liveTensors()).toBe(before);
  });

  test.each(breadth(families, (family) => name !== 'webgpu' || family === 'arch_qwen3'))(
    '%s comes close to its float32 logits',
    async (family) => {
      const folder = fixturePath(family);
      const { input_ids: ids, logits: expected } = JSON.parse(
        readFileSync(join(folder, 'reference.json'), 'utf8'),
      ) as Reference;
      const model = loadModel(backend, folder);
      const forward = backend.compile('logits', (inputs) => ({ logits: model.logits(model.hidden(inputs.ids)) }));
      const { logits } = forward({ ids: tf.tensor2d(ids, undefined, 'int32') });
      const error = relativeError(await logits.data(), expected.data);
      expect(error).toBeLessThan(0.1);
      expect(error, 'so close that it cannot have been int8').toBeGreaterThan(1e-4);
      forward.dispose();
      model.dispose();
    },
  );
});
