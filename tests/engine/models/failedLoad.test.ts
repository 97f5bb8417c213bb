/**
 * A model whose weights do not all find room: what is on the device already must not stay, or the next one finds less.
 */
import { expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { openBackend } from '../../../main/engine/backends/registry.ts';
import { loadEncoder } from '../../../main/engine/models/loadEncoder.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { tf } from '../../../main/engine/tf.ts';
import { backendSettings } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';

it.each([
  ['decoder', 'tiny_llama_base', loadModel],
  ['encoder', 'arch_bert_cls', loadEncoder],
] as const)('keeps nothing of a %s', async (_kind, name, load) => {
  const backend = await openBackend(backendSettings.cpu);
  let room = 5;
  const small: Backend = {
    ...backend,
    frozenWeight(shape, pieces) {
      if (room-- === 0) throw new GraftError('outOfMemory', verbatim('There is no room.'));
      return backend.frozenWeight(shape, pieces);
    },
  };
  const before = tf.memory().numTensors;
  expect(() => load(small, fixturePath(name))).toThrow(expect.objectContaining({ code: 'outOfMemory' }));
  expect(tf.memory().numTensors).toBe(before);
});
