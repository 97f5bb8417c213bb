/** BeamLoRA's forward pass against its definition in float64, the gate's gradient among all, and its form as LoRA. */
import { beforeAll, describe, expect, test } from 'vitest';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { outsideBlocks } from '../../main/engine/models/throughBlocks.ts';
import { tf, type Tensor } from '../../main/engine/tf.ts';
import { llamaFamily } from '../../main/contract/families/llama.ts';
import type { LinearShape } from '../../main/contract/families/family.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { countTrained } from '../../main/methods/tensorSpec.ts';
import { resolveTraining } from '../../main/contract/resolveTraining.ts';
import { trainingSchema } from '../../main/contract/training.ts';
import { beamloraOptionsSchema, beamloraSpec } from '../../main/methods/beamlora/spec.ts';
import { slotWeights } from '../../main/methods/factorPair.ts';
import { loraSpec } from '../../main/methods/lora/spec.ts';
import { tinyShape } from '../engine/adapters/tinyLlama.ts';
import { openTestBackend } from '../support/backends.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';

const method = getAdapterMethod('beamlora');
const [rows, inFeatures, outFeatures, rank] = [3, 5, 4, 3];
const targets = ['m.0.q', 'm.1.q'].map((name) => ({ name, inFeatures, outFeatures }));
const options = beamloraOptionsSchema.parse({ rank, alpha: 6 });

/** Numbers that follow from `seed` alone, in float32. */
function numbers(count: number, seed: number, size = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, at) => size * Math.sin(7.3 * at + 1.7 * seed));
}

const shapes = { beamlora_A: [rank, inFeatures], beamlora_B: [outFeatures, rank], beamlora_gate: [rank] };
const x = numbers(rows * inFeatures, 0);
const given = Object.fromEntries(
  targets.flatMap(({ name }, at) =>
    Object.entries(shapes).map(([suffix, shape], index) => {
      const size = suffix === 'beamlora_gate' ? 0.05 : 1;
      const count = shape.reduce((product, side) => product * side, 1);
      return [
        `${name}.${suffix}`,
        { group: 'default', shape, data: numbers(count, 1 + index + 5 * at, size) },
      ] as const;
    }),
  ),
);

/** s·B(γ ⊙ (A x)) of every row, in float64. */
function updateOf(module: string, values: Readonly<Record<string, ArrayLike<number>>>): number[] {
  const [a, b] = [values[`${module}.beamlora_A`], values[`${module}.beamlora_B`]];
  const powers = Array.from(values[`${module}.beamlora_gate`], (p) => Math.exp(p / 0.05));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return Array.from({ length: rows * outFeatures }, (_, at) => {
    const [row, out] = [Math.floor(at / outFeatures), at % outFeatures];
    return powers.reduce((sum, power, slot) => {
      let low = 0;
      for (let i = 0; i < inFeatures; i++) low += a[slot * inFeatures + i] * x[row * inFeatures + i];
      return sum + (6 / rank) * b[out * rank + slot] * ((rank * power) / total) * low;
    }, 0);
  });
}

const halfSquares = (values: Readonly<Record<string, ArrayLike<number>>>): number =>
  targets.flatMap(({ name }) => updateOf(name, values)).reduce((sum, y) => sum + y * y, 0) / 2;

beforeAll(async () => {
  await openTestBackend('cpu');
});

describe('the gate', () => {
  test('weighs the slots of the rank: outputs and gradients', () => {
    const names = Object.keys(given);
    const tensors = names.map((name) => tf.tensor(given[name].data, given[name].shape));
    const outputs = (...all: Tensor[]): Tensor[] => {
      const bound = method.bind({ options, targets }, Object.fromEntries(names.map((name, at) => [name, all[at]])), {});
      const input = tf.tensor2d(x, [rows, inFeatures]);
      return targets.map(({ name }) => bound.deltas(input, [name], outsideBlocks)[0] ?? tf.scalar(NaN));
    };
    const values = Object.fromEntries(names.map((name) => [name, given[name].data]));
    for (const [at, y] of outputs(...tensors).entries())
      expect(relativeError(y.dataSync(), updateOf(targets[at].name, values))).toBeLessThan(1e-5);
    const loss = (...all: Tensor[]): Tensor => tf.addN(outputs(...all).map((y) => y.square().sum())).div(2);
    const gradients = tf.grads(loss)(tensors);
    for (const [at, name] of names.entries()) {
      const differences = Array.from(given[name].data, (value, index) => {
        const moved = (by: number) => halfSquares({ ...values, [name]: replaced(given[name].data, index, value + by) });
        return (moved(1e-6) - moved(-1e-6)) / 2e-6;
      });
      expect(relativeError(gradients[at].dataSync(), differences), name).toBeLessThan(1e-4);
    }
  });

  test('is multiplied into A where it becomes plain LoRA, layer by layer', () => {
    const weights = { methodId: 'beamlora', options, targets, trained: given, frozen: {}, trainable: true };
    const plain = method.toLora(weights, [targets[1]]);
    expect(plain.options).toMatchObject({ rank, alpha: 6 });
    expect(Object.keys(plain.trained)).toEqual(['m.1.q.lora_A.weight', 'm.1.q.lora_B.weight']);
    const gamma = slotWeights(given['m.1.q.beamlora_gate'].data, 0.05);
    expect(gamma.reduce((sum, each) => sum + each, 0)).toBeCloseTo(rank, 12);
    const a = given['m.1.q.beamlora_A'].data.map((value, at) => value * gamma[Math.floor(at / inFeatures)]);
    expect(plain.trained['m.1.q.lora_A.weight'].data).toEqual(a);
    expect(plain.trained['m.1.q.lora_B.weight'].data).toEqual(given['m.1.q.beamlora_B'].data);
  });

  test('of equal numbers weighs nothing, however large they are', () => {
    expect(slotWeights(new Float32Array(4).fill(1e30), 0.05)).toEqual([1, 1, 1, 1]);
  });
});

test('trains as many numbers as the specification counts, on SmolLM2 and the tiny Llama', () => {
  const trained = (of: number, layers: readonly LinearShape[]) =>
    countTrained(beamloraSpec.tensors(beamloraOptionsSchema.parse({ rank: of }), layers, null));
  const smol = {
    ...{ hidden_size: 576, intermediate_size: 1536, num_hidden_layers: 30 },
    ...{ num_attention_heads: 9, num_key_value_heads: 3, vocab_size: 49_152 },
  };
  expect(trained(8, llamaFamily.parseConfig(smol, 'config.json').linears)).toBe(2_443_920);
  expect(trained(4, inspectModel(fixturePath('tiny_llama_base')).shape.linears)).toBe(4152);
});

describe('left open', () => {
  test('its temperature follows from the learning rate, as in the release', () => {
    const fitted = (rate: number, given: readonly string[] = []) =>
      beamloraSpec.fit?.(options, targets, given, tinyShape, rate).gateTemperature;
    expect([fitted(3e-4), fitted(1e-4), fitted(9e-5), fitted(9e-5, ['gateTemperature'])]).toEqual([
      ...[0.05, 0.05, 0.03, 0.05],
    ]);
  });

  test('its runs prune and expand unless others are named, and others do not', () => {
    const context = { shape: tinyShape, trainingPieces: 8 };
    const resolved = (spec: typeof beamloraSpec | typeof loraSpec, asked: object) =>
      resolveTraining(trainingSchema.parse(asked), { ...context, spec });
    expect(resolved(beamloraSpec, {})).toMatchObject({ callbacks: ['beam'], beamShare: 0.95, beamMoments: true });
    expect(resolved(beamloraSpec, { callbacks: [] }).callbacks).toEqual([]);
    expect(resolved(loraSpec, {}).callbacks).toBeUndefined();
  });
});

function replaced(values: Float32Array, index: number, value: number): number[] {
  return Array.from(values, (each, at) => (at === index ? value : each));
}
