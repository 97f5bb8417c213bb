/**
 * Grouped-query attention: softmax(q kᵀ / √d + mask) v, G query heads for each key/value head. Products run in the
 * backend's precision, the softmax in float32. With P the probabilities and dP = do vᵀ: ds = P ⊙ (dP − Σ P ⊙ dP).
 * P is computed again for the gradient rather than kept, and in tiles of query rows one after the other, so that no
 * pass holds the scores of all rows (after Dao et al. 2022, arXiv 2205.14135, which also cuts the keys).
 * The scale goes into q, the smaller side, so what is kept of q is the scaled one. With a soft cap c (Gemma 2) scores
 * become c · tanh(scores / c) before the mask.
 */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { batchMatMulKernel, compact } from './kernels.ts';
import { runAfter } from './order.ts';

interface Shape {
  readonly B: number;
  readonly KV: number;
  readonly G: number;
  readonly T: number;
  readonly S: number;
}

const plain = { transposeA: false, transposeB: false } as const;
const bTransposed = { transposeA: false, transposeB: true } as const;
const aTransposed = { transposeA: true, transposeB: false } as const;

/** 8 MB in float32. Of long rows tiles are larger, or their graph would be one of tiles. */
const usualTile = 2 ** 21;
const mostTiles = 8;

export interface AttentionOptions {
  /** Of the scores; 1 / √d unless given. */
  readonly scale?: number | undefined;
  readonly softCap?: number | undefined;
  /** The mask hides all keys after a query's own place: they are left out of the products. */
  readonly isCausal?: boolean;
  /** Scores that are computed together, while eight tiles are enough; 2²¹ unless given. */
  readonly tileElements?: number;
}

/** scaledQ (B, KV, G·T, d), k (B, KV, S, d) → scores before cap and mask, (B, KV, G·T, S) float32. */
function rawScores(scaledQ: Tensor, k: Tensor): Tensor {
  return batchMatMulKernel(scaledQ, k, bTransposed);
}

/** c · tanh(x / c). */
export function softCapped(x: Tensor, cap: number): Tensor {
  return x
    .mul(1 / cap)
    .tanh()
    .mul(cap);
}

/** d softCapped / dx out of x. */
export function softCapSlope(x: Tensor, cap: number): Tensor {
  return x
    .mul(1 / cap)
    .tanh()
    .square()
    .mul(-1)
    .add(1);
}

/** A few query rows of every head, with the keys that they see. */
interface Tile {
  /** Of the T rows. */
  readonly from: number;
  readonly count: number;
  /** How many keys, from the first on. */
  readonly keys: number;
}

function tilesOf({ B, KV, G, T, S }: Shape, { isCausal, tileElements = usualTile }: AttentionOptions): readonly Tile[] {
  const wanted = Math.ceil((B * KV * G * T * S) / tileElements);
  const step = Math.ceil(T / Math.min(wanted, mostTiles, T));
  return Array.from({ length: Math.ceil(T / step) }, (_, index) => {
    const [from, to] = [index * step, Math.min(T, (index + 1) * step)];
    return { from, count: to - from, keys: isCausal === true && S === T ? to : S };
  });
}

/** Rows of x (B, KV, G·T, d) that belong to the tile → (B, KV, G·count, d). */
function queriesOf(x: Tensor, { from, count }: Tile, { B, KV, G, T }: Shape): Tensor {
  if (count === T) return x;
  const d = x.shape[3] as number;
  return tf.slice(x.reshape([B * KV * G, T, d]), [0, from, 0], [-1, count, -1]).reshape([B, KV, G * count, d]);
}

/** The first keys of x (B, KV, S, d). */
function keysOf(x: Tensor, { keys }: Tile, { B, KV, S }: Shape): Tensor {
  if (keys === S) return x;
  const d = x.shape[3] as number;
  return tf.slice(x.reshape([B * KV, S, d]), [0, 0, 0], [-1, keys, -1]).reshape([B, KV, keys, d]);
}

function maskOf(mask: Tensor, { from, count, keys }: Tile, { T, S }: Shape): Tensor {
  if (count === T && keys === S) return mask;
  const leading = mask.shape.slice(0, -2);
  return tf.slice(mask, [...leading.map(() => 0), from, 0], [...leading, count, keys]);
}

/** Tiles (B, KV, G·count, d) of the rows in order → (B, KV, G·T, d). */
function joinRows(parts: readonly Tensor[], { B, KV, G, T }: Shape): Tensor {
  if (parts.length === 1) return parts[0];
  const d = parts[0].shape[3] as number;
  const rows = parts.map((part) => part.reshape([B * KV * G, (part.shape[2] as number) / G, d]));
  return tf.concat(rows, 1).reshape([B, KV, G * T, d]);
}

/** Sum of (B, KV, keys, d), each with as many keys as the one before or more. */
function sumOfKeys(parts: readonly Tensor[], { B, KV }: Shape): Tensor {
  return parts.reduce((sum, part) => {
    const [known, keys, d] = [sum.shape[2] as number, part.shape[2] as number, part.shape[3] as number];
    return part.add(known === keys ? sum : tf.concat([sum, tf.zeros([B, KV, keys - known, d])], 2));
  });
}

interface TileInputs {
  /** (B, KV, G·count, d), (B, KV, keys, d), and (…, count, keys). */
  readonly q: Tensor;
  readonly k: Tensor;
  readonly mask: Tensor;
  readonly softCap?: number | undefined;
}

/** → (B, KV, G·count, keys) float32. */
function probabilities({ q, k, mask, softCap }: TileInputs): Tensor {
  const raw = rawScores(q, k);
  const [B, KV, rows, keys] = raw.shape as [number, number, number, number];
  const count = mask.shape.at(-2) as number;
  const scores = softCap === undefined ? raw : softCapped(raw, softCap);
  return scores
    .reshape([B, KV, rows / count, count, keys])
    .add(mask)
    .softmax()
    .reshape(raw.shape);
}

interface TileGradients {
  readonly dq: Tensor;
  readonly dk: Tensor;
  readonly dv: Tensor;
}

/** `dy` and `v`: the tile's part of both. dq is of the scaled q. */
function tileGradients(inputs: TileInputs, v: Tensor, dy: Tensor): TileGradients {
  const { q, k, softCap } = inputs;
  const p = probabilities(inputs);
  const compactDy = compact(dy);
  const dp = batchMatMulKernel(compactDy, v, bTransposed);
  const dCapped = p.mul(dp.sub(dp.mul(p).sum(-1, true)));
  const ds = compact(softCap === undefined ? dCapped : dCapped.mul(softCapSlope(rawScores(q, k), softCap)));
  return {
    dq: batchMatMulKernel(ds, k, plain),
    dk: batchMatMulKernel(ds, q, aTransposed),
    dv: batchMatMulKernel(compact(p), compactDy, aTransposed),
  };
}

/** What `each` makes of the tiles, one after the other; the next one waits for what `endOf` gives. */
function inTurn<Made>(tiles: readonly Tile[], each: (tile: Tile) => Made, endOf: (made: Made) => Tensor): Made[] {
  return tiles.reduce<Made[]>((all, tile) => {
    const last = all.at(-1);
    return [...all, last === undefined ? each(tile) : runAfter([endOf(last)], () => each(tile))];
  }, []);
}

/**
 * q (B, KV, G·T, d), k and v (B, KV, S, d), mask broadcastable to (B, KV, G, T, S), 0 or very negative, of T rows and S
 * columns itself → (B, KV, G·T, d).
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, options: AttentionOptions = {}): Tensor {
  const { scale, softCap } = options;
  const [B, KV, rows, d] = q.shape as [number, number, number, number];
  const T = mask.shape.at(-2) as number;
  const shape: Shape = { B, KV, G: rows / T, T, S: k.shape[2] as number };
  const factor = scale ?? 1 / Math.sqrt(d);
  const tiles = tilesOf(shape, options);
  const inputsOf = (tile: Tile, [queries, keys, masks]: readonly Tensor[]): TileInputs => ({
    ...{ q: queriesOf(queries, tile, shape), k: keysOf(keys, tile, shape) },
    ...{ mask: maskOf(masks, tile, shape), softCap },
  });
  const attended = (given: readonly Tensor[]) => (tile: Tile) =>
    batchMatMulKernel(compact(probabilities(inputsOf(tile, given))), keysOf(given[3], tile, shape), plain);
  return differentiable([q, k, v], () => {
    const [scaledQ, keys, values] = [q.mul(factor), k, v].map(compact);
    const outputs = inTurn(tiles, attended([scaledQ, keys, mask, values]), (output) => output);
    return {
      value: joinRows(outputs, shape),
      keep: [scaledQ, keys, mask, values],
      gradient: (dy, kept) => {
        const gradients = (tile: Tile): TileGradients =>
          tileGradients(inputsOf(tile, kept), keysOf(kept[3], tile, shape), queriesOf(dy, tile, shape));
        const parts = inTurn(tiles, gradients, ({ dq }) => dq);
        const all = (name: keyof TileGradients): Tensor[] => parts.map((part) => part[name]);
        return [joinRows(all('dq'), shape).mul(factor), sumOfKeys(all('dk'), shape), sumOfKeys(all('dv'), shape)];
      },
    };
  });
}
