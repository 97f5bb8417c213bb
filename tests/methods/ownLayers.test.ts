/**
 * ShareLoRA against its reference in PyTorch: three layers of one group, their outputs and the gradients, which for a
 * shared factor are sums over its uses. Catches a factor that is shared by the wrong modules or kept apart.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LinearShape } from '../../main/contract/families/family.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { outsideBlocks } from '../../main/engine/models/throughBlocks.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../main/engine/tf.ts';
import { shareloraOptionsSchema, shareloraSpec } from '../../main/methods/sharelora/spec.ts';
import { countTrained } from '../../main/methods/tensorSpec.ts';
import { openTestBackend } from '../support/backends.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';

interface Matrix {
  readonly shape: number[];
  readonly data: number[];
}

interface Layers {
  readonly config: {
    readonly r: number;
    readonly lora_alpha: number;
    readonly share: 'A' | 'B' | 'AB';
    readonly modules: Readonly<Record<string, readonly [outFeatures: number, inFeatures: number]>>;
  };
  readonly x: readonly Matrix[];
  readonly W: readonly Matrix[];
  readonly y: readonly Matrix[];
  readonly loss: number;
  readonly tensors: Readonly<Record<string, Matrix>>;
  readonly grads: Readonly<Record<string, Matrix>>;
  readonly expanded: Readonly<Record<string, Readonly<Record<'lora_A' | 'lora_B', Matrix>>>>;
}

const tensorOf = ({ shape, data }: Matrix): Tensor => tf.tensor(data, shape);
const nameOf = (key: string): string => key.replace(/^base_model\.(model\.(?=model\.))?/, '');

beforeAll(async () => {
  await openTestBackend('cpu');
});

describe.each(['A', 'B', 'AB'] as const)('share %s', (share) => {
  const layers = JSON.parse(readFileSync(fixturePath(`methods/sharelora/layer_${share}.json`), 'utf8')) as Layers;
  const { r: rank, lora_alpha: alpha, modules } = layers.config;
  const options = shareloraOptionsSchema.parse({ rank, alpha, share });
  const targets: LinearShape[] = Object.entries(modules).map(([name, [outFeatures, inFeatures]]) => ({
    ...{ name, outFeatures, inFeatures },
  }));
  const method = getAdapterMethod('sharelora');
  const stored = Object.entries(layers.tensors).map(([key, value]) => [nameOf(key), value] as const);

  test('has the tensors of the reference', () => {
    const table = shareloraSpec.tensors(options, targets, null);
    expect(table.map(({ key, shape }) => [key, shape]).sort()).toEqual(
      Object.entries(layers.tensors)
        .map(([key, { shape }]) => [key, shape])
        .sort(),
    );
    const numbers = Object.values(layers.tensors).reduce((sum, { data }) => sum + data.length, 0);
    expect(countTrained(table)).toBe(numbers);
  });

  test('outputs, loss and gradients', async () => {
    const forward = (tensors: NamedTensorMap): Tensor[] => {
      const bound = method.bind({ options, targets }, tensors, {});
      return targets.map(({ name }, k) => {
        const x = tensorOf(layers.x[k]);
        const [delta] = bound.deltas(x, [name], outsideBlocks);
        return tf.add(tf.matMul(x as never, tensorOf(layers.W[k]) as never, false, true), delta ?? tf.scalar(0));
      });
    };
    const given = stored.map(([name, value]) => [name, tensorOf(value)] as const);
    const outputs = forward(Object.fromEntries(given));
    for (const [k, y] of outputs.entries())
      expect(relativeError(await y.data<'float32'>(), layers.y[k].data)).toBeLessThan(1e-5);
    const loss = (...values: Tensor[]): Tensor =>
      tf.addN(
        forward(Object.fromEntries(given.map(([name], at) => [name, values[at]]))).map((y) => tf.sum(tf.square(y))),
      );
    const gradients = tf.grads(loss)(given.map(([, value]) => value));
    for (const [at, [name]] of given.entries()) {
      const expected = Object.entries(layers.grads).find(([key]) => nameOf(key) === name)?.[1];
      expect(relativeError(await gradients[at].data<'float32'>(), expected?.data ?? []), name).toBeLessThan(1e-5);
    }
  });

  test('written out as plain LoRA', () => {
    const trained = Object.fromEntries(
      stored.map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data), group: 'default' }]),
    );
    const weights = { methodId: 'sharelora', options, targets, trained, frozen: {}, trainable: true };
    const plain = method.toLora(weights);
    expect(plain.options).toMatchObject({ rank, alpha });
    for (const [module, factors] of Object.entries(layers.expanded)) {
      for (const factor of ['A', 'B'] as const)
        expect([...plain.trained[`${module}.lora_${factor}.weight`].data]).toEqual([
          ...Float32Array.from(factors[`lora_${factor}`].data),
        ]);
    }
  });
});

test('modules of unlike sizes cannot share a factor, and both are named', () => {
  const linear = (layer: number, inFeatures: number, outFeatures: number): LinearShape => ({
    ...{ name: `model.layers.${layer}.mlp.up_proj`, inFeatures, outFeatures },
  });
  const targets = [linear(0, 8, 16), linear(1, 8, 12)];
  const problems = (share: string) => shareloraSpec.check(shareloraOptionsSchema.parse({ share }), targets);
  expect(problems('A')).toEqual([]);
  expect(problems('B').map(({ field }) => field)).toEqual(['share']);
  expect(problems('AB')[0]?.message).toMatch(/layers\.0.*layers\.1.*output/);
});
