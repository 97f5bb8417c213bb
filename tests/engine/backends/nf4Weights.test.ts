/**
 * Frozen NF4 matrices on every backend against the values that they stand for: a wrong scale, a block that is cut in
 * the wrong place or a missing transpose shows. Matrices are tall enough to be cut into slices.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { expand } from '../../../main/engine/ops/kernels.ts';
import { frozenLinear } from '../../../main/engine/ops/frozenLinear.ts';
import { gatherRows } from '../../../main/engine/ops/gatherRows.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { openBackend } from '../../../main/engine/backends/registry.ts';
import { tf, type Tensor } from '../../../main/engine/tf.ts';
import { dequantiseNf4, quantiseNf4 } from '../../../main/formats/nf4.ts';
import { backendSettings, describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { withoutPrecision } from '../../support/dequantisedModel.ts';

function values(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, at) => Math.sin((at + 1) * 12.9898 + seed * 78.233));
}

function standsFor(source: Float32Array): Float32Array {
  const result = new Float32Array(source.length);
  dequantiseNf4(quantiseNf4(source.length, [source]), 0, result);
  return result;
}

/** x (K) · wᵀ for w (M, K), or dy (M) · w. */
function product(x: ArrayLike<number>, w: Float32Array, [M, K]: readonly number[], transposed: boolean): Float64Array {
  const y = new Float64Array(transposed ? M : K);
  for (let m = 0; m < M; m++) for (let k = 0; k < K; k++) y[transposed ? m : k] += x[transposed ? k : m] * w[m * K + k];
  return y;
}

interface Reference {
  readonly input_ids: number[][];
}

describeOnBackends(
  'nf4 weights',
  (name) => {
    let backend: Backend;
    const upload = (source: Float32Array, shape: readonly [number, number]): Tensor =>
      backend.frozenWeight(shape, {
        pieces: [
          { from: 0, values: source.subarray(0, shape[1] * 3) },
          { from: shape[1] * 3, values: source.subarray(shape[1] * 3) },
        ],
        isLinear: true,
      });
    beforeAll(async () => {
      backend = await openTestBackend(name, 'nf4');
    });

    test.each([
      ['less than a block', [5, 4]],
      ['rows that begin within a block, in several slices', [3100, 725]],
      ['several slices', [1100, 2048]],
    ] as const)('product and gradient, %s', async (_, shape) => {
      const [M, K] = shape;
      const source = values(M * K, 9);
      const [x, dy] = [values(K, 1), values(M, 2)];
      const weight = upload(source, shape);
      const step = backend.compile('nf4', ({ x: input, dy: outer }) => {
        const { value, grad } = tf.valueAndGrad((at: Tensor) => frozenLinear(at, weight).mul(outer).sum().asScalar())(
          input,
        );
        return { value, grad, y: frozenLinear(input, weight), all: expand(weight) };
      });
      const outputs = step({ x: tf.tensor2d(x, [1, K]), dy: tf.tensor2d(dy, [1, M]) });
      const twin = standsFor(source);
      expect(await outputs.all.data()).toEqual(twin);
      expect(relativeError(await outputs.y.data(), [...product(x, twin, shape, true)])).toBeLessThan(1e-5);
      expect(relativeError(await outputs.grad.data(), [...product(dy, twin, shape, false)])).toBeLessThan(1e-4);
      tf.dispose([outputs, weight]);
      step.dispose();
    });

    test('lookup of rows', async () => {
      const source = values(40 * 6, 3);
      const table = upload(source, [40, 6]);
      const lookup = backend.compile('lookup', ({ ids }) => ({ rows: gatherRows(table, ids) }));
      const { rows } = lookup({ ids: tf.tensor1d([39, 0, 7, 7], 'int32') });
      const twin = standsFor(source);
      expect([...(await rows.data())]).toEqual([39, 0, 7, 7].flatMap((id) => [...twin.subarray(id * 6, id * 6 + 6)]));
    });

    test('what is no linear layer keeps its numbers', async () => {
      const source = values(40 * 6, 3);
      const table = backend.frozenWeight([40, 6], { pieces: [{ from: 0, values: source }] });
      expect(await expand(table).data()).toEqual(source);
    });

    test('dispose with what belongs to them, and leave nothing behind', () => {
      upload(values(40 * 6, 3), [40, 6]).dispose(); // tables stay for as long as the backend
      const before = backend.liveTensors();
      const weight = upload(values(40 * 6, 3), [40, 6]);
      expect(backend.liveTensors()).toBeGreaterThan(before);
      weight.dispose();
      expect(backend.liveTensors()).toBe(before);
    });

    test.each(['arch_llama_biases', 'arch_gpt2'])('%s has the logits of a model with those values', async (family) => {
      const folder = fixturePath(family);
      const { input_ids: ids } = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Reference;
      const logitsOf = async (on: Backend, dir: string): Promise<number[]> => {
        const model = loadModel(on, dir);
        const forward = on.compile('logits', (inputs) => ({ logits: model.logits(model.hidden(inputs.ids)) }));
        const { logits } = forward({ ids: tf.tensor2d(ids, undefined, 'int32') });
        const found = [...(await logits.data())];
        forward.dispose();
        model.dispose();
        return found;
      };
      const found = await logitsOf(backend, folder);
      const other = await openBackend(backendSettings.cpu);
      const expected = await logitsOf(other, await withoutPrecision(folder, standsFor));
      await openBackend({ ...backendSettings[name], precision: 'nf4', products: 'float32' });
      expect(relativeError(found, expected)).toBeLessThan(1e-5);
    });
  },
  'nf4',
);
