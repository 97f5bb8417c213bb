/**
 * Methods of PEFT beyond the first three against single layers that PEFT computed: outputs, gradients, the update as
 * plain LoRA; and what only one of them has. Catches a factor on the wrong side, a scale forgotten.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { robertaFamily } from '../../main/contract/families/bert.ts';
import type { LinearShape } from '../../main/contract/families/family.ts';
import { getAdapterMethod, readAdapter } from '../../main/engine/adapters/registry.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { readPeftFolder } from '../../main/formats/peftFolder.ts';
import { AdaptedLayers } from '../../main/engine/models/adaptedLayers.ts';
import { ModelWeights } from '../../main/engine/models/modelWeights.ts';
import { outsideBlocks } from '../../main/engine/models/throughBlocks.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../main/engine/tf.ts';
import { targetedLayers } from '../../main/contract/targets.ts';
import { ia3OptionsSchema, ia3Spec } from '../../main/methods/ia3/spec.ts';
import { layerKeys } from '../../main/methods/layerTensors.ts';
import { factorised, lokrOptionsSchema, lokrSpec, shapesOf } from '../../main/methods/lokr/spec.ts';
import { configSchema, readOptions } from '../../main/methods/optionTable.ts';
import { getMethodSpec } from '../../main/methods/registry.ts';
import { asTargeted, capabilitiesWith } from '../../main/methods/methodSpec.ts';
import { missOptionsSchema, missSpec } from '../../main/methods/miss/spec.ts';
import { countTrained } from '../../main/methods/tensorSpec.ts';
import { openTestBackend } from '../support/backends.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { initAdapter } from '../support/initAdapter.ts';

interface Layer {
  readonly config: object;
  readonly in_features: number;
  readonly out_features: number;
  readonly W: readonly number[];
  readonly bias: readonly number[] | null;
  readonly params: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>>;
  readonly x: readonly number[];
  readonly x_shape: readonly [number, number];
  readonly upstream: readonly number[];
  readonly y: readonly number[];
  readonly grad_x: readonly number[];
  readonly grad_params: Readonly<Record<string, readonly number[]>>;
  readonly merged_W: readonly number[];
}

/** Ends as the feed-forward module of IA3's layer does. */
const module = 'model.layers.0.lin';

beforeAll(async () => {
  await openTestBackend('cpu');
});

function readLayers(method: string): (readonly [string, string, Layer])[] {
  const file = JSON.parse(readFileSync(fixturePath(`methods/${method}/layer.json`), 'utf8')) as Record<string, Layer>;
  return Object.entries(file).map(([name, layer]) => [method, name, layer]);
}

describe.each([...readLayers('lokr'), ...readLayers('ia3'), ...readLayers('miss')])('%s, %s', (id, _name, layer) => {
  const spec = getMethodSpec(id);
  const method = getAdapterMethod(id);
  const options = readOptions(spec.options, configSchema(spec.options).parse(layer.config));
  const target: LinearShape = { name: module, inFeatures: layer.in_features, outFeatures: layer.out_features };
  const params = Object.entries(layer.params);
  const nameOf = (key: string): string => `${module}.${key}`;

  test('has the tensors of PEFT', () => {
    expect(spec.tensors(options, [target], null).map(({ name, shape }) => [name, [...shape]])).toEqual(
      params.map(([key, { shape }]) => [nameOf(key), shape]),
    );
    const shapeOf = (suffix: string) => layer.params[suffix.slice(1)]?.shape;
    expect({ inFeatures: layer.in_features, outFeatures: layer.out_features }).toMatchObject(
      spec.layerSize?.(shapeOf) ?? {},
    );
  });

  test('output and gradients', () => {
    const [rows] = layer.x_shape;
    const weight = tf.tensor2d([...layer.W], [layer.out_features, layer.in_features]);
    const base = new ModelWeights([[`${module}.weight`, weight]]);
    if (layer.bias) base.set(`${module}.bias`, tf.tensor1d([...layer.bias]));
    const forward = (x: Tensor, tensors: NamedTensorMap): Tensor => {
      const bound = method.bind({ options, targets: [target] }, tensors, {});
      return new AdaptedLayers(base, 1e-5, bound).linears(x, [module], outsideBlocks)[0];
    };
    const names = params.map(([key]) => nameOf(key));
    const given = params.map(([, { shape, values }]) => tf.tensor([...values], [...shape]));
    const x = tf.tensor2d([...layer.x], [...layer.x_shape]);
    const named = (values: readonly Tensor[]) => Object.fromEntries(names.map((name, at) => [name, values[at]]));
    expect(relativeError(forward(x, named(given)).dataSync(), layer.y)).toBeLessThan(1e-6);
    const upstream = tf.tensor2d([...layer.upstream], [rows, layer.out_features]);
    const loss = (input: Tensor, ...values: Tensor[]): Tensor => forward(input, named(values)).mul(upstream).sum();
    const [ofX, ...ofParams] = tf.grads(loss)([x, ...given]);
    expect(relativeError(ofX.dataSync(), layer.grad_x)).toBeLessThan(1e-5);
    for (const [at, [key]] of params.entries())
      expect(relativeError(ofParams[at].dataSync(), layer.grad_params[key]), key).toBeLessThan(1e-5);
  });

  test('merged it makes of the weight what PEFT makes', () => {
    const trained = Object.fromEntries(
      params.map(([key, { shape, values }]) => [
        nameOf(key),
        { shape, data: Float32Array.from(values), group: 'default' },
      ]),
    );
    const weights = { methodId: id, options, targets: [target], trained, frozen: {}, trainable: true };
    const merged = Float32Array.from(layer.W);
    method.merges?.(weights).get(`${module}.weight`)?.(merged);
    const isExact = capabilitiesWith(spec, options).plainLora === 'exact';
    const plain = isExact ? method.toLora(weights).trained : {};
    const [a, b] = ['A', 'B'].map((factor) => plain[`${module}.lora_${factor}.weight`] ?? { shape: [0, 0], data: [] });
    const [rank] = a.shape;
    const sums = merged.map((value, at) => {
      const [row, column] = [Math.floor(at / layer.in_features), at % layer.in_features];
      let sum = value;
      for (let k = 0; k < rank; k++) sum += b.data[row * rank + k] * a.data[k * layer.in_features + column];
      return sum;
    });
    expect(relativeError(sums, layer.merged_W)).toBeLessThan(1e-6);
  });
});

describe('LoKr', () => {
  const roberta = robertaFamily.parseConfig({ vocab_size: 50_265 }, 'config.json');
  const linears = (...ends: readonly string[]) =>
    roberta.linears.filter(({ name }) => ends.some((end) => name.endsWith(end)));
  const attention = linears('query', 'value');
  const withFeedForward = linears('query', 'value', 'intermediate.dense', `1.output.dense`);

  test('splits sizes as PEFT does', () => {
    const cases = JSON.parse(readFileSync(fixturePath('methods/lokr/factorization.json'), 'utf8')) as readonly {
      readonly dimension: number;
      readonly factor: number;
      readonly result: readonly number[];
    }[];
    for (const { dimension, factor, result } of cases)
      expect(factorised(dimension, factor), `${dimension} by ${factor}`).toEqual(result);
  });

  test.each([
    [{}, 26_112],
    [{ decomposeBoth: true }, 21_504],
    [{ rank: 4, decomposeBoth: true }, 10_752],
    [{ decomposeFactor: 4 }, 74_112],
    [{ rank: 16 }, 38_400],
  ])('counts of RoBERTa-base, query and value: %o', (options, expected) => {
    expect(countTrained(lokrSpec.tensors(lokrOptionsSchema.parse(options), attention, null))).toBe(expected);
  });

  test('a rank of its own changes the form of a module', () => {
    const options = lokrOptionsSchema.parse({ rankPattern: { value: 64 } });
    const [query, value] = withFeedForward;
    expect(Object.keys(shapesOf(options, query))).toEqual(['w1', 'w2a', 'w2b']);
    expect(Object.keys(shapesOf(options, value))).toEqual(['w1', 'w2']);
  });

  test('every form is known by its keys, and none is taken for the size of a layer', () => {
    const keys = layerKeys(lokrSpec, lokrOptionsSchema.parse({ decomposeBoth: true }));
    const suffixes = keys.map(({ suffix }) => suffix).sort();
    expect(suffixes).toEqual(['.lokr_w1', '.lokr_w1_a', '.lokr_w1_b', '.lokr_w2', '.lokr_w2_a', '.lokr_w2_b']);
    for (const { sizeOf } of keys) expect(sizeOf([8, 8])).toEqual({});
  });

  test('GPT-2 is refused, whose layers PEFT does not take', () => {
    const layer = {
      name: 'transformer.h.0.attn.c_attn',
      inFeatures: 8,
      outFeatures: 24,
      storedTransposed: true,
    } as const;
    expect(lokrSpec.check(lokrOptionsSchema.parse({}), [layer], null)[0]?.message).toContain('c_attn');
  });

  test('while training it leaves out whole rows and whole layers, scaled only where it is asked to', () => {
    const targets = [{ name: module, inFeatures: 4, outFeatures: 4 }];
    const ones = (shape: readonly number[]) => tf.ones([...shape]);
    const tensors = { [`${module}.lokr_w1`]: ones([2, 2]), [`${module}.lokr_w2`]: ones([2, 2]) };
    const dropped: string[] = [];
    const dropout = (x: Tensor, rate: number, layer: string): Tensor => {
      dropped.push(layer);
      return x.size === 1 ? x.div(1 - rate) : tf.tensor2d([[0, 1, 1, 1]]).div(1 - rate);
    };
    const delta = (options: object): number[] => {
      const bound = getAdapterMethod('lokr').bind({ options: lokrOptionsSchema.parse(options), targets }, tensors, {
        dropout,
      });
      return [...(bound.deltas(tf.ones([1, 4]), [module], outsideBlocks)[0]?.dataSync() ?? [])];
    };
    expect(delta({})).toEqual([4, 4, 4, 4]);
    expect(dropped).toEqual([]);
    expect(delta({ rankDropout: 0.5, moduleDropout: 0.5 })).toEqual([0, 4, 4, 4]);
    expect(dropped).toEqual([`${module} rows`, `${module} module`]);
    expect(
      relativeError(delta({ rankDropout: 0.5, rankDropoutScale: true }), [0, 16 / 3, 16 / 3, 16 / 3]),
    ).toBeLessThan(1e-6);
  });
});

describe('IA3', () => {
  const fit = (options: object) => {
    const shape = robertaFamily.parseConfig({ vocab_size: 100 }, 'config.json');
    const parsed = ia3OptionsSchema.parse(options);
    const targets = targetedLayers(parsed, asTargeted(ia3Spec, shape));
    return { fitted: ia3Spec.fit?.(parsed, targets, [], shape) ?? parsed, targets };
  };

  test('counts of RoBERTa-base by default: attention.output.dense ends as a feed-forward module does', () => {
    const { fitted, targets } = fit({});
    expect(countTrained(ia3Spec.tensors(fitted, targets, null))).toBe(64_512);
    expect(fitted).toMatchObject({ targets: ['key', 'value', 'output.dense'], feedforward: ['output.dense'] });
  });

  test('what is left open is among the targets as they are written, which PEFT asks for', () => {
    expect(fit({ targets: 'all-linear' }).fitted.feedforward).toEqual([]);
    expect(fit({ targets: ['query'] }).fitted.feedforward).toEqual([]);
  });

  test('a strength moves the factor between one and itself, in a batch for each row', () => {
    const targets = [{ name: module, inFeatures: 2, outFeatures: 2 }];
    const tensors = { [`${module}.ia3_l`]: tf.tensor2d([[3], [0]]) };
    const scale = tf.tensor2d([[0], [0.5]]);
    const bound = getAdapterMethod('ia3').bind({ options: ia3OptionsSchema.parse({}), targets }, tensors, { scale });
    expect(bound.factor?.(module, 'input')).toBeUndefined();
    expect([...(bound.factor?.(module, 'output')?.dataSync() ?? [])]).toEqual([1, 1, 2, 0.5]);
  });
});

describe('MiSS', () => {
  const roberta = robertaFamily.parseConfig({ vocab_size: 50_265 }, 'config.json');
  const adapted = roberta.linears.filter(({ name }) =>
    /(query|value|intermediate\.dense|\d\.output\.dense)$/.test(name),
  );
  const layer = { name: module, inFeatures: 12, outFeatures: 8 };
  const fit = (options: object, given = Object.keys(options)) => {
    const parsed = missOptionsSchema.parse(options);
    return missSpec.fit?.(parsed, [layer], given, roberta) ?? parsed;
  };

  test.each([
    [{ rank: 8 }, 516_096],
    [{ rank: 8, missForm: 'bat' }, 516_096],
    [{ rank: 64 }, 4_128_768],
    [{ rank: 8, missForm: 'mini', miniRank: 8 }, 3_072],
  ])('counts of RoBERTa-base: %o', (options, expected) => {
    expect(countTrained(missSpec.tensors(missOptionsSchema.parse(options), adapted, null))).toBe(expected);
  });

  test('what is left open fits the layers: a rank in its inputs, of bat one that divides both sides', () => {
    expect(fit({})).toMatchObject({ rank: 12, miniRank: 1 });
    expect(fit({ missForm: 'bat' })).toMatchObject({ rank: 4 });
    expect(fit({ missForm: 'mini' })).toMatchObject({ rank: 12, miniRank: 8 });
    expect(fit({ missForm: 'mini', miniRank: 2 }).miniRank).toBe(2);
  });

  test('sizes that do not divide are refused with those that do', () => {
    const messages = (options: object) =>
      missSpec
        .check(missOptionsSchema.parse(options), [layer], null)
        .map(({ field, message }) => `${field}: ${message}`);
    expect(messages({ rank: 5 })).toEqual([]);
    expect(messages({ rank: 13 })[0]).toMatch(/^rank: .*12 inputs/);
    expect(messages({ rank: 8, missForm: 'bat' })[0]).toMatch(/^rank: .*These do: 4, 2, 1/);
    expect(messages({ rank: 4, missForm: 'mini', miniRank: 3 })[0]).toMatch(/^miniRank: .*8, 4, 2, 1/);
  });

  test.each([
    ['standard', true, 0],
    ['random', false, 1 / Math.sqrt(8)],
    ['bat', 'bat', 0],
    ['mini', 'mini', 0],
  ] as const)('%s is written as PEFT says it, and begins as there', async (missForm, stored, bound) => {
    const options = missOptionsSchema.parse({ rank: 4, missForm, miniRank: 2, targets: ['lin'] });
    const shape = { ...roberta, linears: [layer], defaultTargets: [] };
    const weights = await initAdapter('miss', { options, targets: [layer], shape });
    const { data } = weights.trained[`${module}.miss_block`];
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThanOrEqual(bound / 2);
    const { config } = getAdapterMethod('miss').toPeft(weights, 'base');
    expect(config.init_weights).toBe(stored);
    expect(readOptions(missSpec.options, configSchema(missSpec.options).parse(config))).toEqual(options);
  });

  test('biases that PEFT trains beside it come in and go out under its own word for them', () => {
    const { shape } = inspectModel(fixturePath('arch_roberta_cls'));
    const folder = readPeftFolder(fixturePath('methods/miss/roberta_r4/final'));
    const key = 'base_model.model.roberta.encoder.layer.0.attention.self.query.base_layer.bias';
    const bias = { dtype: 'F32', shape: [shape.hiddenSize], data: new Uint8Array(4 * shape.hiddenSize) } as const;
    const given = {
      ...folder,
      config: { ...folder.config, bias: 'MiSS_only' },
      tensors: new Map([...folder.tensors, [key, bias] as const]),
    };
    const weights = readAdapter(given, shape);
    expect(weights.replaced).toMatchObject({ bias: 'MiSS_only', names: [expect.stringMatching(/query\.bias$/)] });
    const written = getAdapterMethod('miss').toPeft(weights, 'base');
    expect(written.config.bias).toBe('MiSS_only');
    expect(written.tensors.has(key)).toBe(true);
  });

  test('bat alone has no LoRA form, and does not share a batch as one', () => {
    const of = (missForm: string) => capabilitiesWith(missSpec, missOptionsSchema.parse({ missForm }));
    expect(of('bat')).toMatchObject({ plainLora: 'none', servable: 'own', mergeable: true });
    for (const form of ['standard', 'random', 'mini'])
      expect(of(form)).toMatchObject({ plainLora: 'exact', servable: 'factors' });
  });

  test('bat answers rows one by one as it answers many at once, and a strength scales it', () => {
    const w = tf.randomNormal([8, 12], 0, 1, 'float32', 3);
    const base = new ModelWeights([[`${module}.weight`, w]]);
    const blocks = tf.randomNormal([2, 4, 4], 0, 1, 'float32', 4);
    const options = missOptionsSchema.parse({ rank: 4, missForm: 'bat' });
    const answer = (x: Tensor, scale: number): Tensor => {
      const tensors = { [`${module}.miss_block`]: blocks };
      const bound = getAdapterMethod('miss').bind({ options, targets: [layer] }, tensors, { scale: tf.scalar(scale) });
      return new AdaptedLayers(base, 1e-5, bound).linears(x, [module], outsideBlocks)[0];
    };
    const x = tf.randomNormal([6, 12], 0, 1, 'float32', 5);
    const whole = answer(x, 1);
    const alone = tf.concat([0, 1, 2, 3, 4, 5].map((row) => answer(x.slice([row, 0], [1, 12]), 1)));
    expect(relativeError(alone.dataSync(), [...whole.dataSync()])).toBeLessThan(1e-5);
    const plain = answer(x, 0);
    const half = plain.add(whole).div(2);
    expect(relativeError(answer(x, 0.5).dataSync(), [...half.dataSync()])).toBeLessThan(1e-5);
    expect(relativeError(plain.dataSync(), [...whole.dataSync()])).toBeGreaterThan(0.1);
  });
});
