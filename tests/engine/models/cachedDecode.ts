/** Runs rows of different length through `decode` in one batch, in chunks and token by token, settling on the way. */
import type { BoundAdapter } from '../../../main/engine/adapters/adapterMethod.ts';
import type { CausalModel } from '../../../main/engine/models/causalModel.ts';
import { ringWriter } from '../../../main/engine/ops/cachedAttention.ts';
import { tf } from '../../../main/engine/tf.ts';

const recentSlots = 4;
/** Tokens of each call; where a row has fewer left, the rest is padding that must not matter. */
const chunks = [3, 1, 1, 2];

/** Logits (token, V) of each row, all from cached decoding. */
export async function decodeInRows(
  model: CausalModel,
  rows: readonly (readonly number[])[],
  adapter?: BoundAdapter,
): Promise<number[][][]> {
  const B = rows.length;
  const logits: number[][][] = rows.map(() => []);
  const done = rows.map(() => 0);
  let settled = model.emptyCache(model.settledSlots(Math.min(48, model.shape.maxPositions)), B);
  let recent = model.emptyCache(recentSlots, B);
  let settledLength = rows.map(() => 0);
  for (let call = 0; done.some((count, row) => count < rows[row].length); call++) {
    const T = chunks[call % chunks.length];
    if (done.some((count, row) => count - settledLength[row] + T > recentSlots)) {
      const [at, count] = [settledLength, done.map((all, row) => all - settledLength[row])].map((all) =>
        tf.tensor1d(all),
      );
      settled = settled.map((tensor, index) => {
        const [heads, slots] = tensor.shape.slice(1, 3) as [number, number];
        return ringWriter(at, count, { rows: recentSlots, slots, heads })(tensor, recent[index]);
      });
      settledLength = [...done];
      recent = model.emptyCache(recentSlots, B);
    }
    const ids = rows.map((row, index) => Array.from({ length: T }, (_, at) => row[done[index] + at] ?? 0));
    const places = { settledLength: tf.tensor1d(settledLength), start: tf.tensor1d([...done]) };
    const step = model.decode(tf.tensor2d(ids, [B, T], 'int32'), { settled, recent, ...places }, adapter);
    const table = model.logits(step.hidden, adapter).reshape([B, T, -1]);
    const values = (await table.array()) as number[][][];
    recent = step.recent;
    for (const [index, row] of rows.entries()) {
      const fed = Math.min(T, row.length - done[index]);
      logits[index].push(...values[index].slice(0, fed));
      done[index] += fed;
    }
  }
  return logits;
}
