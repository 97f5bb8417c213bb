/**
 * Methods of Graft's own format against their references in PyTorch: layers of one group, their outputs and the
 * gradients, which for what is shared are sums over its uses. Catches what the wrong modules share, or none.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LinearShape } from '../../main/contract/families/family.ts';
import { Mt19937 } from '../../main/engine/adapters/mt19937.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { outsideBlocks } from '../../main/engine/models/throughBlocks.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../main/engine/tf.ts';
import { loraminiOptionsSchema, loraminiSpec } from '../../main/methods/loramini/spec.ts';
import { mosOptionsSchema, mosSpec } from '../../main/methods/mos/spec.ts';
import { sample } from '../../main/methods/mos/tensors.ts';
import { shareloraOptionsSchema, shareloraSpec } from '../../main/methods/sharelora/spec.ts';
import { configSchema, readOptions } from '../../main/methods/optionTable.ts';
import { getMethodSpec } from '../../main/methods/registry.ts';
import { countTrained } from '../../main/methods/tensorSpec.ts';
import { tinyShape } from '../engine/adapters/tinyLlama.ts';
import { openTestBackend } from '../support/backends.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { initAdapter } from '../support/initAdapter.ts';

interface Matrix {
  readonly shape: number[];
  readonly data: number[];
}

interface Layers {
  /** Fields of adapter_config.json, and the modules with [out, in]. */
  readonly config: {
    readonly modules: Readonly<Record<string, readonly [outFeatures: number, inFeatures: number]>>;
  };
  readonly x: readonly Matrix[];
  readonly W: readonly Matrix[];
  readonly y: readonly Matrix[];
  readonly tensors: Readonly<Record<string, Matrix>>;
  readonly grads: Readonly<Record<string, Matrix>>;
  readonly expanded: Readonly<Record<string, Readonly<Record<'lora_A' | 'lora_B', Matrix>>>>;
}

const tensorOf = ({ shape, data }: Matrix): Tensor => tf.tensor(data, shape);
const nameOf = (key: string): string => key.replace(/^base_model\.(model\.(?=model\.))?/, '');

beforeAll(async () => {
  await openTestBackend('cpu');
});

describe.each([
  ['sharelora', 'layer_A'],
  ['sharelora', 'layer_B'],
  ['sharelora', 'layer_AB'],
  ['loraxs', 'layer'],
  ['loramini', 'layer'],
  ['mos', 'layer_private0'],
  ['mos', 'layer_private1'],
])('%s, %s', (id, file) => {
  const layers = JSON.parse(readFileSync(fixturePath(`methods/${id}/${file}.json`), 'utf8')) as Layers;
  const spec = getMethodSpec(id);
  const options = readOptions(spec.options, configSchema(spec.options).parse(layers.config));
  const targets: LinearShape[] = Object.entries(layers.config.modules).map(([name, [outFeatures, inFeatures]]) => ({
    ...{ name, outFeatures, inFeatures },
  }));
  const method = getAdapterMethod(id);
  const table = spec.tensors(options, targets, null);
  const stored = Object.entries(layers.tensors).map(([key, value]) => [nameOf(key), value] as const);
  const isTrained = (name: string): boolean => table.some((row) => row.name === name && row.role === 'trained');

  test('has the tensors of the reference', () => {
    expect(table.map(({ key, shape }) => [key, shape]).sort()).toEqual(
      Object.entries(layers.tensors)
        .map(([key, { shape }]) => [key, shape])
        .sort(),
    );
    expect(stored.flatMap(([name]) => (isTrained(name) ? [name] : [])).sort()).toEqual(
      Object.keys(layers.grads).map(nameOf).sort(),
    );
  });

  test('outputs and gradients', async () => {
    const forward = (tensors: NamedTensorMap): Tensor[] => {
      const bound = method.bind({ options, targets }, tensors, {});
      return targets.map(({ name }, k) => {
        const x = tensorOf(layers.x[k]);
        const [delta] = bound.deltas(x, [name], outsideBlocks);
        return tf.add(tf.matMul(x as never, tensorOf(layers.W[k]) as never, false, true), delta ?? tf.scalar(0));
      });
    };
    const all = Object.fromEntries(stored.map(([name, value]) => [name, tensorOf(value)]));
    for (const [k, y] of forward(all).entries())
      expect(relativeError(await y.data<'float32'>(), layers.y[k].data)).toBeLessThan(1e-5);
    const grads = Object.entries(layers.grads);
    const loss = (...values: Tensor[]): Tensor => {
      const given = Object.fromEntries(grads.map(([key], at) => [nameOf(key), values[at]]));
      return tf.addN(forward({ ...all, ...given }).map((y) => tf.sum(tf.square(y))));
    };
    const gradients = tf.grads(loss)(grads.map(([key]) => all[nameOf(key)]));
    for (const [at, [key, { data }]] of grads.entries())
      expect(relativeError(await gradients[at].data<'float32'>(), data), key).toBeLessThan(1e-5);
  });

  test('written out as plain LoRA', () => {
    const values = stored.map(([name, { shape, data }]) => {
      return [name, { shape, data: Float32Array.from(data), group: 'default' }] as const;
    });
    const trained = Object.fromEntries(values.filter(([name]) => isTrained(name)));
    const frozen = Object.fromEntries(values.filter(([name]) => !isTrained(name)));
    const plain = method.toLora({ methodId: id, options, targets, trained, frozen, trainable: true });
    const { rank, alpha } = options as { readonly rank: number; readonly alpha: number };
    expect(plain.options).toMatchObject({ rank, alpha });
    for (const [module, factors] of Object.entries(layers.expanded)) {
      for (const factor of ['A', 'B'] as const) {
        const found = plain.trained[`${module}.lora_${factor}.weight`].data;
        expect(relativeError(found, factors[`lora_${factor}`].data)).toBeLessThan(1e-6);
      }
    }
  });
});

test('modules of unlike sizes cannot share a factor, and both are named', () => {
  const linear = (layer: number, inFeatures: number, outFeatures: number): LinearShape => ({
    ...{ name: `model.layers.${layer}.mlp.up_proj`, inFeatures, outFeatures },
  });
  const targets = [linear(0, 8, 16), linear(1, 8, 12)];
  const problems = (share: string) => shareloraSpec.check(shareloraOptionsSchema.parse({ share }), targets, null);
  expect(problems('A')).toEqual([]);
  expect(problems('B').map(({ field }) => field)).toEqual(['share']);
  expect(problems('AB')[0]?.message).toMatch(/layers\.0.*layers\.1.*output/);
});

test.each([
  ['A', 159_744, 89_309_184],
  ['B', 159_744, null],
  ['AB', 24_576, 4_997_120],
])(
  'counts of ShareLoRA, share %s: RoBERTa-base with r 8, Llama-2-7B with all layers and r 64',
  (share, ofBase, of7b) => {
    const linears = (layers: number, sizes: readonly (readonly [number, number])[]): LinearShape[] =>
      Array.from({ length: layers }, (_, layer) =>
        sizes.map(([inFeatures, outFeatures], at) => ({
          name: `layers.${layer}.linear${at}`,
          inFeatures,
          outFeatures,
        })),
      ).flat();
    const counted = (rank: number, targets: readonly LinearShape[]): number =>
      countTrained(shareloraSpec.tensors(shareloraOptionsSchema.parse({ share, rank }), targets, null));
    const square = [4096, 4096] as const;
    const whole = [square, square, square, square, [4096, 11_008], [4096, 11_008], [11_008, 4096]] as const;
    expect(
      counted(
        8,
        linears(12, [
          [768, 768],
          [768, 768],
        ]),
      ),
    ).toBe(ofBase);
    if (of7b !== null) expect(counted(64, linears(32, whole))).toBe(of7b);
  },
);

describe('MoS', () => {
  const linear = (layer: number, inFeatures: number, outFeatures: number): LinearShape => ({
    ...{ name: `model.layers.${layer}.mlp.up_proj`, inFeatures, outFeatures },
  });
  const problems = (options: object, ...targets: LinearShape[]) =>
    mosSpec.check(mosOptionsSchema.parse(options), targets, null).map(({ field }) => field);

  test('draws its lists as the reference does', () => {
    const golden = JSON.parse(readFileSync(fixturePath('methods/mos/sampler.json'), 'utf8')) as {
      readonly [Field in 'seed' | 'n' | 'k']: number;
    } & { readonly [Field in 'first' | 'second']: number[] };
    const generator = new Mt19937(golden.seed);
    expect(sample(generator, golden.n, golden.k)).toEqual(golden.first);
    expect(sample(generator, golden.n, golden.k)).toEqual(golden.second);
  });

  test('fits what is left open to the layers, so that its defaults hold', () => {
    const targets = [linear(0, 6, 9), linear(1, 6, 9)];
    const fitted = mosSpec.fit?.(mosOptionsSchema.parse({}), targets, [], tinyShape) ?? {};
    expect(fitted).toMatchObject({ equivalentRank: 1 + Math.ceil(15 / 2), shardsPerVector: 3 });
    expect(problems(fitted, ...targets)).toEqual([]);
  });

  test('refuses pools that are too small or cannot be cut', () => {
    const fits = { rank: 2, equivalentRank: 2, privateRank: 1, shardsPerVector: 2 };
    expect(problems(fits, linear(0, 8, 8))).toEqual([]);
    expect(problems({ ...fits, privateRank: 3 }, linear(0, 8, 8))).toEqual(['privateRank']);
    expect(problems({ ...fits, rank: 3 }, linear(0, 8, 8))).toEqual(['equivalentRank']);
    expect(problems({ ...fits, rank: 3, privateRank: 2 }, linear(0, 8, 8), linear(1, 8, 8))).toEqual([
      'equivalentRank',
    ]);
    expect(problems({ ...fits, shardsPerVector: 3 }, linear(0, 9, 8))).toEqual(['shardsPerVector']);
    expect(problems(fits, linear(0, 8, 8), linear(1, 8, 6))).toEqual(['targets']);
  });
});

describe('LoRA-Mini style', () => {
  const module = 'model.layers.0.self_attn.q_proj';
  const options = loraminiOptionsSchema.parse({ rank: 2, innerIn: 8, innerOut: 6, frozenSeed: 7, saveFrozen: false });
  const targets = [{ name: module, inFeatures: 32, outFeatures: 24 }];

  test('draws the outer matrices as PyTorch does, and again where the file is without them', async () => {
    const made = await initAdapter('loramini', { options, targets, shape: tinyShape });
    const golden = JSON.parse(readFileSync(fixturePath('methods/loramini/generator.json'), 'utf8')) as {
      readonly [Field in 'A_sha256' | 'B_sha256']: string;
    };
    const hash = ({ data }: { readonly data: Float32Array }) => createHash('sha256').update(data).digest('hex');
    expect(hash(made.frozen[`${module}.loramini_A_outer`])).toBe(golden.A_sha256);
    expect(hash(made.frozen[`${module}.loramini_B_outer`])).toBe(golden.B_sha256);
    const method = getAdapterMethod('loramini');
    const folder = method.toPeft(made, 'base');
    expect([...folder.tensors.keys()].filter((key) => key.includes('outer'))).toEqual([]);
    const linears = targets;
    expect(method.fromPeft(folder, { ...tinyShape, linears }).frozen).toEqual(made.frozen);
  });

  test('wants inner widths of at least the rank, and has them where they are left open', () => {
    const given = loraminiOptionsSchema.parse({ rank: 80, innerIn: 64 });
    const fitted = loraminiSpec.fit?.(given, targets, ['innerIn'], tinyShape);
    expect(fitted).toMatchObject({ innerIn: 64, innerOut: 80 });
    expect(loraminiSpec.check(fitted ?? given, targets, null).map(({ field }) => field)).toEqual(['innerIn']);
  });
});
