/**
 * Gradients of whole encoders against finite differences, through LoRA on every layer and through the head: a wrong
 * term in embeddings, post-norms, GELU, pooler or mask shows here. With recomputation they must not change.
 */
import { expect, test } from 'vitest';
import { loraOptionsSchema } from '../../../main/methods/lora/spec.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import type { EncoderInputs, EncoderModel } from '../../../main/engine/models/encoderModel.ts';
import { encoderArrays, encoderTensors } from '../../../main/engine/models/encoderRows.ts';
import { loadEncoder } from '../../../main/engine/models/loadEncoder.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { openTestBackend, tensorflowMissing } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { initAdapter } from '../../support/initAdapter.ts';
import { type Subject, subjectOf, withoutZeros, worstRecomputeError, worstSlopeError } from './slopes.ts';

const rows = [
  { ids: [5, 17, 40, 17, 2, 33, 8], secondStart: 7 },
  { ids: [9, 30, 12], secondStart: 3 },
];
const rowLength = 8;

async function subject(backend: Backend, model: EncoderModel): Promise<Subject> {
  const random = createRandom(3, 'gradients');
  const { shape } = model;
  const options = loraOptionsSchema.parse({ rank: 2, alpha: 4 });
  const weights = await initAdapter('lora', { options, targets: shape.linears, shape, random });
  const values = { ...withoutZeros(weights.trained, random), ...Object.fromEntries(model.storedHead) };
  return subjectOf(backend, values, {
    batch: encoderTensors(encoderArrays(model.shape, rows, rowLength)),
    bind: (tensors) => getAdapterMethod('lora').bind(weights, tensors, {}),
    loss: (inputs, adapter, { tensors, recompute }) => {
      const hidden = model.hidden(inputs as unknown as EncoderInputs, { adapter, recompute });
      return model.logits(hidden, rowLength, tensors, { adapter }).square().sum();
    },
  });
}

test.each(['arch_bert_cls', 'arch_roberta_cls'])('gradients of %s', async (fixture) => {
  const backend = await openTestBackend(tensorflowMissing === null ? 'tensorflow' : 'wasm');
  const model = loadEncoder(backend, fixturePath(fixture));
  const encoder = await subject(backend, model);
  expect(Object.keys(encoder.values).some((name) => name.startsWith('classifier'))).toBe(true);
  const { kind, error } = await worstSlopeError(encoder);
  expect(error, kind).toBeLessThan(0.05);
  const recomputed = await worstRecomputeError(encoder);
  expect(recomputed.error, recomputed.tensor).toBeLessThan(1e-5);
  model.dispose();
});
