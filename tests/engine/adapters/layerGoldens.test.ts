/**
 * One layer of VeRA and of VB-LoRA against PyTorch: outputs, updates and gradients. Catches a wrong slice of the shared
 * projections, a swapped axis in B's assembly, a gradient that leaks into logits that were not chosen.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { veraOptionsSchema } from '../../../main/methods/vera/spec.ts';
import { vbloraOptionsSchema } from '../../../main/methods/vblora/spec.ts';
import type { AdapterMethod, AdapterWeights, HostTensor } from '../../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { outsideBlocks } from '../../../main/engine/models/throughBlocks.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../../main/engine/tf.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';

const [vera, vblora] = ['vera', 'vblora'].map(getAdapterMethod);

interface Golden {
  readonly shape: number[];
  readonly data: number[];
}

function readGolden(name: string): Record<string, Golden> & Record<string, number> {
  return JSON.parse(readFileSync(fixturePath(name), 'utf8'));
}

function host({ shape, data }: Golden): HostTensor {
  return { shape, data: Float32Array.from(data) };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(b, (each, i) => Math.abs(each - a[i])).reduce(
    (most, each) => Math.max(most, each),
    a.length === b.length ? 0 : Infinity,
  );
}

/** Output of the layer `m`, and d Σ y² / d every trained tensor and x. */
async function run<Options extends object>(
  backend: Backend,
  method: AdapterMethod<Options>,
  weights: AdapterWeights<Options>,
  x: HostTensor,
) {
  const names = Object.keys(weights.trained);
  const frozen = Object.fromEntries(
    Object.entries(method.frozenUploads(weights)).map(([name, { data, shape }]) => [name, backend.frozen(data, shape)]),
  );
  const output = (tensors: Record<string, Tensor>, input: Tensor): Tensor => {
    const [y] = method.bind(weights, { ...tensors, ...frozen }, {}).deltas(input, ['m'], outsideBlocks);
    if (!y) throw new Error('the layer is not a target');
    return y;
  };
  const compiled = backend.compile('golden', (inputs: NamedTensorMap) => {
    const loss = (...given: Tensor[]): Tensor =>
      tf.sum(tf.square(output(Object.fromEntries(names.map((name, i) => [name, given[i]])), given[names.length])));
    const gradients = tf.grads(loss)([...names.map((name) => inputs[name]), inputs.x]);
    return {
      y: output(inputs, inputs.x),
      x: gradients[names.length],
      ...Object.fromEntries(names.map((name, i) => [name, gradients[i]])),
    };
  });
  const inputs = Object.fromEntries(
    [...Object.entries(weights.trained), ['x', x] as const].map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape]),
    ]),
  );
  const results = compiled(inputs);
  const read = async ([name, tensor]: [string, Tensor]): Promise<[string, ArrayLike<number>]> => [
    name,
    (await tensor.data()) as Float32Array,
  ];
  return Object.fromEntries(await Promise.all(Object.entries(results).map(read)));
}

/** Σ y² · 2 gives ∂x = 2 ΔWᵀ y. */
function gradientOfInput(y: readonly number[], delta: Golden): number[] {
  const [out, input] = delta.shape;
  return Array.from({ length: (y.length / out) * input }, (_, at) => {
    const [row, column] = [Math.floor(at / input), at % input];
    return Array.from({ length: out }, (_each, o) => 2 * y[row * out + o] * delta.data[o * input + column]).reduce(
      (a, b) => a + b,
      0,
    );
  });
}

const veraGolden = readGolden('vera_layer_golden.json');
const veraWeights: AdapterWeights<ReturnType<typeof veraOptionsSchema.parse>> = {
  methodId: 'vera',
  options: veraOptionsSchema.parse({ rank: veraGolden.r }),
  targets: [{ name: 'm', inFeatures: veraGolden.in_features, outFeatures: veraGolden.out_features }],
  trained: {
    'm.vera_lambda_b': { ...host(veraGolden.lambda_b), group: 'default' },
    'm.vera_lambda_d': { ...host(veraGolden.lambda_d), group: 'default' },
  },
  frozen: { vera_A: host(veraGolden.vera_A), vera_B: host(veraGolden.vera_B) },
  trainable: true,
};

const vbGolden = readGolden('vblora_layer_golden.json');
const vbWeights: AdapterWeights<ReturnType<typeof vbloraOptionsSchema.parse>> = {
  methodId: 'vblora',
  options: vbloraOptionsSchema.parse({
    rank: vbGolden.r,
    numVectors: vbGolden.h,
    vectorLength: vbGolden.b,
    topk: vbGolden.topk,
  }),
  targets: [{ name: 'm', inFeatures: vbGolden.in_features, outFeatures: vbGolden.out_features }],
  trained: {
    vblora_vector_bank: { ...host(vbGolden.vector_bank), group: 'vectorBank' },
    'm.vblora_logits_A': { ...host(vbGolden.logits_A), group: 'logits' },
    'm.vblora_logits_B': { ...host(vbGolden.logits_B), group: 'logits' },
  },
  frozen: {},
  trainable: true,
};

describeOnBackends('layer goldens', (name) => {
  test('VeRA: output and gradients', async () => {
    const results = await run(await openTestBackend(name), vera, veraWeights, host(veraGolden.x));
    expect(largestDifference(results.y, veraGolden.y.data)).toBeLessThan(1e-5);
    expect(largestDifference(results['m.vera_lambda_d'], veraGolden.grad_lambda_d.data)).toBeLessThan(1e-5);
    expect(largestDifference(results['m.vera_lambda_b'], veraGolden.grad_lambda_b.data)).toBeLessThan(1e-5);
    expect(largestDifference(results.x, gradientOfInput(veraGolden.y.data, veraGolden.delta_weight))).toBeLessThan(
      1e-5,
    );
  });

  test('VB-LoRA: output and gradients', async () => {
    const results = await run(await openTestBackend(name), vblora, vbWeights, host(vbGolden.x));
    expect(largestDifference(results.y, vbGolden.y.data)).toBeLessThan(1e-6);
    expect(largestDifference(results.vblora_vector_bank, vbGolden.grad_vector_bank.data)).toBeLessThan(1e-5);
    expect(largestDifference(results['m.vblora_logits_A'], vbGolden.grad_logits_A.data)).toBeLessThan(1e-5);
    expect(largestDifference(results['m.vblora_logits_B'], vbGolden.grad_logits_B.data)).toBeLessThan(1e-5);
    expect(largestDifference(results.x, gradientOfInput(vbGolden.y.data, vbGolden.delta_weight))).toBeLessThan(1e-5);
  });
});

/** B · A of an expansion. */
function deltaOf({ trained }: AdapterWeights): number[] {
  const {
    shape: [rank, input],
    data: a,
  } = trained['m.lora_A.weight'];
  const {
    shape: [out],
    data: b,
  } = trained['m.lora_B.weight'];
  return Array.from({ length: out * input }, (_, at) => {
    const [row, column] = [Math.floor(at / input), at % input];
    return Array.from({ length: rank }, (_each, q) => b[row * rank + q] * a[q * input + column]).reduce(
      (x, y) => x + y,
      0,
    );
  });
}

describe('expansion to plain LoRA', () => {
  test('VeRA gives the same update', () => {
    expect(largestDifference(deltaOf(vera.toLora(veraWeights)), veraGolden.delta_weight.data)).toBeLessThan(1e-5);
  });

  test('VB-LoRA gives the same factors and update', () => {
    const expanded = vblora.toLora(vbWeights);
    expect(largestDifference(expanded.trained['m.lora_A.weight'].data, vbGolden.A.data)).toBeLessThan(1e-6);
    expect(largestDifference(expanded.trained['m.lora_B.weight'].data, vbGolden.B.data)).toBeLessThan(1e-6);
    expect(largestDifference(deltaOf(expanded), vbGolden.delta_weight.data)).toBeLessThan(1e-6);
  });

  test('VB-LoRA stores the indices and weights that PEFT chooses', () => {
    const { tensors } = vblora.toPeft(
      { ...vbWeights, options: { ...vbWeights.options, saveOnlyTopkWeights: true } },
      'base',
    );
    const indices = tensors.get('base_model.model.m.vblora_logits_A_topk_indices');
    const weights = tensors.get('base_model.model.m.vblora_logits_B_topk_weights');
    expect([indices?.dtype, [...(indices?.data ?? [])]]).toEqual(['U8', vbGolden.topk_indices_A.data]);
    const stored = new Float32Array(weights?.data.slice().buffer ?? new ArrayBuffer(0));
    expect(
      largestDifference(
        stored,
        vbGolden.topk_weights_B.data.filter((_, i) => i % 2 === 0),
      ),
    ).toBeLessThan(1e-6);
  });
});
