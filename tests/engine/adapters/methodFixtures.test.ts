/**
 * Methods that PEFT does not know, against their references in PyTorch (tests/fixtures/methods): folders read and
 * written, logits before and after training, and the expansion to plain LoRA. Their curves are in
 * methods/methodCurves.test.ts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encoderOutputs } from '../../../main/engine/exports/encoderOutputs.ts';
import type { AdapterWeights } from '../../../main/engine/adapters/adapterMethod.ts';
import { openBaseWeights } from '../../../main/engine/adapters/baseWeights.ts';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf } from '../../../main/engine/tf.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { readPeftFolder, readTensorFile } from '../../../main/formats/peftFolder.ts';
import { openSafetensors } from '../../../main/formats/safetensors.ts';
import { getMethodSpec } from '../../../main/methods/registry.ts';
import { countTrained } from '../../../main/methods/tensorSpec.ts';
import { backendSettings, openTestBackend } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { sampleModelDir } from '../../support/sampleVera.ts';

const decoders = [
  'loraxs/all',
  'loraxs/attn_true_init',
  'bitfit/gpt2_all',
  'sharelora/A_all',
  'sharelora/AB_all',
  'sharelora/B_attn',
  'loramini/all',
  'mos/all_p1',
  'mos/attn_p0',
  'lokr/r2_all',
  'lokr/both_r1_true_init',
  'ia3/all',
  'ia3/gpt2_default',
  'miss/all',
  'miss/mini_all',
  'miss/bat_all',
];

interface Reference {
  readonly base: string;
  readonly input_ids: readonly (readonly number[])[];
  readonly trained_parameters: number;
}

interface MaskedReference extends Reference {
  readonly attention_mask: readonly (readonly number[])[];
}

function json(name: string): unknown {
  return JSON.parse(readFileSync(fixturePath(`methods/${name}`), 'utf8'));
}

function baseDir(base: string): string {
  const own = fixturePath(`methods/${base}`);
  return existsSync(own) ? own : fixturePath(base);
}

function referenceLogits(name: string, tensor: string): Float32Array {
  const file = openSafetensors(fixturePath(`methods/${name}/reference.safetensors`));
  try {
    return file.readFloat32(tensor);
  } finally {
    file.close();
  }
}

async function logitsOf(base: string, weights: AdapterWeights, ids: Reference['input_ids']): Promise<Float32Array> {
  const backend = await openTestBackend('wasm');
  const model = loadModel(backend, baseDir(base));
  const method = getAdapterMethod(weights.methodId);
  const logits = tf.tidy(() => {
    const trained = Object.entries(weights.trained).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape]),
    ]);
    const frozen = Object.entries(method.frozenUploads(weights)).map(([name, { data, shape }]) => [
      name,
      backend.frozen(data, shape),
    ]);
    const adapter = method.bind(weights, Object.fromEntries([...trained, ...frozen]), {});
    return model.logits(
      model.hidden(
        tf.tensor2d(
          ids.map((row) => [...row]),
          undefined,
          'int32',
        ),
        { adapter },
      ),
    );
  });
  try {
    return await logits.data<'float32'>();
  } finally {
    logits.dispose();
    model.dispose();
  }
}

describe.each([...decoders, 'bitfit/roberta_all'])('%s', (name) => {
  const { base, trained_parameters: parameters } = json(`${name}/reference.json`) as Reference;
  const { shape } = inspectModel(baseDir(base));

  test.each(['init', 'final'])('%s is read and written again, tensor by tensor', (state) => {
    const folder = readPeftFolder(fixturePath(`methods/${name}/${state}`));
    const weights = readAdapter(folder, shape);
    const written = getAdapterMethod(weights.methodId).toPeft(weights, base);
    expect(new Map([...written.tensors].sort())).toEqual(new Map([...folder.tensors].sort()));
    const { modules_to_save: _saved, ...config } = folder.config;
    // Of sets, in PEFT's files: in no order.
    const sorted = ({ target_modules: names, ...rest }: typeof config) =>
      Array.isArray(names) ? { ...rest, target_modules: names.toSorted() } : rest;
    expect(sorted(written.config)).toMatchObject(sorted(config));
    if (!String(config.peft_type).startsWith('GRAFT_'))
      expect(Object.keys(written.config).sort()).toEqual(Object.keys(folder.config).sort());
  });

  test('trains as many numbers as it should', () => {
    const { methodId, options, targets, head } = readAdapter(
      readPeftFolder(fixturePath(`methods/${name}/final`)),
      shape,
    );
    const ofHead = Object.values(head?.tensors ?? {}).reduce((sum, { data }) => sum + data.length, 0);
    expect(countTrained(getMethodSpec(methodId).tensors(options, targets, shape)) + ofHead).toBe(parameters);
  });
});

describe.each(decoders)('%s', (name) => {
  const { base, input_ids: ids } = json(`${name}/reference.json`) as Reference;
  const { shape } = inspectModel(baseDir(base));
  const read = (folder: string) => readAdapter(readPeftFolder(fixturePath(`methods/${name}/${folder}`)), shape);

  test.each(['init', 'final'])('%s: logits', async (state) => {
    const found = await logitsOf(base, read(state), ids);
    expect(relativeError(found, referenceLogits(name, `logits_${state}`))).toBeLessThan(1e-5);
  });
});

test.each(decoders.filter((name) => !/^(bitfit|ia3)\/|bat_all$/.test(name)))(
  '%s expands to plain LoRA',
  async (name) => {
    const { base, input_ids: ids } = json(`${name}/reference.json`) as Reference;
    const { shape } = inspectModel(baseDir(base));
    const weights = readAdapter(readPeftFolder(fixturePath(`methods/${name}/final`)), shape);
    const plain = getAdapterMethod(weights.methodId).toLora(weights);
    const { tensors } = readTensorFile(fixturePath(`methods/${name}/expanded/adapter_model.safetensors`));
    for (const [key, { data }] of tensors) {
      const expected = new Float32Array(data.slice().buffer);
      const found = plain.trained[key.replace('base_model.model.', '')].data;
      expect(relativeError(found, expected), key).toBeLessThan(1e-6);
    }
    expect(relativeError(await logitsOf(base, plain, ids), referenceLogits(name, 'logits_final'))).toBeLessThan(1e-5);
  },
);

describe('LoRA-XS at its beginning', () => {
  test('has the singular vectors of its base, signs as scikit-learn gives them', async () => {
    const dir = baseDir('tiny_llama_4l');
    const stored = readAdapter(
      readPeftFolder(fixturePath('methods/loraxs/attn_true_init/init')),
      inspectModel(dir).shape,
    );
    const base = openBaseWeights({ modelDir: dir, model: inspectModel(dir) });
    const { options, targets } = stored;
    const made = await getAdapterMethod('loraxs')
      .init({ options, targets, random: Math.random, base })
      .finally(() => base.close());
    expect(Object.keys(made.frozen)).toEqual(Object.keys(stored.frozen));
    for (const [name, { data }] of Object.entries(stored.frozen))
      expect(relativeError(made.frozen[name].data, data), name).toBeLessThan(1e-3);
  });

  test('has them of larger layers by products on the device', async () => {
    await openTestBackend('wasm');
    const module = 'model.layers.0.mlp.down_proj'; // 256 by 640
    let asked = 0;
    const setup = { modelDir: sampleModelDir, model: inspectModel(sampleModelDir), onDecompose: () => (asked += 1) };
    const base = openBaseWeights(setup);
    const { u, s, v } = await base.topSingular(module, 4);
    const { shape, data } = base.read(`${module}.weight`);
    base.close();
    expect([u.shape, v.shape, asked]).toEqual([[256, 4], [640, 4], 1]);
    // W v = s u, to what ten rounds give
    for (let k = 0; k < 4; k++) {
      const image = Float32Array.from({ length: 256 }, (_, row) =>
        v.data.reduce((sum, value, at) => (at % 4 === k ? sum + value * data[row * shape[1] + (at - k) / 4] : sum), 0),
      );
      const expected = Float32Array.from({ length: 256 }, (_, row) => s[k] * u.data[row * 4 + k]);
      expect(relativeError(image, expected), `vector ${k}`).toBeLessThan(0.05);
      expect(s[k]).toBeLessThanOrEqual(k === 0 ? Infinity : s[k - 1]);
    }
  });

  test('stops where it is told to', async () => {
    const model = inspectModel(sampleModelDir);
    const base = openBaseWeights({ modelDir: sampleModelDir, model, signal: AbortSignal.abort(new Error('enough')) });
    await expect(base.topSingular('model.layers.0.mlp.down_proj', 4)).rejects.toThrow('enough');
    base.close();
  });
});

test.each(['init', 'final'])('BitFit on RoBERTa: logits of %s', async (state) => {
  const { input_ids: ids, attention_mask: mask } = json('bitfit/roberta_all/reference.json') as MaskedReference;
  const rows = ids.map((row, index) => row.filter((_, at) => mask[index][at] === 1));
  const subject = {
    modelDir: fixturePath('arch_roberta_cls'),
    adapterDir: fixturePath(`methods/bitfit/roberta_all/${state}`),
  };
  const found = await encoderOutputs(backendSettings.wasm, subject, rows);
  expect(relativeError(found, referenceLogits('bitfit/roberta_all', `logits_${state}`))).toBeLessThan(1e-5);
});
