/** Rows decoded together must come out as each alone: a mask, a slot or a position of the wrong row shows here. */
import { expect, test } from 'vitest';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf } from '../../../main/engine/tf.ts';
import { describeOnBackends, openTestBackend } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { decodeInRows } from './cachedDecode.ts';

const rows = [11, 4, 7].map((length, row) => Array.from({ length }, (_, at) => (7 * at + 11 * row + 3) % 64));

describeOnBackends('cached decoding of several rows', (name) => {
  test('gives what a forward pass over each row gives', async () => {
    const model = loadModel(await openTestBackend(name), fixturePath('tiny_llama_base'));
    tf.tidy(() => {
      const decoded = decodeInRows(model, rows);
      for (const [index, row] of rows.entries()) {
        const whole = model.logits(model.hidden(tf.tensor2d([row], undefined, 'int32')));
        expect(relativeError(decoded[index].flat(), whole.dataSync()), `row ${index}`).toBeLessThan(1e-5);
      }
    });
    model.dispose();
  });
});
