/**
 * Every family with frozen weights in bf16, as TensorFlow runs them by default: logits, loss and cached decoding stay
 * near those of transformers. A kernel that reads bf16 bits as float32 shows here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBackend } from '../../../main/engine/backends/registry.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf } from '../../../main/engine/tf.ts';
import { backendSettings, tensorflowMissing } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { describeWith } from '../../support/requirements.ts';
import { decodeInRows } from './cachedDecode.ts';
import { familyFixtures } from './familyFixtures.ts';

const tolerance = 0.1; // eight bits a number; PyTorch in bf16 is 0.05 off on the worst of these

describeWith({ reason: tensorflowMissing }, 'decoder families in bf16', () => {
  test.each(familyFixtures)('%s', async (fixture) => {
    const backend = await openBackend({ ...backendSettings.tensorflow, precision: 'bf16' });
    const reference = JSON.parse(readFileSync(join(fixturePath(fixture), 'reference.json'), 'utf8'));
    const [ids] = reference.input_ids as number[][];
    const model = loadModel(backend, fixturePath(fixture));
    const vocabulary = model.shape.vocabSize;
    const loss = backend.compile('loss', (inputs) => {
      const hidden = model.hidden(inputs.ids);
      const weights = tf.ones([ids.length]);
      return { logits: model.logits(hidden), loss: model.crossEntropySum(hidden, inputs.targets, weights) };
    });
    const next = [...ids.slice(1), 0];
    const outputs = loss({ ids: tf.tensor2d([ids], undefined, 'int32'), targets: tf.tensor1d(next, 'int32') });
    const expected = (reference.logits.data as number[]).slice(0, ids.length * vocabulary);
    expect(relativeError(await outputs.logits.data(), expected)).toBeLessThan(tolerance);
    const losses = next.map((target, row) => {
      const logits = expected.slice(row * vocabulary, (row + 1) * vocabulary);
      return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - logits[target]), 0));
    });
    const total = losses.reduce((sum, each) => sum + each, 0);
    expect(Math.abs((await outputs.loss.data())[0] - total) / total).toBeLessThan(tolerance);
    const tokens = ids.slice(0, Math.min(ids.length, model.shape.maxPositions));
    const whole = await model.logits(model.hidden(tf.tensor2d([tokens], undefined, 'int32'))).data();
    expect(relativeError((await decodeInRows(model, [tokens]))[0].flat(), whole)).toBeLessThan(tolerance);
    model.dispose();
  });
});
