/**
 * Every PEFT-written adapter on the tiny Llama, on every backend: logits as PEFT's. Catches what a single layer cannot
 * show: a layer left out, a wrong key, a projection regenerated for another set of targets.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { methodSpecs } from '../../../main/methods/registry.ts';
import type { AdapterWeights } from '../../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod, readAdapter } from '../../../main/engine/adapters/registry.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf, type NamedTensorMap } from '../../../main/engine/tf.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { breadth } from '../../support/breadth.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { initAdapter } from '../../support/initAdapter.ts';
import { peftFixtures, readFixture, tinyLinears, tinyShape } from './tinyLlama.ts';

interface Reference {
  readonly input_ids: number[][];
  readonly [logits: `logits_${string}`]: { readonly data: number[] };
}

const reference = JSON.parse(readFileSync(fixturePath('tiny_llama_reference_logits.json'), 'utf8')) as Reference;

async function logitsWith(backend: Backend, weights: AdapterWeights, scale?: number): Promise<Float32Array> {
  const method = getAdapterMethod(weights.methodId);
  const model = loadModel(backend, fixturePath('tiny_llama_base'));
  const trained = Object.entries(weights.trained).map(
    ([name, { data, shape }]) => [name, tf.tensor(data, [...shape])] as const,
  );
  const frozen = Object.fromEntries(
    Object.entries(method.frozenUploads(weights)).map(([name, { data, shape }]) => [name, backend.frozen(data, shape)]),
  );
  const forward = backend.compile('logits', ({ ids, scale: scalar, ...tensors }) => {
    const adapter = method.bind(weights, { ...tensors, ...frozen }, { scale: scalar });
    return { logits: model.logits(model.hidden(ids, { adapter })) };
  });
  const given: NamedTensorMap = scale === undefined ? {} : { scale: tf.scalar(scale) };
  const { logits } = forward({
    ids: tf.tensor2d(reference.input_ids, undefined, 'int32'),
    ...Object.fromEntries(trained),
    ...given,
  });
  return (await logits.data()) as Float32Array;
}

describeOnBackends('adapters of the tiny Llama', (backendName) => {
  const few = (name: string): boolean => backendName !== 'webgpu' || name === 'vblora_full';
  test.each(breadth(peftFixtures, few))(
    '%s: logits, with its expansion, with its form for inference, with scale',
    async (name) => {
      const backend = await openTestBackend(backendName);
      const weights = readAdapter(readFixture(name), tinyShape);
      const method = getAdapterMethod(weights.methodId);
      const expected = reference[`logits_${name}`].data;
      expect(relativeError(await logitsWith(backend, weights), expected)).toBeLessThan(1e-5);
      expect(relativeError(await logitsWith(backend, method.toLora(weights)), expected)).toBeLessThan(1e-5);
      expect(
        relativeError(await logitsWith(backend, method.forInference?.(weights) ?? weights, 1), expected),
      ).toBeLessThan(1e-5);
      expect(relativeError(await logitsWith(backend, weights, 0), reference.logits_base.data)).toBeLessThan(1e-5);
    },
  );

  test.each(breadth(['vera', 'lora', 'vblora'], (id) => backendName !== 'webgpu' || id === 'lora'))(
    '%s as it is initialised: the base itself, but for VB-LoRA',
    async (id) => {
      const options = methodSpecs[id].options.parse({ rank: 4, ...(id === 'vblora' ? { vectorLength: 8 } : {}) });
      const weights = await initAdapter(id, { options, targets: tinyLinears, shape: tinyShape });
      const error = relativeError(
        await logitsWith(await openTestBackend(backendName), weights),
        reference.logits_base.data,
      );
      if (id === 'vblora') expect(error).toBeGreaterThan(1e-5);
      else expect(error).toBeLessThan(1e-6);
    },
  );
});
