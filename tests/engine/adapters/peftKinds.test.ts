/**
 * Kinds of adapter folders that PEFT 0.21 reads (fixtures/peft_kinds.py), with its logits; and kinds that are refused
 * in one sentence. Catches one that is refused, one that is read but not computed, and a refusal that speaks of
 * something else.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelShape } from '../../../main/contract/families/family.ts';
import type { AdapterWeights } from '../../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf } from '../../../main/engine/tf.ts';
import { readPeftFolder, writePeftFolder } from '../../../main/formats/peftFolder.ts';
import type { PeftFolder, PeftTensor } from '../../../main/formats/peftFolder.ts';
import { bertFamily } from '../../../main/contract/families/bert.ts';
import type { Model } from '../../../main/contract/entities.ts';
import { describeAdapterFolder, requireFit } from '../../../main/studio/adapters/adapterImport/adapterFolder.ts';
import { openTestBackend } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { graftErrorOf } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { altered, readFixture, tinyShape } from './tinyLlama.ts';

const dir = fixturePath('peft_kinds');
const reference = JSON.parse(readFileSync(join(dir, 'logits.json'), 'utf8')) as {
  readonly input_ids: number[][];
  readonly logits: Readonly<Record<string, readonly number[]>>;
  readonly tied: readonly number[];
};
const tied: ModelShape = { ...tinyShape, tiedHead: true };
const bertFile = fixturePath('arch_bert_cls/config.json');
const bertShape = bertFamily.parseConfig(JSON.parse(readFileSync(bertFile, 'utf8')), bertFile);

function read(name: string): PeftFolder {
  return readPeftFolder(join(dir, name));
}

async function logitsWith(weights: AdapterWeights): Promise<Float32Array> {
  const backend = await openTestBackend('cpu');
  const model = loadModel(backend, fixturePath('tiny_llama_base'));
  const tensors = Object.fromEntries(
    Object.entries(weights.trained).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
  const adapter = getAdapterMethod(weights.methodId).bind(weights, tensors, {});
  const hidden = model.hidden(tf.tensor2d(reference.input_ids, undefined, 'int32'), { adapter });
  return (await model.logits(hidden, adapter).data()) as Float32Array;
}

describe('a folder that PEFT reads', () => {
  test.each(Object.keys(reference.logits).filter((name) => name !== 'base'))(
    '%s: its logits, also after it was written again',
    async (name) => {
      const weights = readAdapter(read(name), tinyShape);
      expect(relativeError(await logitsWith(weights), reference.logits[name])).toBeLessThan(1e-5);
      const written = join(temporaryDir(), 'again');
      await writePeftFolder(written, getAdapterMethod('lora').toPeft(weights, 'base'));
      expect(
        relativeError(await logitsWith(readAdapter(readPeftFolder(written), tinyShape)), reference.logits[name]),
      ).toBeLessThan(1e-5);
    },
  );

  test('whose embeddings lie beside: one matrix of a base that ties them is both, the head last', () => {
    const { trained, replaced } = readAdapter(read('embeddings_beside'), tied);
    const own = readAdapter(read('embeddings_beside'), tinyShape).trained;
    expect(replaced?.names).toEqual(['model.embed_tokens.weight']);
    expect(trained['model.embed_tokens.weight']).toEqual(own['lm_head.weight']);
  });

  test('with fields that nobody knows: they are told', () => {
    expect(readAdapter(read('unknown_fields'), tinyShape).notices).toEqual([
      { kind: 'unknownFields', fields: ['a_later_option', 'another_number'] },
    ]);
    expect(readAdapter(read('eva'), tinyShape).notices).toBeUndefined();
  });

  test('which names the weights that no scale reaches', () => {
    expect(describeAdapterFolder(join(dir, 'embeddings_beside')).replaced).toEqual([
      'lm_head.weight',
      'model.embed_tokens.weight',
    ]);
    expect(describeAdapterFolder(join(dir, 'eva')).replaced).toEqual([]);
  });

  test('with a scale of 0: it cannot be trained further', () => {
    expect(readAdapter(read('alpha_zero'), tinyShape).trainable).toBe(false);
  });

  test('with the name in the keys: the library counts it as without', () => {
    const [plain, named] = ['eva', 'default_in_keys'].map((name) => describeAdapterFolder(join(dir, name)));
    expect(named).toMatchObject({ parameters: plain.parameters, layers: plain.layers });
  });

  test('but not with one tensor twice', async () => {
    const { config, tensors } = read('eva');
    const [[key, tensor]] = tensors;
    const twice = join(temporaryDir(), 'twice');
    await writePeftFolder(twice, {
      config,
      tensors: new Map([...tensors, [key.replace('.weight', '.default.weight'), tensor]]),
    });
    expect(graftErrorOf(() => readPeftFolder(twice))).toMatchObject({ code: 'invalid', data: { field: key } });
  });
});

describe('a folder of a bare body (AutoModel)', () => {
  const bare = (folder: PeftFolder, body: string): PeftFolder => {
    const entries = [...folder.tensors].map(
      ([key, tensor]) => [key.replace(`base_model.model.${body}.`, 'base_model.model.'), tensor] as const,
    );
    return { ...folder, tensors: new Map(entries) };
  };

  test.each(['lora_r4_a8', 'vera_r8_all_saved', 'vblora_full'] as const)(
    '%s is read by the names of the whole model',
    (name) => {
      const whole = readFixture(name);
      const config = { ...whole.config, task_type: 'FEATURE_EXTRACTION' };
      const read = readAdapter({ ...bare(whole, 'model'), config }, tinyShape);
      expect(read.trained).toEqual(readAdapter(whole, tinyShape).trained);
      expect(read.notices).toBeUndefined();
    },
  );

  test('also where its configuration names whole paths by an expression, and where its embeddings lie beside', () => {
    const whole = altered(readFixture('lora_r4_a8'), {
      target_modules: String.raw`layers\.\d+\.self_attn\.[qv]_proj`,
      rank_pattern: {},
    });
    const keys = [...whole.tensors.keys()].filter((key) => !/[qv]_proj/.test(key));
    const some = altered(whole, {}, Object.fromEntries(keys.map((key) => [key, undefined])));
    expect(readAdapter(bare(some, 'model'), tinyShape).targets.map(({ name }) => name)).toContain(
      'model.layers.1.self_attn.v_proj',
    );
    const beside = read('embeddings_beside');
    expect(readAdapter(bare(beside, 'model'), tinyShape).replaced?.names).toEqual(
      readAdapter(beside, tinyShape).replaced?.names,
    );
  });

  test('fits its base in the library too', async () => {
    const written = join(temporaryDir(), 'bare');
    await writePeftFolder(written, bare(readFixture('lora_r4_a8'), 'model'));
    const model = { name: 'tiny', shape: tinyShape } as Model;
    expect(() => requireFit(describeAdapterFolder(written), model, written)).not.toThrow();
    const encoder = { name: 'bert', shape: bertShape } as Model;
    expect(graftErrorOf(() => requireFit(describeAdapterFolder(written), encoder, written)).code).toBe('invalid');
  });

  test('of an encoder', () => {
    const query = 'base_model.model.encoder.layer.0.attention.self.query';
    const size = bertShape.hiddenSize;
    const matrix = (shape: number[]): PeftTensor => ({
      dtype: 'F32',
      shape,
      data: new Uint8Array(4 * shape[0] * shape[1]),
    });
    const tensors = new Map([
      [`${query}.lora_A.weight`, matrix([2, size])],
      [`${query}.lora_B.weight`, matrix([size, 2])],
    ]);
    const config = {
      peft_type: 'LORA',
      r: 2,
      target_modules: ['query'],
      layers_to_transform: [0],
      layers_pattern: 'layer',
    };
    const weights = readAdapter(
      { dir: '', config: { ...config, task_type: 'FEATURE_EXTRACTION' }, tensors },
      bertShape,
    );
    expect(weights.targets.map(({ name }) => name)).toEqual(['bert.encoder.layer.0.attention.self.query']);
  });
});

describe('a layer with one of its two tensors', () => {
  const layer = 'base_model.model.model.layers.0.self_attn.q_proj';

  test('LoRA without B adds nothing there, which is said', async () => {
    const key = `${layer}.lora_B.weight`;
    const [whole, half] = [readFixture('lora_r4_a8'), altered(readFixture('lora_r4_a8'), {}, { [key]: undefined })];
    const zero = whole.tensors.get(key);
    if (zero === undefined) throw new Error(`the fixture lacks ${key}`);
    const explicit = altered(whole, {}, { [key]: { ...zero, data: new Uint8Array(zero.data.byteLength) } });
    const weights = readAdapter(half, tinyShape);
    expect(weights.notices).toEqual([{ kind: 'initialTensors', tensors: [key] }]);
    expect(await logitsWith(weights)).toEqual(await logitsWith(readAdapter(explicit, tinyShape)));
  });

  test('VeRA without one of its vectors has the one that PEFT begins with', () => {
    const [keyB, keyD] = [`${layer}.vera_lambda_b`, `${layer}.vera_lambda_d`];
    const fixture = readFixture('vera_r8_all_saved');
    const initial = Number(fixture.config.d_initial);
    const { trained } = readAdapter(altered(fixture, {}, { [keyD]: undefined }), tinyShape);
    expect([...trained[`${layer.slice('base_model.model.'.length)}.vera_lambda_d`].data]).toEqual(
      Array(8).fill(Math.fround(initial)),
    );
    const without = readAdapter(altered(fixture, {}, { [keyB]: undefined }), tinyShape);
    expect(
      without.trained[`${layer.slice('base_model.model.'.length)}.vera_lambda_b`].data.every((value) => value === 0),
    ).toBe(true);
    expect(without.notices).toEqual([{ kind: 'initialTensors', tensors: [keyB] }]);
  });

  test.each<[string, string, Record<string, unknown>]>([
    ['LoRA without A, which PEFT would draw at random', 'lora_A', {}],
    ['LoRA without B that did not begin at zero', 'lora_B', { init_lora_weights: 'orthogonal' }],
  ])('%s is refused', (_, factor, fields) => {
    const key = `${layer}.${factor}.weight`;
    const error = graftErrorOf(() =>
      readAdapter(altered(readFixture('lora_r4_a8'), fields, { [key]: undefined }), tinyShape),
    );
    expect(error).toMatchObject({ code: 'invalid', data: { field: key } });
  });
});

describe('what nothing here computes is refused in one sentence', () => {
  test('embeddings of a vocabulary with more tokens', () => {
    const rows: PeftTensor = {
      dtype: 'F32',
      shape: [66, tinyShape.hiddenSize],
      data: new Uint8Array(66 * tinyShape.hiddenSize * 4),
    };
    const resized = altered(readFixture('lora_r4_a8'), {}, { 'base_model.model.model.embed_tokens.weight': rows });
    const error = graftErrorOf(() => readAdapter(resized, tinyShape));
    expect(error).toMatchObject({ code: 'unsupported', data: { field: 'embed_tokens' } });
    expect(error.message).toContain('66 rows where its base has 64');
  });

  const matrix: PeftTensor = { dtype: 'F32', shape: [2, 2], data: new Uint8Array(16) };
  const module = 'base_model.model.model.layers.0.self_attn.q_proj';
  test.each<[string, Record<string, PeftTensor>, Record<string, unknown>]>([
    [
      'adapters on the output head are not supported',
      { 'base_model.model.lm_head.lora_A.weight': matrix, 'base_model.model.lm_head.base_layer.weight': matrix },
      { target_modules: ['q_proj', 'lm_head'] },
    ],
    ['adapters on the output head are not supported', { 'base_model.model.lm_head.lora_A.default.weight': matrix }, {}],
    [
      'adapters on the embedding are not supported',
      { 'base_model.model.model.embed_tokens.lora_embedding_A': matrix },
      {},
    ],
    ['DoRA is not supported', { [`${module}.lora_magnitude_vector`]: matrix }, { use_dora: true }],
    ['trained token embeddings are not supported', {}, { trainable_token_indices: [1, 2] }],
    [
      'trained token embeddings are not supported',
      { 'base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta': matrix },
      { trainable_token_indices: { embed_tokens: [1] } },
    ],
  ])('%s', async (sentence, tensors, fields) => {
    const folder = altered(readFixture('lora_r4_a8'), fields, tensors);
    const written = join(temporaryDir(), 'refused');
    await writePeftFolder(written, folder);
    for (const action of [
      () => readAdapter(readPeftFolder(written), tinyShape),
      () => describeAdapterFolder(written),
    ]) {
      const error = graftErrorOf(action);
      expect(error).toMatchObject({
        code: 'unsupported',
        message: `The adapter in ${written} cannot be used: ${sentence}.`,
      });
    }
  });
});
