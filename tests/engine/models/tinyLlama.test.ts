/** The tiny Llama of transformers 5.18: logits must come out on every backend, and in bf16 within its tolerance. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf } from '../../../main/engine/tf.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';

interface Reference {
  readonly input_ids: number[][];
  readonly logits_base: { readonly shape: number[]; readonly data: number[] };
}

describeOnBackends('tiny Llama', (name) => {
  test('gives the reference logits', async () => {
    const reference = JSON.parse(readFileSync(fixturePath('tiny_llama_reference_logits.json'), 'utf8')) as Reference;
    const backend = await openTestBackend(name);
    const model = loadModel(backend, fixturePath('tiny_llama_base'));
    const forward = backend.compile('logits', ({ ids }) => ({ logits: model.logits(model.hidden(ids)) }));
    const { logits } = forward({ ids: tf.tensor2d(reference.input_ids, undefined, 'int32') });
    expect(relativeError(await logits.data(), reference.logits_base.data)).toBeLessThan(1e-4);
  });
});
