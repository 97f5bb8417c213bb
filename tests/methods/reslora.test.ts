/** ResLoRA bs against the authors' own code, and its exact form as LoRA. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import type { AdapterWeights } from '../../main/engine/adapters/adapterMethod.ts';
import { loadModel } from '../../main/engine/models/registry.ts';
import { outsideBlocks } from '../../main/engine/models/throughBlocks.ts';
import { tf, type Tensor } from '../../main/engine/tf.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { layerFactors, layerRanks } from '../../main/engine/exports/loraFactors.ts';
import { readPeftFolder } from '../../main/formats/peftFolder.ts';
import { type LoraOptions, loraScale } from '../../main/methods/lora/spec.ts';
import { linkedModules, resloraOptionsSchema } from '../../main/methods/reslora/spec.ts';
import { openTestBackend } from '../support/backends.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { decodeInRows } from '../engine/models/cachedDecode.ts';
import { methodCase } from './methodCases.ts';

const cases = ['reslora/bs_all', 'reslora/bs_attn', 'reslora/bs_all_previous'];
const method = getAdapterMethod('reslora');

interface Golden {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}

interface Chain {
  readonly config: {
    readonly r: number;
    readonly lora_alpha: number;
    readonly pre_num: number;
    readonly modules: object;
  };
  readonly inputs: readonly Golden[];
  readonly W: readonly Golden[];
  readonly y: readonly Golden[];
  readonly tensors: Readonly<Record<string, Golden>>;
  readonly grads: Readonly<Record<string, Golden>>;
}

function upload(weights: AdapterWeights): Record<string, Tensor> {
  const entries = Object.entries(weights.trained);
  return Object.fromEntries(entries.map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));
}

describe.each(cases)('%s', (name) => {
  const { ids, modelDir, logits, read, trainedParameters, dir } = methodCase(name);
  const { shape } = inspectModel(modelDir);

  test.each(['init', 'final'])('%s: the logits of the reference, in one pass and from the cache', async (of) => {
    const model = loadModel(await openTestBackend('cpu'), modelDir);
    const weights = read(of, shape);
    const parameters = Object.values(weights.trained).reduce((total, { data }) => total + data.length, 0);
    expect(parameters).toBe(trainedParameters);
    const adapter = method.bind(weights, upload(weights), {});
    const hidden = model.hidden(tf.tensor2d(ids as number[][], undefined, 'int32'), { adapter });
    expect(relativeError(model.logits(hidden).dataSync(), logits(of))).toBeLessThan(1e-5);
    expect(relativeError(decodeInRows(model, ids, adapter).flat(2), logits(of))).toBeLessThan(1e-5);
    model.dispose();
  });

  test('as LoRA it is what the reference writes, patterns and all', () => {
    const { config, tensors } = getAdapterMethod('lora').toPeft(method.toLora(read('final', shape)), 'tiny_llama_4l');
    const expected = readPeftFolder(join(dir, 'expanded'));
    for (const field of ['r', 'lora_alpha', 'rank_pattern', 'alpha_pattern', 'use_rslora'])
      expect(config[field], field).toEqual(expected.config[field]);
    expect([...tensors.keys()].sort()).toEqual([...expected.tensors.keys()].sort());
    for (const [key, { data }] of expected.tensors) expect([...(tensors.get(key)?.data ?? [])], key).toEqual([...data]);
  });

  test('layer by layer, as exports write it, it is the same: the layers before lend their factors', () => {
    const weights = read('final', shape);
    const { trained, options } = method.toLora(weights);
    for (const { layer, rank, scale } of layerRanks(weights)) {
      const { a, b } = layerFactors(weights, layer);
      expect(a).toMatchObject({ shape: [rank, layer.inFeatures] });
      expect(a.data).toEqual(trained[`${layer.name}.lora_A.weight`].data);
      expect(b.data).toEqual(trained[`${layer.name}.lora_B.weight`].data);
      expect(scale).toBe(loraScale(options as LoraOptions, layer.name));
    }
  });
});

test('a chain of layers: outputs and gradients, those into factors of earlier layers included', async () => {
  const golden = JSON.parse(readFileSync(fixturePath('methods/reslora/layer_bs.json'), 'utf8')) as Chain;
  await openTestBackend('cpu');
  const { config } = golden;
  const options = resloraOptionsSchema.parse({
    rank: config.r,
    alpha: config.lora_alpha,
    previous: config.pre_num,
  });
  const modules = Object.entries(config.modules as Record<string, [number, number]>);
  const targets = modules.map(([name, [outFeatures, inFeatures]]) => ({ name, outFeatures, inFeatures }));
  const names = Object.keys(golden.tensors).map((key) => key.replace('base_model.model.', ''));
  const tensorOf = ({ shape, data }: Golden): Tensor => tf.tensor2d([...data], [...shape]);
  const ys: Tensor[] = [];
  const loss = (...given: Tensor[]): Tensor => {
    const tensors = Object.fromEntries(names.map((name, at) => [name, given[at]]));
    const adapter = method.bind({ options, targets }, tensors, {});
    let x = tensorOf(golden.inputs[0]);
    for (const [at, { name }] of targets.entries()) {
      const [delta] = adapter.deltas(x, [name], { ...outsideBlocks, block: at });
      const y = tf.matMul<Tensor>(x, tensorOf(golden.W[at]), false, true).add(delta ?? 0);
      ys.push(tf.keep(y));
      x = y.tanh();
    }
    return ys[targets.length - 1].square().sum();
  };
  const gradients = tf.grads(loss)(Object.values(golden.tensors).map(tensorOf));
  golden.y.forEach(({ data }, at) => expect(relativeError(ys[at].dataSync(), data)).toBeLessThan(1e-5));
  for (const [at, key] of Object.keys(golden.tensors).entries())
    expect(relativeError(gradients[at].dataSync(), golden.grads[key].data), key).toBeLessThan(5e-5);
});

describe('links', () => {
  const layer = (block: number, outFeatures: number) => ({ name: `m.${block}.q`, inFeatures: 4, outFeatures });

  test('go to the targets before, at most as many as asked for, and not past another shape', () => {
    const targets = [layer(0, 4), layer(2, 4), layer(5, 4), layer(6, 8), layer(7, 8)];
    expect([...linkedModules({ previous: 2 }, targets).values()]).toEqual([
      ['m.0.q'],
      ['m.2.q', 'm.0.q'],
      ['m.5.q', 'm.2.q', 'm.0.q'],
      ['m.6.q'],
      ['m.7.q', 'm.6.q'],
    ]);
  });

  test('are left out one by one, each with a mask of its own', async () => {
    await openTestBackend('cpu');
    const targets = [layer(0, 4), layer(1, 4)];
    const options = resloraOptionsSchema.parse({ rank: 1, alpha: 1, dropout: 0.5 });
    const one = (name: string): Record<string, Tensor> => ({
      [`${name}.reslora_A`]: tf.ones([1, 4]),
      [`${name}.reslora_B`]: tf.ones([4, 1]),
    });
    const layers: string[] = [];
    const dropout = (x: Tensor, _rate: number, name: string): Tensor => {
      layers.push(name);
      return name.endsWith(' 1') ? tf.zerosLike(x) : x;
    };
    const adapter = method.bind({ options, targets }, { ...one('m.0.q'), ...one('m.1.q') }, { dropout });
    const [delta] = adapter.deltas(tf.ones([1, 4]), ['m.1.q'], { ...outsideBlocks, block: 1 });
    expect(layers).toEqual(['m.1.q 0', 'm.1.q 1']);
    expect([...(delta?.dataSync() ?? [])]).toEqual([4, 4, 4, 4]);
    expect(adapter.tensorsUnder('m.1.')).toHaveLength(4);
  });
});

test('the variants is and ms are refused, with their name', () => {
  const { shape } = inspectModel(methodCase('reslora/bs_attn').modelDir);
  expect(() => methodCase('reslora/ms_attn').read('final', shape)).toThrow(/is \/ ms/);
});
