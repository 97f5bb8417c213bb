/** BERT and RoBERTa with a head against transformers 5.18: logits on every backend, padded rows included. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encoderArrays, encoderTensors } from '../../../main/engine/models/encoderRows.ts';
import { loadEncoder } from '../../../main/engine/models/loadEncoder.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf, type Tensor } from '../../../main/engine/tf.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';

interface Reference {
  readonly input_ids: number[][];
  readonly logits: { readonly data: number[] };
  readonly padded: { readonly attention_mask: number[][]; readonly data: number[] };
}

describeOnBackends('encoders', (name) => {
  test.each(['arch_bert_cls', 'arch_roberta_cls'])(
    '%s gives the reference logits, padded rows included',
    async (fixture) => {
      const reference = JSON.parse(readFileSync(join(fixturePath(fixture), 'reference.json'), 'utf8')) as Reference;
      const backend = await openTestBackend(name);
      const model = loadEncoder(backend, fixturePath(fixture));
      const head = Object.fromEntries(
        [...model.storedHead].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]),
      );
      const forward = backend.compile('logits', (inputs) => {
        const hidden = model.hidden(inputs as Record<'ids' | 'attentionMask' | 'tokenTypes' | 'positions', Tensor>);
        return { logits: model.logits(hidden, inputs.ids.shape[1] as number, head) };
      });
      const whole = reference.input_ids.map((ids) => ({ ids, secondStart: ids.length }));
      const { logits } = forward(encoderTensors(encoderArrays(model.shape, whole, 10)));
      expect(relativeError(await logits.data(), reference.logits.data)).toBeLessThan(1e-4);

      const cut = reference.input_ids.map((ids, row) =>
        ids.filter((_, at) => reference.padded.attention_mask[row][at] === 1),
      );
      const rows = cut.map((ids) => ({ ids, secondStart: ids.length }));
      const padded = forward(encoderTensors(encoderArrays(model.shape, rows, 10))).logits;
      expect(relativeError(await padded.data(), reference.padded.data)).toBeLessThan(1e-4);
    },
  );

  test('are refused where text is to be written, and decoders where something is to be classified', async () => {
    const backend = await openTestBackend(name);
    expect(() => loadModel(backend, fixturePath('arch_bert_cls'))).toThrow(
      /encoder: it classifies text and writes none/,
    );
    expect(() => loadEncoder(backend, fixturePath('tiny_llama_base'))).toThrow(/writes text and classifies nothing/);
  });
});
