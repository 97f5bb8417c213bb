/**
 * The ablations of the VeRA paper as options: what is trained, how the projections are drawn, whose they are. Catches a
 * vector that is trained although it is fixed, a folder that PEFT would read wrongly, and folders of before.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { AdapterWeights } from '../../main/engine/adapters/adapterMethod.ts';
import { Mt19937 } from '../../main/engine/adapters/mt19937.ts';
import { getAdapterMethod, readAdapter } from '../../main/engine/adapters/registry.ts';
import { outsideBlocks } from '../../main/engine/models/throughBlocks.ts';
import { tf, type Tensor } from '../../main/engine/tf.ts';
import { capabilitiesWith } from '../../main/methods/methodSpec.ts';
import { countTrained } from '../../main/methods/tensorSpec.ts';
import { projectionDraws } from '../../main/methods/vera/projection.ts';
import { veraOptionsSchema, veraSpec } from '../../main/methods/vera/spec.ts';
import { readFixture, tinyShape } from '../engine/adapters/tinyLlama.ts';
import { openTestBackend } from '../support/backends.ts';
import { relativeError } from '../support/fixtures.ts';
import { initAdapter } from '../support/initAdapter.ts';

const method = getAdapterMethod('vera');
const targets = tinyShape.linears.filter(({ name }) => /[qv]_proj$/.test(name));
const [first, second] = targets;

beforeAll(async () => {
  await openTestBackend('cpu');
});

/** As a run begins with it. */
async function fresh(given: object): Promise<AdapterWeights> {
  const parsed = veraOptionsSchema.parse({ rank: 4, targets: ['q_proj', 'v_proj'], ...given });
  const options = veraSpec.fit?.(parsed, targets, Object.keys(given), tinyShape) ?? parsed;
  return initAdapter('vera', { options, targets, shape: tinyShape });
}

/** Its trained vectors moved away from where they begin. */
function moved(weights: AdapterWeights): AdapterWeights {
  const shifted = Object.entries(weights.trained).map(([name, tensor]) => [
    name,
    { ...tensor, data: tensor.data.map((value, at) => value + Math.sin(at + 1)) },
  ]);
  return { ...weights, trained: Object.fromEntries(shifted) as AdapterWeights['trained'] };
}

function onDevice({ trained, ...weights }: AdapterWeights): Record<string, Tensor> {
  const all = { ...trained, ...method.frozenUploads({ ...weights, trained }) };
  return Object.fromEntries(Object.entries(all).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));
}

const ablations = [
  { trains: 'd' },
  { trains: 'b' },
  { projectionInit: 'kaimingNormal' },
  { projectionInit: 'uniform01' },
  { sharing: 'layer' },
  { sharing: 'layer', trains: 'b', projectionInit: 'kaimingNormal' },
] as const;

describe.each(ablations)('%o', (given) => {
  test('begins as the base is, and is read again as it was written', async () => {
    const weights = await fresh(given);
    const x = tf.randomNormal([3, first.inFeatures], 0, 1, 'float32', 1);
    const bound = method.bind(weights, onDevice(weights), {});
    expect(bound.deltas(x, [first.name], outsideBlocks)[0]?.abs().max().dataSync()[0]).toBe(0);
    const after = moved(weights);
    const folder = method.toPeft(after, 'tiny');
    expect(readAdapter(folder, tinyShape)).toEqual(after);
  });

  test('adds what its LoRA form adds, and what a row of a batch has of its own', async () => {
    const weights = moved(await fresh(given));
    const tensors = onDevice(weights);
    const x = tf.randomNormal([3, first.inFeatures], 0, 1, 'float32', 2);
    const names = [first.name, second.name];
    const found = method.bind(weights, tensors, {}).deltas(x, names, outsideBlocks);
    const plain = method.toLora(weights);
    const ofLora = getAdapterMethod('lora')
      .bind(
        plain,
        Object.fromEntries(
          Object.entries(plain.trained).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
        ),
        {},
      )
      .deltas(x, names, outsideBlocks);
    found.forEach((delta, index) => {
      expect(relativeError(delta?.dataSync() ?? [], [...(ofLora[index]?.dataSync() ?? [])])).toBeLessThan(1e-5);
    });
    const rows = Object.keys(weights.trained).map((name) => [name, tf.tile(tensors[name].expandDims(0), [3, 1])]);
    const inBatch = method.bind(weights, { ...tensors, ...(Object.fromEntries(rows) as object) }, {});
    const [delta] = inBatch.deltas(x, names, outsideBlocks);
    expect(relativeError(delta?.dataSync() ?? [], [...(found[0]?.dataSync() ?? [])])).toBeLessThan(1e-6);
  });
});

test('what is fixed is not trained, and recomputation asks for the trained alone', async () => {
  const sizes = targets.reduce((sum, { outFeatures }) => sum + outFeatures, 0);
  const counted = (given: object) =>
    countTrained(veraSpec.tensors(veraOptionsSchema.parse({ rank: 4, ...given }), targets, null));
  expect([counted({}), counted({ trains: 'b' }), counted({ trains: 'd' })]).toEqual([
    sizes + 4 * targets.length,
    sizes,
    4 * targets.length,
  ]);
  const weights = await fresh({ trains: 'd' });
  const shapes = method
    .bind(weights, onDevice(weights), {})
    .tensorsUnder(first.name)
    .map(({ shape }) => shape);
  expect(shapes).toEqual([[4]]);
});

test('a pair for each layer has a type of its own, which no PEFT takes for VeRA', async () => {
  const typeOf = async (given: object) => method.toPeft(await fresh(given), 'tiny').config.peft_type;
  expect(await typeOf({ sharing: 'layer' })).toBe('GRAFT_VERA');
  expect(await typeOf({ trains: 'b', projectionInit: 'kaimingNormal' })).toBe('VERA');
  const of = (given: object) => capabilitiesWith(veraSpec, veraOptionsSchema.parse(given));
  expect(of({ sharing: 'layer' })).toMatchObject({ peft: null, leanOptions: null });
  expect(of({ projectionInit: 'uniform01' })).toMatchObject({ peft: '0.12', leanOptions: null });
  expect(of({ trains: 'd' })).toEqual(veraSpec.capabilities);
});

test('no reader draws other projections again, so they must be saved', async () => {
  const problems = (given: object) =>
    veraSpec.check(veraOptionsSchema.parse({ saveProjection: false, ...given }), [], null);
  expect(problems({})).toEqual([]);
  expect(problems({ sharing: 'layer' }).map(({ field }) => field)).toEqual(['saveProjection']);
  expect(problems({ projectionInit: 'kaimingNormal' })).toHaveLength(1);
  const redrawable = async (given: object) => method.isRedrawable?.(await fresh(given));
  expect(await redrawable({ trains: 'd' })).toBe(true);
  expect(await redrawable({ projectionInit: 'kaimingNormal' })).toBe(false);
});

test('a folder of before says nothing of them, and is written as it was', () => {
  const folder = readFixture('vera_r8_all_saved');
  const weights = readAdapter(folder, tinyShape);
  expect(weights.options).toMatchObject({ trains: 'both', projectionInit: 'kaimingUniform', sharing: 'all' });
  expect(Object.keys(method.toPeft(weights, 'tiny').config).sort()).toEqual(Object.keys(folder.config).sort());
});

test('draws: normal of variance 2 / columns, and between 0 and 0.1', () => {
  const spread = ({ data }: { readonly data: Float32Array }) => {
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    return [mean, Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)];
  };
  const [mean, deviation] = spread(projectionDraws.kaimingNormal(new Mt19937(1), [200, 50]));
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(deviation).toBeCloseTo(0.2, 2);
  const { data } = projectionDraws.uniform01(new Mt19937(1), [200, 50]);
  expect(data.every((value) => value >= 0 && value < 0.1000001)).toBe(true);
  expect(spread({ data })[0]).toBeCloseTo(0.05, 3);
});
