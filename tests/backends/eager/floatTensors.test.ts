/** Weights that cannot be read to their end. */
import { expect, it } from 'vitest';
import { openBackend } from '../../../main/engine/backends/registry.ts';
import type { WeightPiece } from '../../../main/formats/weightPieces.ts';
import { tf } from '../../../main/engine/tf.ts';
import { backendSettings } from '../../support/backends.ts';

it.each(['cpu', 'wasm'] as const)('on %s leave no tensor behind (a heap that fills up by failed loads)', async (id) => {
  const backend = await openBackend(backendSettings[id]);
  function* broken(): Generator<WeightPiece> {
    yield { from: 0, values: new Float32Array(4) };
    throw new Error('the file ends here');
  }
  const [tensors, data] = [tf.memory().numTensors, tf.engine().backend.numDataIds()];
  expect(() => backend.frozenWeight([2, 4], { pieces: broken() })).toThrow('ends here');
  expect([tf.memory().numTensors, tf.engine().backend.numDataIds()]).toEqual([tensors, data]);
});
