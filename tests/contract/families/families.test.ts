/** Every decoder family's reading of config.json and of GGUF metadata, on the tiny models that transformers wrote. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import type { GgufField, GgufHead, ModelFamily } from '../../../main/contract/families/family.ts';
import { gemma2Details } from '../../../main/contract/families/gemma2.ts';
import { gemma3Details } from '../../../main/contract/families/gemma3.ts';
import { gpt2Details } from '../../../main/contract/families/gpt2.ts';
import { llamaDetails } from '../../../main/contract/families/llama.ts';
import { mistralDetails } from '../../../main/contract/families/mistral.ts';
import { phi3Details } from '../../../main/contract/families/phi3.ts';
import { qwen2Details } from '../../../main/contract/families/qwen2.ts';
import { qwen3Details } from '../../../main/contract/families/qwen3.ts';
import { getFamilyOfGguf, getFamilyOfModelType, modelFamilies } from '../../../main/contract/families/registry.ts';
import { parseSafetensors } from '../../../main/formats/safetensors.ts';
import { familyFixtures } from '../../engine/models/familyFixtures.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOf, parsesOrRefuses } from '../../support/graftErrors.ts';

type Config = Readonly<Record<string, unknown>>;

const detailsOf: Readonly<Record<string, (config: Config) => object>> = {
  llama: llamaDetails,
  mistral: mistralDetails,
  qwen2: qwen2Details,
  qwen3: qwen3Details,
  gemma2: gemma2Details,
  gemma3_text: gemma3Details,
  phi3: phi3Details,
  gpt2: gpt2Details,
};

function read(fixture: string): { readonly config: Config; readonly family: ModelFamily } {
  const config = JSON.parse(readFileSync(join(fixturePath(fixture), 'config.json'), 'utf8')) as Config;
  return { config, family: getFamilyOfModelType(config.model_type, fixture) };
}

/** What a GGUF with these fields and tensors shows of itself. */
function headOf(
  metadata: ReadonlyMap<string, GgufField>,
  tensors: ReadonlyMap<string, Float32Array>,
  weights: readonly string[],
): GgufHead {
  return {
    metadata: new Map(
      [...metadata].map(([key, { type, value }]) => [key, type === 'f32' ? Math.fround(value) : value]),
    ),
    tensorNames: new Set([...weights, ...tensors.keys()]),
    readFloat32: (name) => tensors.get(name) ?? new Float32Array(),
  };
}

function throughGguf(config: Config, family: ModelFamily): Config {
  const shape = family.parseConfig(config, 'config.json');
  const { metadata, tensors } = family.ggufMetadata(config, shape);
  const weights = [...family.weightShapes(shape).keys()].map((name) => family.ggufTensor(name, shape).name);
  const architecture = metadata.get('general.architecture')?.value;
  return getFamilyOfGguf(architecture, 'f').configFromGguf(headOf(metadata, tensors, weights), 'f');
}

/** Numbers to seven digits, as float32 keeps them. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) => (typeof each === 'number' ? Number(each.toPrecision(6)) : each)),
  );
}

describe.each(familyFixtures)('%s', (fixture) => {
  const { config, family } = read(fixture);
  const shape = family.parseConfig(config, 'config.json');

  it('needs exactly the tensors that transformers saved, and counts their elements', () => {
    const saved = parseSafetensors(
      new Uint8Array(readFileSync(join(fixturePath(fixture), 'model.safetensors'))),
    ).tensors;
    const turned = new Set(
      shape.linears.flatMap(({ name, storedTransposed }) => (storedTransposed ? [`${name}.weight`] : [])),
    );
    const stored = [...family.weightShapes(shape)].map(
      ([name, size]) => [name, turned.has(name) ? [...size].reverse() : [...size]] as const,
    );
    expect(new Map([...stored].sort())).toEqual(
      new Map([...saved].map(([name, each]) => [name, [...each.shape]] as const).sort()),
    );
    const elements = [...saved.values()].map((each) => each.shape.reduce((a, b) => a * b, 1));
    expect(shape.parameterCount).toBe(elements.reduce((a, b) => a + b));
  });

  it('means the same after a way through GGUF metadata', () => {
    const { rope_parameters: rope } = config as { readonly rope_parameters?: { readonly rope_type?: string } };
    if (rope?.rope_type === 'dynamic') return; // acts beyond the context alone; GGUF cannot say it
    if (fixture === 'arch_mistral') return; // without a window it comes back as the Llama that it is
    const back = throughGguf(config, family);
    const again = getFamilyOfModelType(back.model_type, 'f');
    expect(again).toBe(family);
    const ids = { bosTokenId: null, eosTokenIds: [], padTokenId: null };
    expect(rounded({ ...again.parseConfig(back, 'f'), ...ids })).toEqual(rounded({ ...shape, ...ids }));
    expect(rounded(detailsOf[shape.family](back))).toEqual(rounded(detailsOf[shape.family](config)));
  });

  it('takes any JSON for its fields, or refuses it with a GraftError', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(config)), fc.jsonValue()), (changes) =>
        parsesOrRefuses(() => {
          family.parseConfig({ ...config, ...changes }, 'config.json');
          detailsOf[shape.family]({ ...config, ...changes });
        }),
      ),
    );
  });

  it('has targets by default, which are among its linear layers', () => {
    for (const target of shape.defaultTargets)
      expect(shape.linears.some(({ name }) => name.endsWith(`.${target}`))).toBe(true);
  });
});

describe('defaults of PEFT', () => {
  it.each([
    ['arch_mistral', ['q_proj', 'v_proj']],
    ['arch_qwen3', ['q_proj', 'v_proj']],
    ['arch_gemma3', ['q_proj', 'v_proj']],
    ['arch_gpt2', ['c_attn']],
  ])('%s', (fixture, targets) => {
    const { config, family } = read(fixture);
    expect(family.parseConfig(config, 'f').defaultTargets).toEqual(targets);
  });
});

describe('refusals', () => {
  it.each([
    ['arch_mistral', 'hidden_act', { hidden_act: 'relu' }],
    ['arch_qwen2', 'layer_types', { layer_types: ['full_attention', 'linear_attention'] }],
    ['arch_gemma2', 'hidden_activation', { hidden_activation: 'silu' }],
    ['arch_gemma2', 'attention_bias', { attention_bias: true }],
    ['arch_gemma3', 'use_bidirectional_attention', { use_bidirectional_attention: true }],
    [
      'arch_gemma3',
      'rope_parameters.full_attention.rope_type',
      { rope_parameters: { full_attention: { rope_type: 'axial' } } },
    ],
    ['arch_qwen3', 'partial_rotary_factor', { partial_rotary_factor: 0.75 }],
    ['arch_gpt2', 'activation_function', { activation_function: 'relu' }],
    ['arch_gpt2', 'add_cross_attention', { add_cross_attention: true }],
  ])('%s: %s is refused by name', (fixture, field, changes) => {
    const { config, family } = read(fixture);
    const error = graftErrorOf(() => family.parseConfig({ ...config, ...changes }, 'config.json'));
    expect(error).toMatchObject({ code: 'unsupported', data: { file: 'config.json', field } });
  });

  it.each([
    ['arch_llama_linear', 'rope_parameters.factor', { rope_parameters: { rope_type: 'linear' } }],
    [
      'arch_phi3_longrope',
      'rope_parameters.short_factor',
      { rope_parameters: { rope_type: 'longrope', short_factor: [1], long_factor: [1] } },
    ],
    ['arch_gemma3', 'layer_types', { layer_types: ['full_attention'] }],
    ['arch_phi3_partial', 'partial_rotary_factor', { rope_parameters: null, partial_rotary_factor: 0.7 }],
    ['arch_gpt2', 'n_head', { n_head: 5 }],
  ])('%s: %s that does not hold is named', (fixture, field, changes) => {
    const { config, family } = read(fixture);
    expect(graftErrorOf(() => family.parseConfig({ ...config, ...changes }, 'f'))).toMatchObject({
      code: 'invalid',
      data: { field },
    });
  });

  it.each([
    ['arch_gemma2', 'layer_types', { layer_types: ['full_attention', 'sliding_attention'] }],
    ['arch_gemma2', 'query_pre_attn_scalar', { query_pre_attn_scalar: 100 }],
    ['arch_gpt2', 'scale_attn_by_inverse_layer_idx', { scale_attn_by_inverse_layer_idx: true }],
  ])('%s: a GGUF that llama.cpp would compute otherwise is not described (%s)', (fixture, field, changes) => {
    const { config, family } = read(fixture);
    const changed = { ...config, ...changes };
    const shape = family.parseConfig(changed, 'f');
    expect(graftErrorOf(() => family.ggufMetadata(changed, shape))).toMatchObject({
      code: 'unsupported',
      data: { field },
    });
  });

  it('an unknown family is refused with the list of those known', () => {
    const error = graftErrorOf(() => getFamilyOfModelType('mamba', 'config.json'));
    for (const { modelTypes } of modelFamilies) for (const type of modelTypes) expect(error.message).toContain(type);
    expect(error).toMatchObject({ code: 'unsupported', data: { field: 'model_type', file: 'config.json' } });
    expect(error.data.remedy).toContain('gpt2');
  });
});

describe('fields that transformers has moved over the years', () => {
  it('Gemma 3: a local base and a scaling of their own', () => {
    const { config } = read('arch_gemma3');
    const { rope_parameters: _nested, layer_types: _types, ...rest } = config;
    const old = {
      ...rest,
      rope_theta: 1e6,
      rope_local_base_freq: 5e3,
      rope_scaling: { rope_type: 'linear', factor: 8 },
      num_hidden_layers: 7,
    };
    const { layers } = gemma3Details(old);
    expect(layers.map(({ window }) => window)).toEqual([4, 4, 4, 4, 4, undefined, 4]);
    expect(layers[0].rope).toEqual({ kind: 'default', theta: 5e3 });
    expect(layers[5].rope).toEqual({ kind: 'linear', theta: 1e6, factor: 8 });
  });

  it('Gemma: the scale of embeddings is rounded as the weights are', () => {
    const { config } = read('arch_gemma2');
    expect(gemma2Details({ ...config, hidden_size: 3072 }).embeddingScale).toBe(Math.fround(Math.sqrt(3072)));
    expect(gemma2Details({ ...config, hidden_size: 3072, dtype: 'bfloat16' }).embeddingScale).toBe(55.5);
  });

  it('Phi-3: scaling by the names su and yarn is longrope, and the context is the original one', () => {
    const { config, family } = read('arch_phi3_longrope');
    const { rope_parameters: rope } = config as { readonly rope_parameters: object };
    for (const type of ['su', 'yarn']) {
      const old = { ...config, rope_parameters: null, rope_scaling: { ...rope, rope_type: undefined, type } };
      expect(phi3Details(old)).toEqual(phi3Details(config));
      expect(family.parseConfig(old, 'f').maxPositions).toBe(32);
    }
  });

  it('Qwen2: a window counts only when it is switched on, from one layer on', () => {
    const { config } = read('arch_qwen2');
    const { layer_types: _types, ...rest } = config;
    expect(qwen2Details({ ...rest, sliding_window: 8, max_window_layers: 1 }).windows).toEqual([undefined, undefined]);
    expect(
      qwen2Details({ ...rest, sliding_window: 8, max_window_layers: 1, use_sliding_window: true }).windows,
    ).toEqual([undefined, 8]);
  });
});

/**
 * config.json of models that people have, shortened to what counts; parameters as their authors or transformers count
 * them.
 */
describe('published models', () => {
  const llama32 = {
    rope_type: 'llama3',
    factor: 32,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
  };
  const published: readonly (readonly [string, Config, number])[] = [
    [
      'Llama 3.2 1B',
      {
        ...{
          model_type: 'llama',
          vocab_size: 128_256,
          hidden_size: 2048,
          intermediate_size: 8192,
          num_hidden_layers: 16,
        },
        ...{ num_attention_heads: 32, num_key_value_heads: 8, head_dim: 64, tie_word_embeddings: true },
        ...{ max_position_embeddings: 131_072, rope_theta: 5e5, rope_scaling: llama32 },
      },
      1_235_814_400,
    ],
    [
      'Mistral 7B 0.1',
      {
        ...{
          model_type: 'mistral',
          vocab_size: 32_000,
          hidden_size: 4096,
          intermediate_size: 14_336,
          num_hidden_layers: 32,
        },
        ...{ num_attention_heads: 32, num_key_value_heads: 8, max_position_embeddings: 32_768, sliding_window: 4096 },
      },
      7_241_732_096,
    ],
    [
      'Qwen2.5 0.5B',
      {
        ...{
          model_type: 'qwen2',
          vocab_size: 151_936,
          hidden_size: 896,
          intermediate_size: 4864,
          num_hidden_layers: 24,
        },
        ...{
          num_attention_heads: 14,
          num_key_value_heads: 2,
          tie_word_embeddings: true,
          use_sliding_window: false,
          rope_theta: 1e6,
        },
      },
      494_032_768,
    ],
    [
      'Qwen3 0.6B',
      {
        ...{
          model_type: 'qwen3',
          vocab_size: 151_936,
          hidden_size: 1024,
          intermediate_size: 3072,
          num_hidden_layers: 28,
        },
        ...{
          num_attention_heads: 16,
          num_key_value_heads: 8,
          head_dim: 128,
          tie_word_embeddings: true,
          rope_theta: 1e6,
        },
      },
      596_049_920,
    ],
    [
      'Gemma 2 2B',
      {
        ...{
          model_type: 'gemma2',
          vocab_size: 256_000,
          hidden_size: 2304,
          intermediate_size: 9216,
          num_hidden_layers: 26,
        },
        ...{ num_attention_heads: 8, num_key_value_heads: 4, head_dim: 256, hidden_act: 'gelu_pytorch_tanh' },
      },
      2_614_341_888,
    ],
    [
      'Gemma 3 1B',
      {
        ...{
          model_type: 'gemma3_text',
          vocab_size: 262_144,
          hidden_size: 1152,
          intermediate_size: 6912,
          num_hidden_layers: 26,
        },
        ...{
          num_attention_heads: 4,
          num_key_value_heads: 1,
          head_dim: 256,
          sliding_window: 512,
          sliding_window_pattern: 6,
        },
        ...{ rope_theta: 1e6, rope_local_base_freq: 1e4, rope_scaling: null },
      },
      999_885_952,
    ],
    [
      'Phi-3 mini 4k',
      {
        ...{
          model_type: 'phi3',
          vocab_size: 32_064,
          hidden_size: 3072,
          intermediate_size: 8192,
          num_hidden_layers: 32,
        },
        ...{ num_attention_heads: 32, num_key_value_heads: 32, sliding_window: 2047, rope_scaling: null },
      },
      3_821_079_552,
    ],
    ['GPT-2', { model_type: 'gpt2', n_ctx: 1024 }, 124_439_808],
  ];

  it.each(published)('%s', (_name, config, parameters) => {
    const family = getFamilyOfModelType(config.model_type, 'config.json');
    expect(family.parseConfig(config, 'config.json').parameterCount).toBe(parameters);
    detailsOf[String(config.model_type)](config);
  });
});
