/**
 * Matrices that a GGUF has in blocks, kept packed on every backend, against the values that the file stands for, to the
 * last bit: a code in the wrong place, a scale of the wrong group or a sum that is rounded twice shows.
 */
import { beforeAll, expect, test } from 'vitest';
import type { Backend, FrozenSource } from '../../../main/engine/backends/backend.ts';
import { frozenLinear } from '../../../main/engine/ops/frozenLinear.ts';
import { gatherRows } from '../../../main/engine/ops/gatherRows.ts';
import { expand } from '../../../main/engine/ops/kernels.ts';
import { tf, type Tensor } from '../../../main/engine/tf.ts';
import { float32ToFloat16 } from '../../../main/formats/floats.ts';
import { blockForms } from '../../../main/formats/ggufBlockForms.ts';
import { type GgufType, ggufTypes } from '../../../main/formats/ggufQuants.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { relativeError } from '../../support/fixtures.ts';

const types = [...ggufTypes.values()].filter(({ name }) => blockForms[name] !== undefined);

/** Blocks of any bits, but for scales and minima, which are numbers. */
function randomBlocks({ name, blockBytes }: GgufType, count: number): Uint8Array {
  let state = 7;
  const bytes = Uint8Array.from({ length: blockBytes * count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
  const { scaleAt, minimum } = blockForms[name];
  for (let block = 0; block < count; block++) {
    const write = (at: number, value: number): void => {
      const [bits] = float32ToFloat16(Float32Array.of(value));
      bytes.set([bits & 255, bits >> 8], block * blockBytes + at);
    };
    write(scaleAt, Math.sin(block + 1) * 0.37);
    if (minimum) write(minimum.at, Math.cos(block + 1) * 0.21);
  }
  return bytes;
}

function sourceOf(type: GgufType, bytes: Uint8Array): FrozenSource {
  const half = Math.floor(bytes.length / type.blockBytes / 2);
  const pieces = () => [
    { from: 0, bytes: bytes.subarray(0, half * type.blockBytes) },
    { from: half, bytes: bytes.subarray(half * type.blockBytes) },
  ];
  return { pieces: [], blocks: { type, pieces } };
}

describeOnBackends(
  'packed weights',
  (name) => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await openTestBackend(name, 'packed');
    });

    test.each(types.map((type) => [type.name, type] as const))('%s', async (_, type) => {
      const shape = [6, type.blockSize * 3] as const;
      const [M, K] = shape;
      const bytes = randomBlocks(type, M * 3);
      const expected = type.decode?.(bytes, M * K) ?? new Float32Array();
      const before = backend.liveTensors();
      const weight = backend.frozenWeight(shape, sourceOf(type, bytes));
      const float = backend.frozen(expected.slice(), shape);
      const step = backend.compile('packed', ({ x, dy, ids }) => {
        const gradientOf = (w: Tensor): Tensor =>
          tf.grad((at: Tensor) => frozenLinear(at, w).mul(dy).sum().asScalar())(x);
        return {
          ...{ all: expand(weight), rows: gatherRows(weight, ids) },
          ...{ y: frozenLinear(x, weight), expectedY: frozenLinear(x, float) },
          ...{ dx: gradientOf(weight), expectedDx: gradientOf(float) },
        };
      });
      const { all, rows, y, expectedY, dx, expectedDx } = step({
        x: tf.tensor2d(
          Float32Array.from({ length: K }, (__, at) => Math.sin(at)),
          [1, K],
        ),
        dy: tf.tensor2d([1, -2, 3, -4, 5, -6], [1, M]),
        ids: tf.tensor1d([5, 0, 2, 2], 'int32'),
      });
      expect(await all.data()).toEqual(expected);
      expect([...(await rows.data())]).toEqual(
        [5, 0, 2, 2].flatMap((id) => [...expected.subarray(id * K, (id + 1) * K)]),
      );
      expect(relativeError(await y.data(), [...(await expectedY.data())])).toBeLessThan(1e-5);
      expect(relativeError(await dx.data(), [...(await expectedDx.data())])).toBeLessThan(1e-5);
      step.dispose();
      weight.dispose();
      float.dispose();
      expect(backend.liveTensors()).toBeLessThanOrEqual(before + 12); // inputs and outputs of the step, and a table
      tf.dispose([all, rows, y, expectedY, dx, expectedDx]);
    });

    test('of a type that is not kept packed, and of no blocks, the numbers are kept', async () => {
      const values = Float32Array.of(1, -2, 3, 0.5);
      const type = [...ggufTypes.values()].find(({ name: known }) => known === 'Q2_K');
      if (type === undefined) throw new Error('no Q2_K');
      const pieces = [{ from: 0, values }];
      for (const source of [{ pieces }, { pieces, blocks: { type, pieces: () => [] } }]) {
        const weight = backend.frozenWeight([2, 2], source);
        expect([...(await expand(weight).data())]).toEqual([...values]);
        weight.dispose();
      }
    });
  },
  'packed',
);
