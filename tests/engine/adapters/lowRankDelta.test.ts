/** A factor that gets no gradient: the same numbers, without the products and the memory of one. */
import { beforeAll, expect, it } from 'vitest';
import { bindLowRank } from '../../../main/engine/adapters/lowRankDelta.ts';
import { outsideBlocks } from '../../../main/engine/models/throughBlocks.ts';
import { tf, type Tensor } from '../../../main/engine/tf.ts';
import { openTestBackend } from '../../support/backends.ts';

beforeAll(async () => {
  await openTestBackend('cpu');
});

const [rows, inFeatures, outFeatures, rank] = [5, 7, 6, 2];
const drawn = (shape: [number, number], seed: number): Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Delta, gradients to x and B, and how many products of matrices that took; A is a constant. */
async function run(given: (a: Tensor) => { readonly constants?: ReadonlySet<Tensor> }) {
  const [a, b, x] = [drawn([rank, inFeatures], 1), drawn([outFeatures, rank], 2), drawn([rows, inFeatures], 3)];
  const found: Tensor[] = [];
  const profile = await tf.profile(() => {
    const { value, grads } = tf.valueAndGrads((...[ofX, ofB]: Tensor[]) => {
      const factors = new Map(['one', 'two'].map((name) => [name, { a, b: ofB, scale: 2 }]));
      const deltas = bindLowRank(factors, { dropoutRate: 0, ...given(a) }).deltas(ofX, ['one', 'two'], outsideBlocks);
      return tf.sum(tf.square(tf.addN(deltas.flatMap((each) => each ?? [])))).asScalar();
    })([x, b]);
    found.push(value, ...grads);
    return value;
  });
  const products = profile.kernels.filter(({ name }) => /MatMul/.test(name)).length;
  return { values: await Promise.all(found.map(async (each) => [...(await each.data())])), products };
}

it('gives the same delta and gradients with A as a constant, with fewer products', async () => {
  const trained = await run(() => ({}));
  const constant = await run((a) => ({ constants: new Set([a]) }));
  expect(constant.values).toEqual(trained.values);
  expect(constant.products).toBeLessThan(trained.products);
});
