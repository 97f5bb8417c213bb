/** What the layers of one decoding call share: layers that rotate by the same parameters but another width must not. */
import { expect, it } from 'vitest';
import { openBackend } from '../../../main/engine/backends/registry.ts';
import { decodePass } from '../../../main/engine/models/decodePass.ts';
import type { AttentionPlan } from '../../../main/engine/models/decoderPlan.ts';
import { DecoderTables } from '../../../main/engine/models/decoderTables.ts';
import { tf } from '../../../main/engine/tf.ts';
import { backendSettings } from '../../support/backends.ts';

it('rotates each width with its own tables, and makes them once', async () => {
  await openBackend(backendSettings.cpu);
  const tables = new DecoderTables(8);
  const slots = [tf.zeros([1, 1, 4, 8])];
  const cache = { settled: slots, recent: slots, settledLength: tf.zeros([1]), start: tf.zeros([1]) };
  const pass = decodePass({ B: 1, T: 2, groups: 1, keyValueHeads: 1, positions: 4 }, cache, tables);
  const rope = { theta: 10_000 };
  const rotation = (rotatedDim: number) => pass.rotationOf({ rope, rotatedDim } as unknown as AttentionPlan);
  expect([rotation(8)?.cos.shape.at(-1), rotation(4)?.cos.shape.at(-1)]).toEqual([8, 4]);
  expect(rotation(4)).toBe(rotation(4));
  tables.dispose();
});
