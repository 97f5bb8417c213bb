/** Bottleneck adapters against the code behind the LoRA paper's tables, adapters 1.3 and VGLM. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import type { AdapterWeights } from '../../main/engine/adapters/adapterMethod.ts';
import { AdaptedLayers } from '../../main/engine/models/adaptedLayers.ts';
import { ModelWeights } from '../../main/engine/models/modelWeights.ts';
import { encoderArrays, encoderTensors } from '../../main/engine/models/encoderRows.ts';
import { loadEncoder } from '../../main/engine/models/loadEncoder.ts';
import { loadModel } from '../../main/engine/models/registry.ts';
import { outsideBlocks } from '../../main/engine/models/throughBlocks.ts';
import { tf, type Tensor } from '../../main/engine/tf.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { adapterOptionsSchema, adapterSpec, bottlenecks } from '../../main/methods/adapter/spec.ts';
import { completeOptions, getMethodSpec, methodSpecs } from '../../main/methods/registry.ts';
import { openTestBackend } from '../support/backends.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { decodeInRows } from '../engine/models/cachedDecode.ts';
import { methodCase } from './methodCases.ts';

const method = getAdapterMethod('adapter');

interface Golden {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

function upload(
  values: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>,
) {
  const entries = Object.entries(values);
  return Object.fromEntries(entries.map(([name, { data, shape }]) => [name, tf.tensor(Array.from(data), [...shape])]));
}

function countOf({ trained, head }: AdapterWeights): number {
  const tensors = [...Object.values(trained), ...Object.values(head?.tensors ?? {})];
  return tensors.reduce((total, { data }) => total + data.length, 0);
}

describe.each(['init', 'final'])('%s', (of) => {
  test.each(['adapter_h/gpt2', 'adapter_l/gpt2', 'adapter_p/llama'])(
    '%s: the logits of the reference, in one pass and from the cache',
    async (name) => {
      const { ids, modelDir, logits, read, trainedParameters } = methodCase(name);
      const model = loadModel(await openTestBackend('cpu'), modelDir);
      const weights = read(of, model.shape);
      expect(countOf(weights)).toBe(trainedParameters);
      const adapter = method.bind(weights, upload(weights.trained), {});
      const hidden = model.hidden(tf.tensor2d(ids as number[][], undefined, 'int32'), { adapter });
      expect(relativeError(model.logits(hidden).dataSync(), logits(of))).toBeLessThan(1e-5);
      expect(relativeError((await decodeInRows(model, ids, adapter)).flat(2), logits(of))).toBeLessThan(1e-5);
      model.dispose();
    },
  );

  test.each(['adapter_h/roberta', 'adapter_h/roberta_gelu_layernorm', 'adapter_p/roberta', 'adapter_d/roberta_fixed1'])(
    '%s: the logits of the reference, with its head',
    async (name) => {
      const { ids, mask, modelDir, logits, read, trainedParameters } = methodCase(name);
      const model = loadEncoder(await openTestBackend('cpu'), modelDir);
      const weights = read(of, model.shape);
      expect(countOf(weights)).toBe(trainedParameters);
      const rows = ids.map((row, index) => ({ ids: row, secondStart: row.length, mask: mask?.[index] }));
      const adapter = method.bind(weights, upload(weights.trained), {});
      const hidden = model.hidden(encoderTensors(encoderArrays(model.shape, rows, ids[0].length)), { adapter });
      const found = model.logits(hidden, ids[0].length, upload(weights.head?.tensors ?? {}));
      expect(relativeError(found.dataSync(), logits(of))).toBeLessThan(1e-5);
      model.dispose();
    },
  );
});

interface Layer {
  readonly h: Golden;
  readonly input: Golden;
  readonly loss_weight: Golden;
  readonly y: Golden;
  readonly tensors: Readonly<Record<string, Golden>>;
  readonly grads: Readonly<Record<string, Golden>>;
}

test.each([
  ['H', 'swish', 'attention', 'adapter_attn'],
  ['H', 'gelu_tanh', 'attention', 'adapter_attn'],
  ['P', 'relu', 'feedForward', 'adapter_mlp'],
  ['L', 'relu', 'block', 'adapter_block'],
] as const)('kind %s in an encoder with %s, and its gradients', async (kind, name, place, folder) => {
  await openTestBackend('cpu');
  const file = `methods/adapter_${kind.toLowerCase()}/layer_${name}.json`;
  const golden = JSON.parse(readFileSync(fixturePath(file), 'utf8')) as Layer;
  const { h, input, loss_weight: lossWeight, tensors } = golden;
  const [bottleneck, width] = tensors.down_weight.shape;
  const weights = {
    options: adapterOptionsSchema.parse({ adapterKind: kind, bottleneck, nonLinearity: name }),
    targets: [{ name: 'layer.0.attention', inFeatures: width, outFeatures: width }],
  };
  const names = [...Object.keys(tensors), 'h', 'input'];
  const given = Object.values(upload({ ...tensors, h, input }));
  const at = { ...outsideBlocks, block: 0 };
  const ys: Tensor[] = [];
  const loss = (...all: Tensor[]): Tensor => {
    const of = Object.fromEntries(names.map((key, index) => [key, all[index]]));
    const own = names.map((key) => [`layer.0.${folder}.${key.replace('_', '.')}`, of[key]]);
    const bound = method.bind(weights, Object.fromEntries(own), {});
    const layers = new AdaptedLayers(new ModelWeights(), 1e-12, {
      ...bound,
      weight: (key) => of[key.replace('norm.', 'ln_')],
    });
    const sum = (each: Tensor): Tensor => layers.layerNorm(each.add(of.input), 'norm');
    const y = kind === 'L' ? layers.summed(place, sum(of.h), at, (each) => each) : layers.summed(place, of.h, at, sum);
    ys.push(tf.keep(y));
    return y
      .mul(tf.tensor([...lossWeight.data], [...lossWeight.shape]))
      .sum()
      .add(y.square().sum().mul(0.5));
  };
  const gradients = tf.grads(loss)(given);
  expect(relativeError(ys[0].dataSync(), golden.y.data)).toBeLessThan(1e-5);
  for (const [index, key] of names.entries())
    expect(relativeError(gradients[index].dataSync(), golden.grads[key].data), key).toBeLessThan(5e-5);
});

test('blocks are as wide as what they give to the residual stream', () => {
  const { shape } = inspectModel(methodCase('adapter_h/gpt2').modelDir);
  const of = (options: object) => bottlenecks(adapterOptionsSchema.parse(options), shape.linears);
  expect(of({}).map(({ path }) => path)).toEqual([
    'transformer.h.0.adapter_attn',
    'transformer.h.0.adapter_mlp',
    'transformer.h.1.adapter_attn',
    'transformer.h.1.adapter_mlp',
  ]);
  expect(of({ adapterKind: 'L', dropLayers: 1 }).map(({ path }) => path)).toEqual(['transformer.h.1.adapter_block']);
  expect(of({}).every(({ width }) => width === shape.hiddenSize)).toBe(true);
  const pooler = [{ name: 'bert.pooler.dense', inFeatures: 4, outFeatures: 4 }];
  expect(bottlenecks(adapterOptionsSchema.parse({}), pooler)).toEqual([]);
});

test('what is left open follows from the model and the kind; all blocks cannot be dropped', () => {
  const { shape } = inspectModel(methodCase('adapter_h/gpt2').modelDir);
  const fit = (options: object) =>
    adapterSpec.fit?.(adapterOptionsSchema.parse(options), shape.linears, Object.keys(options), shape);
  expect(fit({})).toMatchObject({ bottleneck: 8, nonLinearity: 'swish', normEpsilon: shape.normEpsilon });
  expect(fit({ adapterKind: 'P' })).toMatchObject({ nonLinearity: 'relu' });
  expect(fit({ bottleneck: 3, nonLinearity: 'gelu' })).toMatchObject({ bottleneck: 3, nonLinearity: 'gelu' });
  const check = (dropLayers: number) =>
    adapterSpec.check(adapterOptionsSchema.parse({ dropLayers }), shape.linears, shape);
  expect([check(1).length, check(2).length]).toEqual([0, 1]);
});

test('is still found under its former id, and a run of that time is complete', () => {
  expect(getMethodSpec('houlsby')).toBe(adapterSpec);
  expect(getAdapterMethod('houlsby')).toBe(method);
  expect(Object.keys(methodSpecs)).not.toContain('houlsby');
  const then = { bottleneck: 4, nonLinearity: 'relu', zeroUp: true };
  expect(completeOptions({ id: 'houlsby', options: then })).toMatchObject({ ...then, adapterKind: 'H', dropLayers: 0 });
});

test('blocks drawn for a step go without theirs, each number as likely; nothing is ever left out of the fixed form', () => {
  const { modelDir, read } = methodCase('adapter_d/roberta_random_h');
  const weights = read('final', inspectModel(modelDir).shape);
  const leftOut = (number: number) => method.leftOut?.(weights, () => number);
  expect(weights.options).toMatchObject({ dropMode: 'random', dropMax: 1, dropLayers: 0 });
  expect([leftOut(0), leftOut(0.49)]).toEqual([[], []]);
  const ofFirst = Object.keys(weights.trained).filter((name) => name.includes('layer.0.'));
  expect(leftOut(0.5)).toEqual(ofFirst);
  const said = method.saysLeftOut?.(weights, { from: 3, steps: [[], ofFirst, []] });
  expect(said?.text).toMatch(/in steps 3 to 5, .*: 0, 1, 0\. Evaluations and answers use all adapters\.$/);
  const { dropMax: _most, ...rest } = adapterOptionsSchema.parse(weights.options);
  const toAll = { ...weights, options: { ...rest, dropMax: null } };
  expect(method.leftOut?.(toAll, () => 0.99)).toEqual(ofFirst);
  const leaves = (dropMode: string) => method.leavesOut?.(adapterOptionsSchema.parse({ dropMode }));
  expect([leaves('random'), leaves('fixed')]).toEqual([true, false]);
});

test('each way of dropping has its own setting', () => {
  const { shape } = inspectModel(methodCase('adapter_h/gpt2').modelDir);
  const problems = (options: object) =>
    adapterSpec.check(adapterOptionsSchema.parse(options), shape.linears, shape).map(({ field }) => field);
  expect(problems({ dropMode: 'random' })).toEqual([]);
  expect(problems({ dropMode: 'random', dropLayers: 1 })).toEqual(['dropLayers']);
  expect(problems({ dropMode: 'random', dropMax: 2 })).toEqual(['dropMax']);
  expect(problems({ dropMax: 1 })).toEqual(['dropMax']);
});
