/**
 * How adapters bind to layers. Catches dropout left on in evaluation or drawn per layer, a delta for the wrong layer, a
 * lost gradient on recomputation.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { methodSpecs } from '../../../main/methods/registry.ts';
import type { AdapterWeights, BindContext } from '../../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { outsideBlocks } from '../../../main/engine/models/throughBlocks.ts';
import { tf, type Tensor } from '../../../main/engine/tf.ts';
import { openTestBackend } from '../../support/backends.ts';
import { altered, readFixture, tinyShape } from './tinyLlama.ts';

const attention = ['q_proj', 'k_proj', 'v_proj'].map((name) => `model.layers.1.self_attn.${name}`);
let backend: Backend;
beforeAll(async () => {
  backend = await openTestBackend('cpu');
});

function bind(weights: AdapterWeights, context: BindContext) {
  const method = getAdapterMethod(weights.methodId);
  const host = { ...weights.trained, ...method.frozenUploads(weights) };
  const tensors: Record<string, Tensor> = Object.fromEntries(
    Object.entries(host).map(([name, { data, shape }]) => [name, backend.frozen(data, shape)]),
  );
  return { bound: method.bind(weights, tensors, context), tensors };
}

describe.each(['vera_r8_all_saved', 'vblora_full', 'lora_r4_a8'] as const)('%s', (name) => {
  const weights = readAdapter(readFixture(name), tinyShape);
  const dropping = { ...weights, options: { ...weights.options, dropout: 0.25 } };
  const x = tf.ones([2, 32]);

  test('layers that share an input share one dropout, named by the first of them', () => {
    const calls: unknown[] = [];
    const dropout = (input: Tensor, rate: number, layer: string): Tensor => {
      calls.push([rate, layer]);
      return tf.zerosLike(input);
    };
    const deltas = bind(dropping, { dropout }).bound.deltas(x, attention, outsideBlocks);
    expect(calls).toEqual([[0.25, attention[0]]]);
    expect(deltas.map((each) => each?.shape)).toEqual([
      [2, 32],
      [2, 16],
      [2, 16],
    ]);
    expect(deltas.map((each) => tf.max(tf.abs(each ?? x)).dataSync()[0])).toEqual([0, 0, 0]);
  });

  test('without a mask generator nothing is dropped, and at rate 0 it is not asked', () => {
    const dropout = (): Tensor => {
      throw new Error('asked');
    };
    const [plain] = bind(weights, { dropout }).bound.deltas(x, attention, outsideBlocks);
    const [evaluated] = bind(dropping, {}).bound.deltas(x, attention, outsideBlocks);
    expect(evaluated?.dataSync()).toEqual(plain?.dataSync());
  });

  test('layers that are no targets get nothing, beside ones that do', () => {
    const some = { ...weights, targets: weights.targets.filter((each) => each.name === attention[1]) };
    const deltas = bind(some, {}).bound.deltas(x, attention, outsideBlocks);
    expect(deltas.map((each) => each === undefined)).toEqual([true, false, true]);
    expect(deltas[1]?.dataSync()).toEqual(bind(weights, {}).bound.deltas(x, attention, outsideBlocks)[1]?.dataSync());
    expect(bind(some, {}).bound.deltas(x, ['model.layers.0.mlp.up_proj'], outsideBlocks)).toEqual([undefined]);
  });

  test('lists two tensors with a gradient for each layer under a path', () => {
    const { bound } = bind(weights, {});
    expect(bound.tensorsUnder('model.layers.1.')).toHaveLength(14);
    expect(bound.tensorsUnder('model.layers.1.mlp.up_proj')).toHaveLength(2);
    expect(bound.tensorsUnder('model.layers.10.')).toHaveLength(0);
  });
});

test('VB-LoRA saved with top-k weights only binds as it is stored', () => {
  const weights = readAdapter(readFixture('vblora_topk2_u8'), tinyShape);
  const x = tf.randomNormal([2, 32], 0, 1, 'float32', 3);
  const [stored] = bind(weights, {}).bound.deltas(x, attention, outsideBlocks);
  const [expanded] = bind(getAdapterMethod('vblora').toLora(weights), {}).bound.deltas(x, attention, outsideBlocks);
  const difference = tf.max(tf.abs(tf.sub(stored ?? x, expanded ?? x))).dataSync()[0];
  expect(difference).toBeLessThan(1e-6);
});

test('a configuration that says only what it must is read with the defaults of PEFT', () => {
  const { tensors } = readFixture('lora_r4_a8');
  const config = { peft_type: 'LORA', r: 4, target_modules: 'all-linear' };
  const { options } = readAdapter({ dir: 'minimal', config, tensors }, tinyShape);
  expect(options).toEqual(methodSpecs.lora.options.parse({ rank: 4, targets: 'all-linear' }));
});

test('full fine-tuning stands in for weights by name, and for no others', () => {
  const norm = { shape: [2], data: Float32Array.of(1, 2), group: 'default' };
  const weights = {
    ...{ methodId: 'full', options: {}, targets: [], frozen: {}, trainable: true },
    trained: { 'model.norm.weight': norm },
  };
  const { bound, tensors } = bind(weights, {});
  expect(bound.weight?.('model.norm.weight')).toBe(tensors['model.norm.weight']);
  expect(bound.weight?.('constructor')).toBeUndefined();
  expect(bound.deltas(tf.ones([1, 2]), ['a', 'b'], outsideBlocks)).toEqual([undefined, undefined]);
});

test('an adapter with an int layer index and one with half the layers load alike', () => {
  const folder = readFixture('lora_r4_a8');
  const gone = Object.fromEntries(
    [...folder.tensors.keys()].filter((key) => key.includes('layers.0.')).map((key) => [key, undefined]),
  );
  const weights = readAdapter(altered(folder, { layers_to_transform: 1 }, gone), tinyShape);
  expect(weights.targets).toHaveLength(7);
  expect(weights.options).toMatchObject({ layersToTransform: [1] });
});
