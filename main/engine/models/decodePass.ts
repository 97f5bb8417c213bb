/**
 * What one call of `decode` computes for all its layers together: where the new tokens of each row stand, which cache
 * slots they see and which they are written to. B rows of T new tokens; C settled slots, of which layers with a sliding
 * window have fewer, and W recent ones.
 */
import { slotWriter, type WriteSlots } from '../ops/cachedAttention.ts';
import { gatherRows } from '../ops/gatherRows.ts';
import { tf, type Tensor } from '../tf.ts';
import type { DecodeCache } from './causalModel.ts';
import type { AttentionPlan } from './decoderPlan.ts';
import { type DecoderTables, MASKED, type Rotation } from './decoderTables.ts';

export interface CacheMasks {
  /** Broadcastable to (B, KV, G·T, C) and (B, KV, G·T, W). */
  readonly settled: Tensor;
  readonly recent: Tensor;
}

export interface DecodePass {
  readonly B: number;
  readonly T: number;
  /** (B·T) int32. */
  readonly positions: Tensor;
  readonly rotationOf: (plan: AttentionPlan) => Rotation | undefined;
  /** For a layer with so many settled slots. */
  readonly masksOf: (plan: AttentionPlan, settledSlots: number) => CacheMasks;
  readonly write: WriteSlots;
}

export interface DecodeSizes {
  readonly B: number;
  readonly T: number;
  /** Query heads for each key/value head. */
  readonly groups: number;
  readonly keyValueHeads: number;
  /** Most that a row can have. */
  readonly positions: number;
}

export function decodePass(
  { B, T, groups, keyValueHeads, positions: most }: DecodeSizes,
  cache: DecodeCache,
  tables: DecoderTables,
): DecodePass {
  const { settledLength, start } = cache;
  const W = cache.recent[0].shape[2] as number;
  const positions = tf
    .range(0, T)
    .reshape([1, T])
    .add(start.reshape([B, 1])); // (B, T)
  // Padding at the end of a chunk may stand past the last position; what comes of it is never looked at.
  const rows = positions
    .minimum(most - 1)
    .toInt()
    .reshape([B * T]);
  const turned = new Map<Tensor, Rotation>();
  const rotationOf = ({ rope, rotatedDim }: AttentionPlan): Rotation | undefined => {
    if (!rope) return undefined;
    const { cos, sin } = tables.rotation(rope, most, rotatedDim); // the same tensors for the same rope and width
    const known = turned.get(cos);
    if (known) return known;
    const at = (table: Tensor): Tensor => gatherRows(table, rows).reshape([B, 1, T, -1]);
    const rotation = { cos: at(cos), sin: at(sin) };
    turned.set(cos, rotation);
    return rotation;
  };
  const masks = new Map<string, CacheMasks>();
  const masksOf = ({ window = Infinity }: AttentionPlan, C: number): CacheMasks => {
    const reach = window < most ? window : Infinity;
    const key = `${reach} ${C}`;
    const known = masks.get(key) ?? cacheMasks({ positions, settledLength, slots: [C, W], groups }, reach);
    masks.set(key, known);
    return known;
  };
  const write = slotWriter(start.sub(settledLength), { rows: T, slots: W, heads: keyValueHeads });
  return { B, T, positions: rows, rotationOf, masksOf, write };
}

interface Places {
  /** (B, T). */
  readonly positions: Tensor;
  /** (B). */
  readonly settledLength: Tensor;
  readonly slots: readonly [settled: number, recent: number];
  readonly groups: number;
}

/** `reach`: how many positions a token sees, itself included. */
function cacheMasks({ positions, settledLength, slots: [C, W], groups }: Places, reach: number): CacheMasks {
  const [B, T] = positions.shape as [number, number];
  const settled = settledLength.reshape([B, 1, 1]);
  const at = positions.reshape([B, T, 1]);
  const settledSlots = positionsHeld(settled, C);
  const recentPositions = tf.range(0, W).reshape([1, 1, W]).add(settled); // (B, 1, W)
  const within = (slots: Tensor, sees: Tensor): Tensor =>
    reach === Infinity ? sees : sees.mul(slots.greater(at.sub(reach)).toFloat());
  return {
    settled: asMask(within(settledSlots, settledSlots.greaterEqual(0).toFloat()), groups),
    recent: asMask(within(recentPositions, recentPositions.lessEqual(at).toFloat()), groups),
  };
}

/**
 * settled (B, 1, 1) → (B, 1, C): the last position below it that lies in each slot, negative where there is none. Of
 * s + C · ⌊(settled − 1 − s) / C⌋ the quotient is taken half a slot further, away from where it could round.
 */
function positionsHeld(settled: Tensor, C: number): Tensor {
  const slots = tf.range(0, C).reshape([1, 1, C]);
  const rounds = settled.sub(slots).sub(0.5).div(C).floor();
  return rounds.mul(C).add(slots);
}

/** sees (B, 1 or T, slots) of 1 and 0 → (B, 1, 1 or G·T, slots) to be added to scores. */
function asMask(sees: Tensor, groups: number): Tensor {
  const [B, T, slots] = sees.shape as [number, number, number];
  const mask = sees.sub(1).mul(-MASKED).reshape([B, 1, T, slots]);
  return T === 1 ? mask : tf.tile(mask, [1, 1, groups, 1]);
}
