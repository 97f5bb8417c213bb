/**
 * Kinds of adapter folders that PEFT 0.21 reads (fixtures/peft_kinds.py), with its logits; and kinds that are refused in one
 * sentence. Catches one that is refused, one that is read but not computed, and a refusal that speaks of something else.
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
import { describeAdapterFolder } from '../../../main/studio/adapterFolder.ts';
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

function read(name: string): PeftFolder {
  return readPeftFolder(join(dir, name));
}

async function logitsWith(weights: AdapterWeights): Promise<Float32Array> {
  const backend = await openTestBackend('cpu');
  const model = loadModel(backend, fixturePath('tiny_llama_base'));
  const tensors = Object.fromEntries(Object.entries(weights.trained).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));
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
      expect(relativeError(await logitsWith(readAdapter(readPeftFolder(written), tinyShape)), reference.logits[name])).toBeLessThan(1e-5);
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
    await writePeftFolder(twice, { config, tensors: new Map([...tensors, [key.replace('.weight', '.default.weight'), tensor]]) });
    expect(graftErrorOf(() => readPeftFolder(twice))).toMatchObject({ code: 'invalid', data: { field: key } });
  });
});

describe('what nothing here computes is refused in one sentence', () => {
  const matrix: PeftTensor = { dtype: 'F32', shape: [2, 2], data: new Uint8Array(16) };
  const module = 'base_model.model.model.layers.0.self_attn.q_proj';
  test.each<[string, Record<string, PeftTensor>, Record<string, unknown>]>([
    [
      'adapters on the output head are not supported',
      { 'base_model.model.lm_head.lora_A.weight': matrix, 'base_model.model.lm_head.base_layer.weight': matrix },
      { target_modules: ['q_proj', 'lm_head'] },
    ],
    ['adapters on the output head are not supported', { 'base_model.model.lm_head.lora_A.default.weight': matrix }, {}],
    ['adapters on the embedding are not supported', { 'base_model.model.model.embed_tokens.lora_embedding_A': matrix }, {}],
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
    for (const action of [() => readAdapter(readPeftFolder(written), tinyShape), () => describeAdapterFolder(written)]) {
      const error = graftErrorOf(action);
      expect(error).toMatchObject({ code: 'unsupported', message: `The adapter in ${written} cannot be used: ${sentence}.` });
    }
  });
});
