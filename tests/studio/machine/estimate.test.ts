import { describe, expect, it } from 'vitest';
import { getFamily } from '../../../main/contract/families/registry.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { getMethodSpec } from '../../../main/methods/registry.ts';
import { loraOptionsSchema } from '../../../main/methods/lora/spec.ts';
import { countStoredBytes } from '../../../main/methods/tensorSpec.ts';
import { parseTraining, resolveTraining } from '../../../main/contract/resolveTraining.ts';
import { estimateRun, type EstimateInput } from '../../../main/studio/machine/estimate.ts';
import { sampleModel } from '../../database/sampleRows.ts';

const { shape } = sampleModel('/home');

function input(
  overrides: Partial<EstimateInput> & { readonly method?: string } = {},
  training: object = {},
): EstimateInput {
  const spec = getMethodSpec(overrides.method ?? 'vera');
  const parsed = parseTraining({ steps: 10, maxLength: 64, ...training }, { spec, shape });
  if (parsed.value === null) throw new Error(JSON.stringify(parsed.problems));
  return {
    ...{
      shape,
      spec,
      options: spec.options.parse({}),
      targets: shape.linears,
      meanLength: 32,
      longestLength: 64,
      knownTokensPerSecond: null,
    },
    settings: { backend: 'tensorflow', precision: 'float32', threads: 2 },
    ...overrides,
    training: resolveTraining(parsed.value, { spec, shape, trainingPieces: 100 }),
  };
}

describe('an estimate before the run', () => {
  it('is the sum of the parts that are shown', () => {
    const { memoryBytes, memoryParts } = estimateRun(input());
    expect(memoryParts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(memoryBytes);
    expect(memoryParts.every(({ bytes }) => Number.isFinite(bytes) && bytes >= 0)).toBe(true);
  });

  it('is smaller in bf16, with recomputation and with smaller batches', () => {
    const bytes = (estimate: EstimateInput): number => estimateRun(estimate).memoryBytes;
    const base = bytes(input());
    expect(bytes(input({ settings: { backend: 'tensorflow', precision: 'bf16', threads: 2 } }))).toBeLessThan(base);
    expect(bytes(input({}, { recompute: true }))).toBeLessThan(base);
    expect(bytes(input({}, { batchSize: 1 }))).toBeLessThan(base);
  });

  it('takes the speed of an earlier run over its own guess', () => {
    const { training } = input();
    const { seconds } = estimateRun(input({ knownTokensPerSecond: 100 }));
    expect(seconds).toBeCloseTo((training.steps * training.batchSize * 32) / 100);
  });

  it('says no time for a graphics card that was not tested, else what its test measured', () => {
    const card = { settings: { backend: 'webgpu', precision: 'float32', threads: 2 } } as const;
    expect(estimateRun(input(card)).seconds).toBeNull();
    const [slow, quick] = [1e9, 4e9].map((measuredRate) => estimateRun(input({ ...card, measuredRate })).seconds ?? 0);
    expect(slow / quick).toBeCloseTo(4);
    const known = { ...card, knownTokensPerSecond: 100 };
    expect(estimateRun(input({ ...known, measuredRate: 1e9 }))).toEqual(estimateRun(input(known)));
  });

  it('knows that WebGPU keeps what a forward pass makes: 148 MB measured, LoRA on the sample model', () => {
    const sample = inspectModel('resources/sample-model').shape;
    const options = loraOptionsSchema.parse({ rank: 8 });
    const targets = sample.linears.filter(({ name }) => /[qv]_proj/.test(name));
    const settings = { backend: 'webgpu', precision: 'float32', threads: 1 } as const;
    const given = { shape: sample, options, targets, settings, evaluates: false, method: 'lora' };
    const { memoryParts } = estimateRun(input(given, { batchSize: 4 }));
    const bytes = memoryParts.reduce((sum, part) => sum + (part.name === 'engine' ? 0 : part.bytes), 0);
    expect(bytes / 148e6).toBeGreaterThan(0.85);
    expect(bytes / 148e6).toBeLessThan(1.2);
  });

  it('gives the adapter’s size as the method counts it, and the whole model for full fine-tuning', () => {
    const spec = getMethodSpec('vera');
    const tensors = spec.tensors(spec.options.parse({}), shape.linears, shape);
    expect(estimateRun(input()).adapterBytes).toBe(countStoredBytes(tensors));
    const weights = [...getFamily(shape.family).weightShapes(shape).values()];
    const elements = weights.reduce((sum, size) => sum + size.reduce((product, each) => product * each), 0);
    expect(estimateRun(input({ method: 'full' })).adapterBytes).toBe(4 * elements);
  });

  it('counts what optimizer and procedure hold, not two moments whatever they are', () => {
    const held = (training: object): number => {
      const { memoryParts } = estimateRun(input({ method: 'lora' }, training));
      return memoryParts.find(({ name }) => name === 'adapter and optimizer')?.bytes ?? 0;
    };
    const [usual, onlyB] = [held({}), held({ optimizer: 'lora-fa' })];
    expect(held({ optimizer: 'lora-plus' })).toBe(usual);
    expect(onlyB).toBeLessThan(usual);
    const [light, full] = ['light', 'full'].map((loraProForm) => held({ optimizer: 'lora-pro', loraProForm }));
    const { rank } = loraOptionsSchema.parse({});
    const difference = shape.linears.map(({ inFeatures: into, outFeatures: out }) => into * out - rank * (into + out));
    expect(full - light).toBe(8 * difference.reduce((sum, each) => sum + each));
    expect(held({ procedure: 'chain', links: 4 })).toBeGreaterThan(held({ procedure: 'chain', links: 2 }));
    expect(held({ procedure: 'chain', links: 2 })).toBeGreaterThan(usual);
  });
});

/** MiB at the peak of a process: `npm run bench -- methods resources/sample-model --memory`, 4 × 128 tokens. */
it.each([
  ['lora', 604],
  ['adapter', 491],
  ['vera', 677],
  ['full', 791],
])('of operations that run one by one, as WebAssembly has them: %s', (method, measured) => {
  const sample = inspectModel('resources/sample-model').shape;
  const spec = getMethodSpec(method);
  const parsed = spec.options.parse({});
  const options = spec.fit?.(parsed, sample.linears, [], sample) ?? parsed;
  const { memoryBytes } = estimateRun({
    ...input(
      { settings: { backend: 'wasm', precision: 'float32', threads: 1 } },
      { batchSize: 4, maxLength: 128, evaluationSplit: 0 },
    ),
    ...{ shape: sample, spec, options, targets: sample.linears, longestLength: 128 },
  });
  expect(memoryBytes / 2 ** 20 / measured).toBeGreaterThan(0.8);
  expect(memoryBytes / 2 ** 20 / measured).toBeLessThan(1.2);
});
