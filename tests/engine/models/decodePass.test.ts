/** What the layers of one decoding call share: layers that rotate by the same parameters but another width must not. */
import { expect, it } from 'vitest';
import { openBackend } from '../../../main/engine/backends/registry.ts';
import { decodePass } from '../../../main/engine/models/decodePass.ts';
import type { AttentionPlan } from '../../../main/engine/models/decoderPlan.ts';
import { DecoderTables } from '../../../main/engine/models/decoderTables.ts';
import { ringWriter } from '../../../main/engine/ops/cachedAttention.ts';
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

it('settles in a window’s slots what is there and no more, of one slot the last (padding over tokens that are seen)', async () => {
  await openBackend(backendSettings.cpu);
  const recent = tf.tensor4d([10, 11, 12, 13, 14, 20, 21, 22, 23, 24], [2, 1, 5, 1]);
  const settled = tf.fill([2, 1, 3, 1], -1);
  const [at, count] = [
    [4, 1],
    [2, 5],
  ].map((each) => tf.tensor1d(each));
  // positions 4 and 5 of one row, 3 to 5 of the other: earlier ones have no slot
  const written = ringWriter(at, count, { rows: 5, slots: 3, heads: 1 })(settled, recent);
  expect(Array.from(await written.data())).toEqual([-1, 10, 11, 22, 23, 24]);
});
