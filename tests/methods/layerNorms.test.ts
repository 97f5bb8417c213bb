/**
 * Layer norms that are trained beside bottleneck adapters, as Houlsby et al. did: which they are, where they lie, and
 * that no row of the base or of another adapter ever sees them.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { robertaFamily } from '../../main/contract/families/bert.ts';
import type { ModelShape } from '../../main/contract/families/family.ts';
import { gpt2Family } from '../../main/contract/families/gpt2.ts';
import type { AdapterWeights, HostTensor } from '../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod, readAdapter } from '../../main/engine/adapters/registry.ts';
import { ChatEngine } from '../../main/engine/inference/chatEngine.ts';
import { createRandom } from '../../main/engine/random.ts';
import { ServingEngine } from '../../main/engine/serving/ServingEngine.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { type PeftFolder, readPeftFolder, writePeftFolder } from '../../main/formats/peftFolder.ts';
import { adapterOptionsSchema, adapterSpec, layerNormsOf } from '../../main/methods/adapter/spec.ts';
import { countStoredBytes, countTrained } from '../../main/methods/tensorSpec.ts';
import { describeAdapterFolder, replacedWeights } from '../../main/studio/adapters/adapterImport/adapterFolder.ts';
import { servedRequest } from '../engine/serving/served.ts';
import { tinyShape } from '../engine/adapters/tinyLlama.ts';
import { backendSettings } from '../support/backends.ts';
import { fixturePath, relativeError } from '../support/fixtures.ts';
import { graftErrorOf } from '../support/graftErrors.ts';
import { initAdapter } from '../support/initAdapter.ts';
import { suiteDir, temporaryDir } from '../support/temporaryDir.ts';
import { methodCase } from './methodCases.ts';

const optionsOf = (given: object = {}) => adapterOptionsSchema.parse({ trainLayerNorm: true, bottleneck: 4, ...given });
const gpt2Dir = fixturePath('arch_gpt2');
const { shape: gpt2 } = inspectModel(gpt2Dir);

test('counts: 2d more for each layer norm, as the reference counts RoBERTa-large', () => {
  const config = { hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 16 };
  const large = robertaFamily.parseConfig({ ...config, vocab_size: 1000 }, 'config.json');
  const tensorsOf = (given: object) =>
    adapterSpec.tensors(optionsOf({ bottleneck: 64, ...given }), large.linears, large);
  expect(countTrained(tensorsOf({}))).toBe(6_444_032);
  expect(countTrained(tensorsOf({ trainLayerNorm: false }))).toBe(6_343_680);
  expect(countStoredBytes(tensorsOf({}))).toBe(4 * 6_444_032);
});

test('all layer norms of the model are among them, and RMS norms are none', () => {
  const gains = (shape: ModelShape) =>
    layerNormsOf(shape).flatMap(({ name }) => (name.endsWith('.weight') ? name : []));
  expect(gains(gpt2)).toEqual([
    ...[0, 1].flatMap((layer) => [1, 2].map((each) => `transformer.h.${layer}.ln_${each}.weight`)),
    'transformer.ln_f.weight',
  ]);
  const roberta = inspectModel(fixturePath('arch_roberta_cls')).shape;
  expect(gains(roberta)).toHaveLength(5);
  expect(gains(roberta)).toContain('roberta.embeddings.LayerNorm.weight');
  const size = { n_embd: 8, n_head: 2, n_positions: 16, vocab_size: 16 };
  const three = gpt2Family.parseConfig({ ...size, n_layer: 3 }, 'config.json');
  expect(gains(three)).toHaveLength(7);
  expect(gains(tinyShape)).toEqual([]);
  const problems = adapterSpec.check(optionsOf(), tinyShape.linears, tinyShape);
  expect(problems).toMatchObject([{ field: 'trainLayerNorm', code: 'unsupported' }]);
  expect(problems[0].message).toContain('RMS norms');
  expect(adapterSpec.check(optionsOf(), gpt2.linears, gpt2)).toEqual([]);
});

/** Values of its own in every tensor. */
async function madeUp(seed: string, given: object = {}): Promise<AdapterWeights> {
  const random = createRandom(5, seed);
  const weights = new Map<string, HostTensor>(
    layerNormsOf(gpt2).map(({ name, size }) => [name, { shape: size, data: new Float32Array(size[0]).fill(1) }]),
  );
  const fresh = await initAdapter('adapter', {
    options: optionsOf(given),
    targets: gpt2.linears,
    shape: gpt2,
    weights,
  });
  const trained = Object.entries(fresh.trained).map(([name, tensor]) => {
    return [name, { ...tensor, data: tensor.data.map((value) => value + random() - 0.5) }] as const;
  });
  return { ...fresh, trained: Object.fromEntries(trained) };
}

describe('the folder', () => {
  const { dir, read, modelDir } = methodCase('adapter_h/roberta_gelu_layernorm');
  const { shape } = inspectModel(modelDir);

  test('comes back as it was, and says what no scale reaches', async () => {
    const weights = read('final', shape);
    const out = join(temporaryDir(), 'adapter');
    await writePeftFolder(out, getAdapterMethod('adapter').toPeft(weights, 'base'));
    const [written, reference] = [out, join(dir, 'final')].map((each) => readPeftFolder(each));
    expect(new Map([...written.tensors].sort())).toEqual(new Map([...reference.tensors].sort()));
    expect(written.config).toMatchObject({ train_layer_norm: true, kind: 'H', non_linearity: 'gelu_tanh' });
    const norms = layerNormsOf(shape).map(({ name }) => name);
    expect(weights.replaced?.names.toSorted()).toEqual(norms.toSorted());
    expect(replacedWeights(describeAdapterFolder(out), shape).toSorted()).toEqual(norms.toSorted());
  });

  const altered = (change: (folder: PeftFolder) => Partial<PeftFolder>): PeftFolder => {
    const folder = readPeftFolder(join(dir, 'final'));
    return { ...folder, ...change(folder) };
  };

  test('without one of its norms is refused, and so is one for a model that has none', async () => {
    const key = 'base_model.model.roberta.encoder.layer.1.output.LayerNorm.bias';
    const without = altered(({ tensors }) => ({ tensors: new Map([...tensors].filter(([name]) => name !== key)) }));
    expect(graftErrorOf(() => readAdapter(without, shape)).data.field).toBe(key);
    const ofLlama = getAdapterMethod('adapter').toPeft(
      await initAdapter('adapter', {
        ...{ options: optionsOf({ trainLayerNorm: false }), targets: tinyShape.linears, shape: tinyShape },
      }),
      'base',
    );
    const claims = { ...ofLlama, config: { ...ofLlama.config, train_layer_norm: true } };
    expect(graftErrorOf(() => readAdapter(claims, tinyShape)).message).toContain('RMS norms');
  });
});

describe('served', () => {
  const engine = new ServingEngine();
  const alone = new ChatEngine();
  const dir = suiteDir();
  const { vocabSize } = gpt2;
  const settings = backendSettings.wasm;

  beforeAll(async () => {
    await engine.start({ settings, modelDir: gpt2Dir, contextLength: 48, maxRows: 8, deterministic: false });
    await alone.loadModel({ settings, modelDir: gpt2Dir, contextLength: 48 });
    for (const [key, given] of [
      ['h', {}],
      ['p', { adapterKind: 'P' }],
      ['l', { adapterKind: 'L' }],
    ] as const) {
      const adapter = { key, dir: join(dir, key) };
      await writePeftFolder(adapter.dir, getAdapterMethod('adapter').toPeft(await madeUp(key, given), 'base'));
      await engine.addAdapter(adapter);
      await alone.loadAdapter(adapter);
    }
    const lora = { key: 'lora', dir: fixturePath('gpt2_lora_r2') };
    await engine.addAdapter(lora);
    await alone.loadAdapter(lora);
  });
  afterAll(() => {
    engine.dispose();
    alone.dispose();
  });

  test('every row has the norms of its own adapter, or the base’s, at any scale', async () => {
    const mixed = [
      { name: null, promptLength: 5 },
      { name: 'h', promptLength: 4 },
      { name: 'p', promptLength: 7 },
      { name: 'l', promptLength: 3 },
      { name: 'lora', promptLength: 6 },
      { name: 'h', scale: 0.5, promptLength: 2 },
      { name: 'p', scale: 0, promptLength: 3 },
    ].map((asked) => servedRequest({ ...asked, sampling: { maxTokens: 5 } }, { below: vocabSize, topLogprobs: 1 }));
    const answers = mixed.map(async (request) => {
      const tops: { id: number; logprob: number }[] = [];
      await engine.complete(request, {
        signal: new AbortController().signal,
        onEvent: ({ token }) => void tops.push(...token.top),
      });
      return tops;
    });
    for (const [index, tops] of (await Promise.all(answers)).entries()) {
      const { promptIds, adapter } = mixed[index];
      const ids = [...promptIds, ...tops.slice(0, -1).map(({ id }) => id)];
      const { data } = await alone.logits({ ids: [ids], adapter });
      const rows = tops.map((_, at) => [...data.slice((promptIds.length - 1 + at) * vocabSize).slice(0, vocabSize)]);
      expect(tops.map(({ id }) => id)).toEqual(rows.map((row) => row.indexOf(Math.max(...row))));
      const expected = rows.map(
        (row) => -Math.log(row.reduce((sum, each) => sum + Math.exp(each - Math.max(...row)), 0)),
      );
      expect(
        relativeError(
          tops.map(({ logprob }) => logprob),
          expected,
        ),
        adapter?.key,
      ).toBeLessThan(1e-5);
      const base = await alone.logits({ ids: [ids], adapter: null });
      if (adapter !== null && adapter.key !== 'lora') expect(relativeError(data, base.data)).toBeGreaterThan(1e-2);
    }
  });
});
