/**
 * Adapters as releases of PEFT from 0.11 to 0.21 wrote them (fixtures/peft_versions.py): the same logits as that
 * release computed, with the expansion and after being written again. Catches a field that only some releases write,
 * and a module, pattern, type of numbers or width of index that is read otherwise.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelShape } from '../../../main/contract/families/family.ts';
import type { AdapterWeights } from '../../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf } from '../../../main/engine/tf.ts';
import { mlxLm } from '../../../main/formats/adapterLayouts/mlxLm.ts';
import { readForeignAdapter } from '../../../main/formats/adapterLayouts/registry.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import type { PeftFolder, PeftTensor } from '../../../main/formats/peftFolder.ts';
import { openTestBackend } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { graftErrorOf } from '../../support/graftErrors.ts';
import { altered, tinyShape } from './tinyLlama.ts';

const dir = fixturePath('peft_versions');
const biasesDir = fixturePath('peft_biases');
const cases = readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const { input_ids: ids, logits } = referenceOf(dir);

function referenceOf(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'logits.json'), 'utf8')) as {
    readonly input_ids: readonly number[];
    readonly logits: Readonly<Record<string, readonly number[]>>;
  };
}

function read(name: string): PeftFolder {
  return readPeftFolder(join(dir, name));
}

async function logitsWith(weights: AdapterWeights, base = 'tiny_llama_base'): Promise<Float32Array> {
  const backend = await openTestBackend('cpu');
  const method = getAdapterMethod(weights.methodId);
  const model = loadModel(backend, fixturePath(base));
  const trained = Object.entries(weights.trained).map(
    ([name, { data, shape }]) => [name, tf.tensor(data, [...shape])] as const,
  );
  const frozen = Object.entries(method.frozenUploads(weights)).map(
    ([name, { data, shape }]) => [name, backend.frozen(data, shape)] as const,
  );
  const adapter = method.bind(weights, Object.fromEntries([...trained, ...frozen]), {});
  const output = model.logits(model.hidden(tf.tensor2d([...ids], [1, ids.length], 'int32'), { adapter }), adapter);
  return (await output.data()) as Float32Array;
}

test('there is a case for each release, and the logits of each case', () => {
  expect(cases.sort()).toEqual(Object.keys(logits));
  expect([...new Set(cases.map((name) => name.slice(0, 5)))]).toEqual(['v0.11', 'v0.13', 'v0.18', 'v0.21']);
});

describe.each(cases)('%s', (name) => {
  const folder = read(name);
  const weights = readAdapter(folder, tinyShape);
  const method = getAdapterMethod(weights.methodId);

  test('has the logits that PEFT computes, and so has its expansion', async () => {
    expect(relativeError(await logitsWith(weights), logits[name])).toBeLessThan(2e-5);
    expect(relativeError(await logitsWith(method.toLora(weights)), logits[name])).toBeLessThan(2e-5);
  });

  test('is written again with every tensor under its key', () => {
    const written = method.toPeft(weights, 'tiny_llama_base');
    expect([...written.tensors].map(([key, { shape }]) => [key, shape]).sort()).toEqual(
      [...folder.tensors].map(([key, { shape }]) => [key, shape]).sort(),
    );
    for (const field of ['r', 'target_modules', 'modules_to_save', 'bias', 'rank_pattern', 'layers_to_transform'])
      expect([field, written.config[field] ?? null]).toEqual([field, folder.config[field] ?? null]);
    expect(readAdapter({ ...written, dir: 'again' }, tinyShape).options).toEqual(weights.options);
  });
});

test('an adapter of mlx-lm gives the logits that mlx-lm computes', async () => {
  const mlxDir = fixturePath('mlx_lm_lora');
  const converted = readForeignAdapter(mlxDir, mlxLm);
  const expected = JSON.parse(readFileSync(join(mlxDir, 'logits.json'), 'utf8')) as {
    readonly logits: readonly number[];
  };
  const error = relativeError(await logitsWith(readAdapter({ ...converted, dir: mlxDir }, tinyShape)), expected.logits);
  expect(error).toBeLessThan(1e-4);
});

describe.each([
  ['qwen2_lora_only', 'arch_qwen2', 2],
  ['qwen2_vera_all', 'arch_qwen2', 6],
  ['gpt2_lora_all', 'arch_gpt2', 13],
])('trained biases: %s', (name, base, biases) => {
  const folder = readPeftFolder(join(biasesDir, name));
  const { shape } = inspectModel(fixturePath(base));
  const weights = readAdapter(folder, shape);

  test('has the logits that PEFT computes, and so has its expansion', async () => {
    expect(weights.replaced?.names).toHaveLength(biases);
    const expected = referenceOf(biasesDir).logits[name];
    expect(relativeError(await logitsWith(weights, base), expected)).toBeLessThan(2e-5);
    expect(
      relativeError(await logitsWith(getAdapterMethod(weights.methodId).toLora(weights), base), expected),
    ).toBeLessThan(2e-5);
  });

  test('is written again with every tensor under its key', () => {
    const written = getAdapterMethod(weights.methodId).toPeft(weights, base);
    expect([...written.tensors.keys()].sort()).toEqual([...folder.tensors.keys()].sort());
    expect(written.config.bias).toBe(folder.config.bias);
  });
});

describe('weights of the base that an adapter replaces', () => {
  const folder = read('v0.13_lora_modules_to_save');
  const headKey = 'base_model.model.lm_head.weight';
  const tied: ModelShape = { ...tinyShape, tiedHead: true };

  test('are told when they are missing, strange or of another size, together with what else does not fit', () => {
    const [factor] = [...folder.tensors.keys()].filter((key) => key.includes('lora_A'));
    expect(graftErrorOf(() => readAdapter(altered(folder, {}, { [headKey]: undefined }), tinyShape)).message).toContain(
      headKey,
    );
    const { data, dtype } = folder.tensors.get(headKey) as PeftTensor;
    const spoiled = altered(folder, {}, { [headKey]: { dtype, data, shape: [32, 64] }, [factor ?? '']: undefined });
    const fields = graftErrorOf(() => readAdapter(spoiled, tinyShape)).data.problems?.map(({ field }) => field);
    expect(fields).toEqual(expect.arrayContaining([headKey, factor]));
    const unnamed = altered(folder, { modules_to_save: ['lm_head'] });
    // What lies beside without being named is loaded all the same.
    expect(readAdapter(unnamed, tinyShape).replaced?.names).toContain('model.embed_tokens.weight');
  });

  test('may be a head of its own where the base ties it, but not the embedding alone', () => {
    expect(readAdapter(folder, tied).replaced?.names).toEqual(['model.embed_tokens.weight', 'lm_head.weight']);
    const embedding = altered(folder, { modules_to_save: ['embed_tokens'] }, { [headKey]: undefined });
    expect(graftErrorOf(() => readAdapter(embedding, tied))).toMatchObject({
      code: 'unsupported',
      data: { field: 'modules_to_save' },
    });
    expect(readAdapter(altered(embedding, { ensure_weight_tying: true }), tied).replaced?.names).toEqual([
      'model.embed_tokens.weight',
    ]);
  });

  test('may be named without being there at all (PEFT names the heads of every kind of classifier)', () => {
    const named = altered(folder, { modules_to_save: ['lm_head', 'embed_tokens', 'classifier', 'score'] });
    expect(readAdapter(named, tinyShape).replaced?.modules).toContain('score');
  });
});
