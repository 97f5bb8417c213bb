/** ResLoRA against the authors' own code: the exact form of bs as LoRA, the near ones of is and ms, and their norms. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { provideGgufLora } from '../../main/engine/llamacpp/provideGgufLora.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { openBaseWeights } from '../../main/engine/adapters/baseWeights.ts';
import type { AdapterWeights, BindContext, HostTensor } from '../../main/engine/adapters/adapterMethod.ts';
import { loadModel } from '../../main/engine/models/registry.ts';
import { outsideBlocks } from '../../main/engine/models/throughBlocks.ts';
import { tf, type Tensor } from '../../main/engine/tf.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { layerFactors, layerRanks } from '../../main/engine/exports/loraFactors.ts';
import { readPeftFolder, writePeftFolder } from '../../main/formats/peftFolder.ts';
import { type LoraOptions, loraScale } from '../../main/methods/lora/spec.ts';
import { capabilitiesWith } from '../../main/methods/methodSpec.ts';
import { linkedModules, resloraOptionsSchema, resloraSpec } from '../../main/methods/reslora/spec.ts';
import { openTestBackend } from '../support/backends.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { countingRows, methodOf, trainingJob } from '../engine/training/trainingJob.ts';
import { adapterBytes, watch } from '../engine/training/watchRun.ts';
import { runExport } from '../engine/exports/exportRequests.ts';
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
  /** By what the near form weighs. */
  readonly merged: Readonly<Record<string, Readonly<Record<string, Readonly<Record<'lora_A' | 'lora_B', Golden>>>>>>;
}

function upload(weights: AdapterWeights): Record<string, Tensor> {
  const entries = Object.entries(weights.trained);
  return Object.fromEntries(entries.map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));
}

function floatsOf(bytes: Uint8Array | undefined): Float32Array {
  return new Float32Array((bytes ?? new Uint8Array()).slice().buffer);
}

function present(handed: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = handed.get(name);
  if (!tensor) throw new Error(`${name} was not handed on`);
  return tensor;
}

/** By the path of the module. */
function normsIn(dir: string): ReadonlyMap<string, number> {
  const norms = [...readPeftFolder(dir).tensors].filter(([key]) => key.endsWith('.reslora_norm'));
  return new Map(norms.map(([key, { data }]) => [key, floatsOf(data)[0]]));
}

/** In a `describe` of the case. */
function testLogits(name: Parameters<typeof methodCase>[0]): void {
  const { ids, modelDir, logits, read, trainedParameters } = methodCase(name);
  const { shape } = inspectModel(modelDir);

  test.each(['init', 'final'])('%s: the logits of the reference, in one pass and from the cache', async (of) => {
    const model = loadModel(await openTestBackend('cpu'), modelDir);
    const weights = read(of, shape);
    const parameters = Object.values(weights.trained).reduce((total, { data }) => total + data.length, 0);
    expect(parameters).toBe(trainedParameters);
    const adapter = method.bind(weights, upload(weights), {});
    const hidden = model.hidden(tf.tensor2d(ids as number[][], undefined, 'int32'), { adapter });
    expect(relativeError(model.logits(hidden).dataSync(), logits(of))).toBeLessThan(1e-5);
    expect(relativeError((await decodeInRows(model, ids, adapter)).flat(2), logits(of))).toBeLessThan(1e-5);
    model.dispose();
  });
}

describe.each(cases)('%s', (name) => {
  const { modelDir, read, dir } = methodCase(name);
  const { shape } = inspectModel(modelDir);

  testLogits(name);

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

describe.each(['bs', 'is', 'ms'] as const)('a chain of layers of %s', (variant) => {
  const golden = JSON.parse(readFileSync(fixturePath(`methods/reslora/layer_${variant}.json`), 'utf8')) as Chain;
  const { config } = golden;
  const modules = Object.entries(config.modules as Record<string, [number, number]>);
  const targets = modules.map(([name, [outFeatures, inFeatures]]) => ({ name, outFeatures, inFeatures }));
  const names = Object.keys(golden.tensors).map((key) => key.replace('base_model.model.', ''));
  const tensorOf = ({ shape, data }: Golden): Tensor => tf.tensor2d([...data], [...shape]);
  const optionsFor = (merge: string) =>
    resloraOptionsSchema.parse({
      ...{ rank: config.r, alpha: config.lora_alpha, previous: config.pre_num, variant, merge },
    });

  /** Outputs of every layer; what is handed on, later ones get. */
  function outputs(given: readonly Tensor[], merge: string, observe?: BindContext['observe']): Tensor[] {
    const tensors = Object.fromEntries(names.map((name, at) => [name, given[at]]));
    const adapter = method.bind({ options: optionsFor(merge), targets }, tensors, { observe });
    const handed = new Map<string, Tensor>();
    let x = tensorOf(golden.inputs[0]);
    return targets.map(({ name }, at) => {
      const carried = Object.fromEntries((adapter.carries?.(at) ?? []).map((each) => [each, present(handed, each)]));
      const handOn = (key: string, tensor: Tensor): void => void handed.set(key, tensor);
      const [delta] = adapter.deltas(x, [name], { block: at, carried, handOn });
      const y = tf.matMul<Tensor>(x, tensorOf(golden.W[at]), false, true).add(delta ?? 0);
      x = y.tanh();
      return y;
    });
  }

  test('outputs and gradients, those into factors of earlier layers included', async () => {
    await openTestBackend('cpu');
    const ys: Tensor[] = [];
    const loss = (...given: Tensor[]): Tensor => {
      const all = outputs(given, 'input');
      ys.push(...all.map((y) => tf.keep(y)));
      return all[targets.length - 1].square().sum();
    };
    const gradients = tf.grads(loss)(Object.values(golden.tensors).map(tensorOf));
    golden.y.forEach(({ data }, at) => expect(relativeError(ys[at].dataSync(), data)).toBeLessThan(1e-5));
    for (const [at, key] of Object.keys(golden.tensors).entries())
      expect(relativeError(gradients[at].dataSync(), golden.grads[key].data), key).toBeLessThan(5e-5);
  });

  const merges = variant === 'bs' ? [] : Object.keys(golden.merged); // bs is LoRA exactly
  test.each(merges)('near as LoRA, by %s', async (merge) => {
    await openTestBackend('cpu');
    const norms = new Map<string, number>();
    const observe = (name: string, value: () => Tensor): void => void norms.set(name, value().dataSync()[0]);
    outputs(Object.values(golden.tensors).map(tensorOf), merge, observe);
    const stored = Object.values(golden.tensors).map(({ shape, data }, at) => {
      return [names[at], { group: 'default', shape, data: Float32Array.from(data) }] as const;
    });
    const frozen = Object.fromEntries(
      [...norms].map(([name, norm]) => [`${name}.reslora_norm`, { shape: [1], data: Float32Array.of(norm) }]),
    );
    const weights = { methodId: 'reslora', options: optionsFor(merge), targets, frozen, trainable: true };
    const read = (name: string): HostTensor => {
      const { shape, data } = golden.W[targets.findIndex((target) => `${target.name}.weight` === name)];
      return { shape, data: Float32Array.from(data) };
    };
    const completed = method.completed?.({ ...weights, trained: Object.fromEntries(stored) }, { read });
    const plain = method.toLora(completed ?? { ...weights, trained: {} });
    for (const { name } of targets) {
      const { lora_A: a, lora_B: b } = golden.merged[merge][name];
      expect(relativeError(plain.trained[`${name}.lora_A.weight`].data, a.data), name).toBeLessThan(1e-5);
      expect(relativeError(plain.trained[`${name}.lora_B.weight`].data, b.data), name).toBeLessThan(1e-5);
    }
  });
});

/** Variants that are LoRA nearly, and by what. */
describe.each([
  ['reslora/is_all', ['input', 'weight']],
  ['reslora/ms_all', ['input', 'xa']],
  ['reslora/ms_attn', ['input', 'xa']],
] as const)('%s', (name, merges) => {
  const { modelDir, read, dir } = methodCase(name);
  const { shape } = inspectModel(modelDir);
  const reference = JSON.parse(readFileSync(join(dir, 'reference.json'), 'utf8')) as {
    readonly merge: Readonly<Record<string, { readonly norms: Readonly<Record<string, number>> }>>;
  };

  testLogits(name);

  test('is read and written again, its norms too', () => {
    const folder = readPeftFolder(join(dir, 'final'));
    const written = method.toPeft(read('final', shape), 'tiny_llama_4l');
    expect(new Map([...written.tensors].sort())).toEqual(new Map([...folder.tensors].sort()));
    expect(written.config).toMatchObject(folder.config);
  });

  test.each(merges)('as LoRA, by %s, it is what the reference writes', (merge) => {
    const weights = read('final', shape);
    const { norms } = reference.merge[merge];
    const frozen = Object.fromEntries(
      weights.targets.map((target) => {
        return [`${target.name}.reslora_norm`, { shape: [1], data: Float32Array.of(norms[target.name]) }] as const;
      }),
    );
    const given = { ...weights, options: { ...weights.options, merge }, frozen };
    const base = openBaseWeights({ modelDir, model: inspectModel(modelDir) });
    const plain = method.toLora(method.completed?.(given, base) ?? given);
    base.close();
    const { tensors, config } = getAdapterMethod('lora').toPeft(plain, 'tiny_llama_4l');
    const expected = readPeftFolder(join(dir, `merged_${merge}`));
    expect([config.r, config.lora_alpha]).toEqual([expected.config.r, expected.config.lora_alpha]);
    expect([...tensors.keys()].sort()).toEqual([...expected.tensors.keys()].sort());
    for (const [key, { data }] of expected.tensors)
      expect(relativeError(floatsOf(tensors.get(key)?.data), floatsOf(data)), key).toBeLessThan(1e-5);
  });

  test('without norms earlier inputs count as large as the present one', () => {
    const weights = read('final', shape);
    const even = Object.fromEntries(
      Object.entries(weights.frozen).map(([key, tensor]) => [key, { ...tensor, data: Float32Array.of(3) }]),
    );
    const [without, with3] = [{}, even].map((frozen) => method.toLora({ ...weights, frozen }).trained);
    expect(without).toEqual(with3);
  });
});

describe('links', () => {
  const layer = (block: number, outFeatures: number) => ({ name: `m.${block}.q`, inFeatures: 4, outFeatures });

  test('go to the targets before, at most as many as asked for, and not past another shape', () => {
    const targets = [layer(0, 4), layer(2, 4), layer(5, 4), layer(6, 8), layer(7, 8)];
    expect([...linkedModules({ previous: 2, variant: 'bs' }, targets).values()]).toEqual([
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

describe('as an export', () => {
  const { dir, modelDir, read } = methodCase('reslora/is_all');

  test.each(['lora', 'gguf-lora'])('to %s what comes near says so, and how far off it is', async (to) => {
    const { parity, notes } = await runExport({ modelDir, adapterDir: join(dir, 'final'), to });
    expect([parity.of, parity.tolerance]).toEqual(['logits', null]);
    expect(parity.difference).toBeGreaterThan(1e-3);
    expect(parity.difference).toBeLessThan(2);
    expect(notes.map(({ code }) => code)).toEqual([
      'engineExports.nearLora',
      'reslora.byNorms',
      'engineExports.nearOnFixedTokens',
    ]);
  });

  test('llama.cpp does without what only comes near: its answers would be another adapter’s', async () => {
    const ggufDir = join(temporaryDir(), 'gguf');
    const asked = provideGgufLora({ adapterDir: join(dir, 'final'), modelDir, ggufDir });
    await expect(asked).rejects.toMatchObject({ code: 'unsupported', data: { field: 'adapter' } });
    expect(existsSync(ggufDir)).toBe(false);
  });

  test('by weights it reads those of the base', async () => {
    const weights = read('final', inspectModel(modelDir).shape);
    const adapterDir = join(temporaryDir(), 'by-weights');
    const options = { ...weights.options, merge: 'weight' };
    await writePeftFolder(adapterDir, method.toPeft({ ...weights, options, frozen: {} }, 'tiny_llama_4l'));
    const { outDir, notes } = await runExport({ modelDir, adapterDir, to: 'lora' });
    expect(notes.map(({ code }) => code)).toEqual([
      'engineExports.nearLora',
      'reslora.byWeights',
      'engineExports.nearOnFixedTokens',
    ]);
    const [written, expected] = [outDir, join(dir, 'merged_weight')].map((each) => readPeftFolder(each).tensors);
    for (const [key, { data }] of expected)
      expect(relativeError(floatsOf(written.get(key)?.data), floatsOf(data)), key).toBeLessThan(1e-5);
  });
});

describe('norms', () => {
  const small = { rank: 2, alpha: 4, previous: 1, normWindow: 3 };

  test('are the means of the last passes of training, and resume alike', async () => {
    const method = methodOf('reslora', { ...small, variant: 'ms', merge: 'xa' });
    const training = { steps: 4, gradientAccumulation: 2, checkpointEvery: 1 };
    const whole = await watch(await trainingJob(temporaryDir(), countingRows(16), { training, method }));
    const job = await trainingJob(temporaryDir(), countingRows(16), { training, method });
    const { result } = await watch(job, { stopAfterStep: 2 });
    expect(result.steps).toBeLessThan(4);
    const resumed = await watch({ ...job, resumeFrom: join(job.runDir, 'checkpoints', String(result.steps)) });
    expect(adapterBytes(resumed.result.adapterDir)).toBe(adapterBytes(whole.result.adapterDir));
    expect(normsIn(whole.result.adapterDir).size).toBe(14);
    expect([...normsIn(whole.result.adapterDir).values()].every((norm) => norm > 0)).toBe(true);
  });

  test('of what is exact, or weighed by the weights of the base, are not measured', () => {
    const targets = [{ name: 'm.0.q', inFeatures: 4, outFeatures: 4 }];
    const observed = (options: object) =>
      method.observes?.({ options: resloraOptionsSchema.parse(options), targets })?.names;
    expect(observed({})).toBeUndefined();
    expect(observed({ variant: 'is', merge: 'weight' })).toBeUndefined();
    expect(observed({ variant: 'ms' })).toEqual(['m.0.q']);
  });
});

test('a near form that is not of the variant is a problem of its field', () => {
  const check = (options: object) => resloraSpec.check(resloraOptionsSchema.parse(options), [], null);
  expect(check({ variant: 'is', merge: 'xa' })).toMatchObject([{ field: 'merge' }]);
  expect(check({ variant: 'ms', merge: 'weight' })).toMatchObject([{ field: 'merge' }]);
  expect(check({ variant: 'is', merge: 'weight' })).toEqual([]);
});

test('bs alone is exact as LoRA; the others keep their own pass, and no merged model of them is to be had', () => {
  const withVariant = (variant: string) => capabilitiesWith(resloraSpec, resloraOptionsSchema.parse({ variant }));
  expect(withVariant('bs')).toMatchObject({ plainLora: 'exact', mergeable: true, servable: 'factors' });
  for (const variant of ['is', 'ms'])
    expect(withVariant(variant)).toMatchObject({ plainLora: 'approximate', mergeable: false, servable: 'own' });
});
