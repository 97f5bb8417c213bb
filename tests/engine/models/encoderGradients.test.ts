/**
 * Gradients of whole encoders against finite differences, through LoRA on every layer and through the head: a wrong term in
 * embeddings, post-norms, GELU, pooler or mask shows here. With recomputation they must not change.
 */
import { expect, test } from 'vitest';
import { loraOptionsSchema } from '../../../main/contract/methods/lora.ts';
import { lora } from '../../../main/engine/adapters/lora.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import type { EncoderInputs, EncoderModel } from '../../../main/engine/models/encoderModel.ts';
import { encoderArrays, encoderTensors } from '../../../main/engine/models/encoderRows.ts';
import { loadEncoder } from '../../../main/engine/models/loadEncoder.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../../main/engine/tf.ts';
import { openTestBackend, tensorflowMissing } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { type Subject, worstSlopeError } from './slopes.ts';

const rows = [
  { ids: [5, 17, 40, 17, 2, 33, 8], secondStart: 7 },
  { ids: [9, 30, 12], secondStart: 3 },
];

type Scalar = ReturnType<typeof tf.scalar>;

function subject(backend: Backend, model: EncoderModel): Subject {
  const random = createRandom(3, 'gradients');
  const adapter = lora.init(loraOptionsSchema.parse({ rank: 2, alpha: 4 }), model.shape.linears, random);
  // B starts at zero, where A has no gradient.
  const factors = Object.entries(adapter.trained).map(([name, tensor]) => {
    return [name, { ...tensor, data: tensor.data.map((value) => (value === 0 ? random() - 0.5 : value)) }] as const;
  });
  const values = { ...Object.fromEntries(factors), ...Object.fromEntries(model.storedHead) };
  const names = Object.keys(values);
  const batch = encoderTensors(encoderArrays(model.shape, rows, 8));
  const compiled = [false, true].map((recompute) =>
    backend.compile('gradients', (inputs) => {
      const lossOf = (...tensors: Tensor[]): Tensor => {
        const named = Object.fromEntries(names.map((name, at) => [name, tensors[at]]));
        const bound = lora.bind(adapter, named, {});
        if (recompute) for (const tensor of bound.tensorsUnder('')) tf.keep(tensor);
        const hidden = model.hidden(inputs as unknown as EncoderInputs, { adapter: bound, recompute });
        return model.logits(hidden, 8, named, { adapter: bound }).square().sum();
      };
      const { value, grads } = tf.valueAndGrads(lossOf as (...tensors: Tensor[]) => Scalar)(names.map((name) => inputs[name]));
      return { loss: value, ...Object.fromEntries(grads.map((gradient, at) => [names[at], gradient])) };
    }),
  );
  const step: Subject['step'] = async (moved, recompute) => {
    const tensors: NamedTensorMap = Object.fromEntries(names.map((name) => [name, tf.tensor(moved[name].data, [...moved[name].shape])]));
    const { loss, ...gradients } = compiled[Number(recompute)]({ ...tensors, ...batch });
    const [value] = await loss.data();
    const read = await Promise.all(names.map(async (name) => [name, (await gradients[name].data()) as Float32Array] as const));
    tf.dispose([tensors, loss, gradients]);
    return { loss: value, gradients: Object.fromEntries(read) };
  };
  return { values, step };
}

test.each(['arch_bert_cls', 'arch_roberta_cls'])('gradients of %s', async (fixture) => {
  const backend = await openTestBackend(tensorflowMissing === null ? 'tensorflow' : 'wasm');
  const model = loadEncoder(backend, fixturePath(fixture));
  const { values, step } = subject(backend, model);
  expect(Object.keys(values).some((name) => name.startsWith('classifier'))).toBe(true);
  const { kind, error } = await worstSlopeError({ values, step });
  expect(error, kind).toBeLessThan(0.05);
  const [kept, again] = [await step(values, false), await step(values, true)];
  for (const [tensor, gradient] of Object.entries(kept.gradients)) {
    const difference = Math.max(...gradient.map((value, at) => Math.abs(value - again.gradients[tensor][at])));
    expect(difference, tensor).toBeLessThan(1e-5 * Math.max(1, ...gradient.map(Math.abs)));
  }
  model.dispose();
});
