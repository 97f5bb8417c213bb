/**
 * Folders that PEFT 0.21 wrote: read, written again, the same to the last bit; and everything that must be refused, by
 * name. Catches a lost key, a changed dtype, an option that is quietly ignored, an adapter laid over the wrong base.
 */
import { fc } from '../../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { matchTargets } from '../../../main/contract/targets.ts';
import type { ModelShape } from '../../../main/contract/families/family.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import { countStoredBytes } from '../../../main/methods/tensorSpec.ts';
import { getFamily } from '../../../main/contract/families/registry.ts';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import { float32ToBfloat16, float32ToFloat16 } from '../../../main/formats/floats.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder, type PeftFolder, type PeftTensor } from '../../../main/formats/peftFolder.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { initAdapter } from '../../support/initAdapter.ts';
import { madeAdapter } from '../exports/exportRequests.ts';
import { altered, peftFixtures, readFixture, tinyLinears, tinyShape } from './tinyLlama.ts';

const moduleKey = 'base_model.model.model.layers.0.self_attn.q_proj';

function refusal(
  folder: PeftFolder,
  linears = tinyLinears,
  shape: Omit<ModelShape, 'linears'> = tinyShape,
): GraftError {
  try {
    readAdapter(folder, { ...shape, linears });
  } catch (error) {
    if (error instanceof GraftError) return error;
    throw error;
  }
  throw new Error('the folder was accepted');
}

function floats(values: readonly number[], shape: readonly number[]): PeftTensor {
  return { dtype: 'F32', shape, data: new Uint8Array(Float32Array.from(values).buffer) };
}

function tensorOf(folder: PeftFolder, key: string): PeftTensor {
  const tensor = folder.tensors.get(key);
  if (!tensor) throw new Error(`no tensor ${key}`);
  return tensor;
}

describe.each(peftFixtures)('%s', (name) => {
  const folder = readFixture(name);
  const weights = readAdapter(folder, tinyShape);
  const written = getAdapterMethod(weights.methodId).toPeft(weights, 'tiny_llama_base');

  test('covers all fourteen layers', () => {
    expect(weights.targets.map((each) => each.name)).toEqual(tinyLinears.map((each) => each.name));
    expect(weights.trainable).toBe(folder.config.save_only_topk_weights !== true);
  });

  test('is written with the same keys, types, shapes and bytes', () => {
    expect([...written.tensors.keys()].sort()).toEqual([...folder.tensors.keys()].sort());
    for (const [key, { dtype, shape, data }] of folder.tensors) {
      const again = tensorOf(written, key);
      expect([key, again.dtype, again.shape]).toEqual([key, dtype, shape]);
      expect(Buffer.from(again.data).equals(data)).toBe(true);
    }
  });

  test('is written with the same configuration', () => {
    expect(written.config).toEqual({ ...folder.config, base_model_name_or_path: 'tiny_llama_base' });
  });

  test('its bytes are those that the counts foretell', () => {
    const bytes = [...written.tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    const tensors = methodSpecs[weights.methodId].tensors(weights.options, weights.targets, tinyShape);
    expect(countStoredBytes(tensors)).toBe(bytes);
  });

  test('read on a base of other sizes, the error names tensors and both shapes', () => {
    const other = tinyLinears.map((each) => ({
      ...each,
      inFeatures: each.inFeatures * 2,
      outFeatures: each.outFeatures * 2,
    }));
    const error = refusal(folder, other);
    expect(error.code).toBe('invalid');
    expect(error.message).toMatch(/another base/);
  });

  test('read on a base without these layers, each missing layer is named', () => {
    const error = refusal(
      folder,
      tinyLinears.filter((each) => !each.name.includes('layers.1.')),
    );
    expect(error.data.problems?.map(({ field }) => field)).toContain('model.layers.1.self_attn.q_proj');
  });

  test('a tensor that is missing or superfluous is named', () => {
    const [key] = folder.tensors.keys();
    const without = altered(folder, {}, { [key]: undefined });
    // What PEFT begins with at a known value is taken, and told.
    const isKnown = /\.vera_lambda_[bd]$|\.lora_B\.weight$/.test(key);
    expect(isKnown ? JSON.stringify(readAdapter(without, tinyShape).notices) : refusal(without).message).toContain(key);
    expect(refusal(altered(folder, {}, { 'base_model.model.extra': floats([1], [1]) })).message).toContain('extra');
  });

  test('half precision is read', () => {
    for (const dtype of ['F16', 'BF16'] as const) {
      const narrowed = Object.fromEntries(
        [...folder.tensors].filter(([, each]) => each.dtype === 'F32').map(([key, each]) => [key, half(each, dtype)]),
      );
      expect(readAdapter(altered(folder, {}, narrowed), tinyShape).targets).toHaveLength(14);
    }
  });

  test('any damage to the configuration is a GraftError', () => {
    const damage = fc.tuple(fc.constantFrom(...Object.keys(folder.config)), fc.jsonValue());
    fc.assert(
      fc.property(damage, ([field, value]) => acceptsOrRefuses(altered(folder, { [field]: value }))),
      { numRuns: 200 },
    );
  });

  test('any damage to a tensor is a GraftError', () => {
    const tensor = fc.record({
      dtype: fc.constantFrom('F32' as const, 'U8' as const, 'I64' as const, 'BOOL' as const),
      shape: fc.array(fc.nat(9), { maxLength: 3 }),
    });
    const damage = fc.tuple(fc.constantFrom(...folder.tensors.keys()), tensor);
    fc.assert(
      fc.property(damage, ([key, { dtype, shape }]) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const width = { F32: 4, U8: 1, I64: 8, BOOL: 1 }[dtype];
        return acceptsOrRefuses(altered(folder, {}, { [key]: { dtype, shape, data: new Uint8Array(count * width) } }));
      }),
      { numRuns: 100 },
    );
  });
});

function half({ shape, data }: PeftTensor, dtype: 'F16' | 'BF16'): PeftTensor {
  const values = new Float32Array(data.slice().buffer);
  const bits = dtype === 'F16' ? float32ToFloat16(values) : float32ToBfloat16(values);
  return { dtype, shape, data: new Uint8Array(bits.buffer) };
}

function acceptsOrRefuses(folder: PeftFolder): boolean {
  try {
    readAdapter(folder, tinyShape);
    return true;
  } catch (error) {
    return error instanceof GraftError;
  }
}

describe('what is refused by name', () => {
  test.each<[(typeof peftFixtures)[number], Record<string, unknown>, string]>([
    ['lora_r4_a8', { use_dora: true }, 'DoRA'],
    ['lora_r4_a8', { init_lora_weights: 'pissa_niter_4' }, 'pissa_niter_4'],
    ['lora_r4_a8', { init_lora_weights: 'olora' }, 'initialisation'],
    ['lora_r4_a8', { lora_bias: true }, 'biases of the factors'],
    ['lora_r4_a8', { layer_replication: [[0, 1]] }, 'layer_replication'],
    ['lora_r4_a8', { target_parameters: ['experts'] }, 'bare parameters'],
    ['lora_r4_a8', { trainable_token_indices: [1] }, 'trained token embeddings'],
    ['lora_r4_a8', { alora_invocation_tokens: [1] }, 'activated LoRA'],
    ['lora_r4_a8', { megatron_config: { a: 1 } }, 'Megatron'],
    ['lora_r4_a8', { bias: 'some' }, 'trained biases'],
    ['vera_r8_all_saved', { modules_to_save: 'lm_head' }, 'fully trained modules'],
    ['vblora_full', { task_type: 'SEQ_CLS' }, 'a task that this base is not for'],
    ['vblora_full', { peft_type: 'ADALORA' }, 'VERA, VBLORA, LORA'],
  ])('%s with %j', (name, config, words) => {
    const error = refusal(altered(readFixture(name), config));
    expect(error.code).toBe('unsupported');
    expect(error.message).toContain(words);
  });

  test('an adapter of a model that writes, laid over an encoder with layers of the same names', async () => {
    const modelDir = fixturePath('arch_bert_cls');
    const { shape } = inspectModel(modelDir);
    const folder = readPeftFolder(await madeAdapter(modelDir, 'lora'));
    const { linears, ...encoder } = shape;
    expect(refusal(altered(folder, { task_type: 'CAUSAL_LM' }), linears, encoder).message).toContain(
      'a task that this base is not for',
    );
    expect(readAdapter(altered(folder, { task_type: 'SEQ_CLS' }), shape).head).toBeUndefined();
  });

  test('all problems come at once, with file and field', () => {
    const error = refusal(
      altered(readFixture('lora_r4_a8'), { use_dora: true, bias: 'some', r: 0, lora_alpha: 'eight' }),
    );
    expect(error.data.problems?.map(({ field }) => field).sort()).toEqual(['bias', 'lora_alpha', 'r', 'use_dora']);
    expect(error.data.file).toMatch(/adapter_config\.json$/);
  });

  test('an adapter on the output head', () => {
    const head = {
      'base_model.model.lm_head.lora_A.weight': floats(Array<number>(128).fill(0), [4, 32]),
      'base_model.model.lm_head.lora_B.weight': floats(Array<number>(256).fill(0), [64, 4]),
    };
    expect(refusal(altered(readFixture('lora_r4_a8'), {}, head)).message).toContain('output head');
  });

  test('a layer that the configuration names and the file lacks', () => {
    const folder = readFixture('lora_r4_a8');
    const without = { [`${moduleKey}.lora_A.weight`]: undefined, [`${moduleKey}.lora_B.weight`]: undefined };
    // PEFT draws both at random then.
    const error = refusal(altered(folder, { init_lora_weights: false }, without));
    expect(error.message).toContain('model.layers.0.self_attn.q_proj, for which the file has no tensors');
    const weights = readAdapter(altered(folder, {}, without), tinyShape);
    expect(weights.notices).toEqual([{ kind: 'missingTensors', layers: ['model.layers.0.self_attn.q_proj'] }]);
    expect(weights.targets).toHaveLength(13);
  });

  test('a vector length that does not divide, an index past the bank', () => {
    expect(
      refusal(altered(readFixture('vblora_full'), { vector_length: 7 })).data.problems?.map(({ field }) => field),
    ).toContain('vectorLength');
    const folder = readFixture('vblora_topk2_u8');
    const key = `${moduleKey}.vblora_logits_A_topk_indices`;
    const { dtype, shape, data } = tensorOf(folder, key);
    expect(
      refusal(altered(folder, {}, { [key]: { dtype, shape, data: new Uint8Array(data).fill(12) } })).message,
    ).toContain('outside 0 … 11');
  });
});

test('sizes that no memory could hold are refused by shape, not tried', () => {
  const huge = { r: 65_536, num_vectors: 16_777_216, vector_length: 1_000_000_000, topk: 1_000_000 };
  expect(refusal(altered(readFixture('vblora_topk2_u8'), huge)).code).toBe('invalid');
  expect(refusal(altered(readFixture('vera_r8_all_saved'), { r: 65_536 })).code).toBe('invalid');
});

describe('VeRA projections', () => {
  const folder = readFixture('vera_r8_all_saved');

  test('saved ones equal those drawn from the key', () => {
    const drawn = readAdapter(
      altered(folder, { save_projection: false }, { 'base_model.vera_A': undefined, 'base_model.vera_B': undefined }),
      tinyShape,
    );
    expect(drawn.frozen).toEqual(readAdapter(folder, tinyShape).frozen);
  });

  test('promised but absent is an error', () => {
    expect(refusal(altered(folder, {}, { 'base_model.vera_A': undefined })).message).toContain('base_model.vera_A');
  });

  test('too small for the layers is an error', () => {
    const small = floats(Array<number>(8 * 32).fill(0), [8, 32]);
    expect(refusal(altered(folder, {}, { 'base_model.vera_A': small })).message).toContain('(8, 64)');
  });
});

describe('VB-LoRA with top-k weights only', () => {
  test('weights that round past one do not become NaN', () => {
    const folder = readFixture('vblora_topk2_u8');
    const key = `${moduleKey}.vblora_logits_A_topk_weights`;
    const { shape, data } = tensorOf(folder, key);
    const saturated = floats(Array<number>(data.length / 4).fill(1 + 2 ** -23), shape);
    const expanded = getAdapterMethod('vblora').toLora(
      readAdapter(altered(folder, {}, { [key]: saturated }), tinyShape),
    );
    expect(expanded.trained['model.layers.0.self_attn.q_proj.lora_A.weight'].data.every(Number.isFinite)).toBe(true);
  });

  test('k = 1 stores empty weights, and 40,000 vectors four-byte indices', async () => {
    const method = getAdapterMethod('vblora');
    const targets = tinyLinears.slice(0, 1);
    for (const [numVectors, dtype] of [
      [255, 'U8'],
      [256, 'I16'],
      [40_000, 'I32'],
    ] as const) {
      const options = methodSpecs.vblora.options.parse({
        rank: 2,
        numVectors,
        vectorLength: 8,
        topk: 1,
        saveOnlyTopkWeights: true,
        targets: [targets[0].name],
      });
      const made = await initAdapter('vblora', { options, targets, shape: tinyShape });
      const { tensors, config } = method.toPeft(made, 'base');
      expect(tensorOf({ dir: '', config, tensors }, `${moduleKey}.vblora_logits_A_topk_indices`)).toMatchObject({
        dtype,
        shape: [2, 4, 1],
      });
      expect(tensorOf({ dir: '', config, tensors }, `${moduleKey}.vblora_logits_A_topk_weights`)).toMatchObject({
        shape: [2, 4, 0],
      });
      const again = readAdapter({ dir: 'again', config, tensors }, tinyShape);
      expect(method.toPeft(again, 'base').tensors).toEqual(tensors);
    }
  });
});

describe('LoRA patterns', () => {
  test('ranks by module are read and written', async () => {
    const method = getAdapterMethod('lora');
    const options = methodSpecs.lora.options.parse({
      rank: 4,
      rankPattern: { 'layers\\.1\\..*': 2, up_proj: 3 },
      alphaPattern: { up_proj: 6 },
      targets: ['q_proj', 'up_proj'],
    });
    const targets = matchTargets(tinyLinears, { targets: ['q_proj', 'up_proj'] });
    const folder = method.toPeft(await initAdapter('lora', { options, targets, shape: tinyShape }), 'base');
    expect(folder.config).toMatchObject({
      r: 4,
      rank_pattern: { 'layers\\.1\\..*': 2, up_proj: 3 },
      target_modules: ['q_proj', 'up_proj'],
    });
    expect(tensorOf(folder, 'base_model.model.model.layers.0.mlp.up_proj.lora_A.weight').shape).toEqual([3, 32]);
    expect(readAdapter({ ...folder, dir: 'again' }, tinyShape).options).toEqual(options);
  });
});

describe('full fine-tuning', () => {
  const method = getAdapterMethod('full');
  const base = new Map(
    [...getFamily(tinyShape.family).weightShapes(tinyShape)].map(([name, shape]) => {
      const size = shape.reduce((product, each) => product * each, 1);
      return [name, { shape, data: new Float32Array(size).fill(0.5) }];
    }),
  );
  const fresh = async () => initAdapter('full', { options: {}, targets: tinyLinears, shape: tinyShape, weights: base });
  const written = async (without?: string) => {
    const weights = await fresh();
    const { tensors, ...folder } = method.toPeft(weights, 'base');
    return {
      weights,
      folder: { ...folder, dir: 'full', tensors: new Map([...tensors].filter(([name]) => name !== without)) },
    };
  };

  test('starts from the base and comes back from its files', async () => {
    const { weights, folder } = await written();
    expect(readAdapter(folder, tinyShape).trained).toEqual(weights.trained);
  });

  test('lacks no weight, a norm or an embedding neither, and has none that is not the model’s', async () => {
    const norm = 'base_model.model.model.norm.weight';
    expect(refusal((await written(norm)).folder).message).toContain(norm);
    const { folder } = await written();
    const tensors = new Map([...folder.tensors, ['base_model.model.other.weight', floats([1], [1])]]);
    expect(refusal({ ...folder, tensors }).message).toContain('other.weight');
  });

  test('has no LoRA form', async () => {
    const weights = await fresh();
    expect(() => method.toLora(weights)).toThrow('no LoRA form');
  });
});
