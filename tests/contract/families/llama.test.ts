import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { llamaDetails, llamaFamily } from '../../../main/contract/families/llama.ts';
import { getFamily, getFamilyOfModelType } from '../../../main/contract/families/registry.ts';
import { graftErrorOf, parsesOrRefuses } from '../../support/graftErrors.ts';
import { readTinyConfig, readTinyTensors } from '../../support/tinyModel.ts';

const parse = (changes: Readonly<Record<string, unknown>> = {}) =>
  llamaFamily.parseConfig({ ...readTinyConfig(), ...changes }, 'config.json');

/** SmolLM2-135M. */
const smollm2 = {
  model_type: 'llama',
  vocab_size: 49152,
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  max_position_embeddings: 8192,
  rope_theta: 100000,
  tie_word_embeddings: true,
};

describe('shape', () => {
  it('needs exactly the tensors that transformers saved', () => {
    const saved = new Map([...readTinyTensors()].map(([name, { shape }]) => [name, [...shape]]));
    expect(new Map([...llamaFamily.weightShapes(parse())].sort())).toEqual(new Map([...saved].sort()));
  });

  it('counts the parameters of SmolLM2 exactly, the tied embedding once', () => {
    const shape = llamaFamily.parseConfig(smollm2, 'config.json');
    expect(shape).toMatchObject({
      parameterCount: 134_515_008,
      headDim: 64,
      bosTokenId: 1,
      eosTokenIds: [2],
      padTokenId: null,
    });
    expect(shape.linears).toHaveLength(210);
    expect(shape.linears[1]).toEqual({ name: 'model.layers.0.self_attn.k_proj', inFeatures: 576, outFeatures: 192 });
    expect(llamaFamily.weightShapes(shape).has('lm_head.weight')).toBe(false);
  });

  it('counts as many parameters as its weights have elements, whatever the sizes', () => {
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(
        fc.record({ layers: size, heads: size, groups: size, dim: size, width: size, tied: fc.boolean() }),
        (sizes) => {
          const shape = parse({
            num_hidden_layers: sizes.layers,
            num_attention_heads: sizes.heads * sizes.groups,
            num_key_value_heads: sizes.heads,
            head_dim: sizes.dim * 2,
            hidden_size: sizes.width * 8,
            tie_word_embeddings: sizes.tied,
          });
          const elements = [...llamaFamily.weightShapes(shape).values()].map((dimensions) =>
            dimensions.reduce((a, b) => a * b),
          );
          expect(shape.parameterCount).toBe(elements.reduce((a, b) => a + b));
        },
      ),
    );
  });

  it('takes rope theta from either place, and several end-of-text tokens', () => {
    const thetaOf = (changes: Readonly<Record<string, unknown>>) =>
      llamaDetails({ ...readTinyConfig(), ...changes }).rope.theta;
    expect(thetaOf({ rope_parameters: null, rope_theta: 5 })).toBe(5);
    expect(thetaOf({ rope_theta: 5 })).toBe(10000);
    expect(thetaOf({ rope_parameters: null })).toBe(10000);
    expect(parse({ eos_token_id: [3, 4], pad_token_id: -1, bos_token_id: null })).toMatchObject({
      eosTokenIds: [3, 4],
      padTokenId: null,
      bosTokenId: null,
    });
  });
});

describe('refusals', () => {
  it.each([
    ['hidden_act', { hidden_act: 'gelu' }],
    ['rope_parameters.rope_type', { rope_parameters: { rope_type: 'axial', rope_theta: 1e4 } }],
    ['rope_scaling.rope_type', { rope_scaling: { type: 'proportional', factor: 2 } }],
    ['partial_rotary_factor', { partial_rotary_factor: 0.5 }],
  ])('%s is refused by name', (field, changes) => {
    expect(graftErrorOf(() => parse(changes))).toMatchObject({
      code: 'unsupported',
      data: { file: 'config.json', field },
    });
  });

  it.each([
    ['hidden_size', { hidden_size: 0 }],
    ['num_hidden_layers', { num_hidden_layers: 2 ** 24 }],
    ['vocab_size', { vocab_size: '64' }],
    ['num_attention_heads', { num_attention_heads: 5, head_dim: null }],
    ['head_dim', { head_dim: 7 }],
    ['num_key_value_heads', { num_key_value_heads: 3 }],
  ])('%s that does not hold is named', (field, changes) => {
    expect(graftErrorOf(() => parse(changes))).toMatchObject({ code: 'invalid', data: { field } });
  });

  it('all problems come together', () => {
    expect(graftErrorOf(() => llamaFamily.parseConfig({}, 'c')).data.problems).toHaveLength(5);
    expect(graftErrorOf(() => parse({ partial_rotary_factor: 0.5, hidden_act: 'relu' })).data.problems).toHaveLength(2);
  });

  it('any JSON gives a shape or a GraftError', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(readTinyConfig())), fc.jsonValue()), (changes) =>
        parsesOrRefuses(() => parse(changes)),
      ),
    );
  });

  it('unknown types list the known ones', () => {
    expect(getFamily('llama')).toBe(llamaFamily);
    expect(graftErrorOf(() => getFamilyOfModelType('mamba', 'f'))).toMatchObject({
      code: 'unsupported',
      data: { field: 'model_type' },
    });
    expect(graftErrorOf(() => getFamilyOfModelType(undefined, 'f')).code).toBe('invalid');
  });
});

describe('GGUF', () => {
  const head = (entries: Readonly<Record<string, unknown>>, tensorNames: readonly string[] = []) => ({
    metadata: new Map<string, unknown>(
      Object.entries({
        'llama.embedding_length': 32,
        'llama.attention.head_count': 4,
        'llama.block_count': 1,
        'llama.feed_forward_length': 8,
        ...entries,
      }),
    ),
    tensorNames: new Set(tensorNames),
    readFloat32: () => Float32Array.of(1, 7, 2, 7),
  });

  it('is tied when it has no output tensor, and counts the vocabulary where no size is given', () => {
    const tokens = { 'tokenizer.ggml.tokens': ['a', 'b', 'c'] };
    const shape = llamaFamily.parseConfig(llamaFamily.configFromGguf(head(tokens), 'f'), 'f');
    expect(shape).toMatchObject({
      vocabSize: 3,
      tiedHead: true,
      keyValueHeadCount: 4,
      eosTokenIds: [],
      bosTokenId: null,
    });
    expect(llamaFamily.configFromGguf(head(tokens, ['output.weight']), 'f').tie_word_embeddings).toBe(false);
  });

  it.each([
    ['rope_freqs.weight', head({}, ['rope_freqs.weight'])],
    ['llama.rope.scaling.type', head({ 'llama.rope.scaling.type': 'longrope' })],
    ['llama.expert_count', head({ 'llama.expert_count': 8 })],
    ['llama.rope.dimension_count', head({ 'llama.rope.dimension_count': 4 })],
    ['llama.attention.value_length', head({ 'llama.attention.value_length': 16 })],
  ])('%s that it cannot compute is refused', (field, gguf) => {
    expect(graftErrorOf(() => llamaFamily.configFromGguf(gguf, 'f'))).toMatchObject({
      code: 'unsupported',
      data: { field },
    });
  });

  it('knows which rows are permuted', () => {
    const shape = parse();
    const tensor = (name: string) => llamaFamily.ggufTensor(name, shape);
    expect(tensor('model.layers.1.self_attn.q_proj.weight')).toEqual({
      name: 'blk.1.attn_q.weight',
      transform: { kind: 'ropeRows', heads: 4 },
    });
    expect(tensor('model.layers.1.self_attn.k_proj.weight')).toEqual({
      name: 'blk.1.attn_k.weight',
      transform: { kind: 'ropeRows', heads: 2 },
    });
    expect(tensor('model.layers.0.mlp.down_proj.weight')).toEqual({
      name: 'blk.0.ffn_down.weight',
      transform: { kind: 'same' },
    });
    expect(tensor('lm_head.weight').name).toBe('output.weight');
  });
});
