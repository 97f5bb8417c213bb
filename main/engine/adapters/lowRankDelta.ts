/**
 * s · B (A · dropout(x)) for layers that share their input. The A of all of them are stacked into one multiplication,
 * since a factor of a few rows is bound by reading x; that also means one dropout mask for the group.
 */
import { constantLinear, frozenLinear, linear } from '../ops/frozenLinear.ts';
import { tf, type Tensor } from '../tf.ts';
import type { BindContext, BoundAdapter } from './adapterMethod.ts';

export interface LowRankFactors {
  readonly a: Tensor; // (r, in)
  readonly b: Tensor; // (out, r)
  readonly scale: number;
}

export interface LowRankContext extends BindContext {
  readonly dropoutRate: number;
}

/** A bound adapter that adds low-rank updates: factors by module path. */
export function bindLowRank(factors: ReadonlyMap<string, LowRankFactors>, context: LowRankContext): BoundAdapter {
  return {
    deltas: (x, names) => {
      const first = names.find((name) => factors.has(name));
      if (first === undefined) return names.map(() => undefined);
      const present = names.flatMap((name) => factors.get(name) ?? []);
      const projected = projectAll(droppedOut(x, context, first), present, context);
      return names.map((name) => {
        const each = factors.get(name);
        const low = each && scaled(projected[present.indexOf(each)], each.scale, context.scale);
        return low && productFor([each.b], context)(low, each.b);
      });
    },
    tensorsUnder: (prefix) =>
      [...factors].filter(([name]) => name.startsWith(prefix)).flatMap(([, { a, b }]) => [a, b]),
  };
}

/** Frozen matrices at both ends, trained ones between: x → first, inner …, last. */
export interface Chain {
  readonly first: Tensor; // (a, in)
  readonly inner: readonly Tensor[];
  readonly last: Tensor; // (out, b)
}

/** A bound adapter that adds `scale` times what the chains make of their inputs: chains by module path. */
export function bindChains(chains: ReadonlyMap<string, Chain>, scale: number, context: LowRankContext): BoundAdapter {
  return {
    deltas(x, names) {
      const first = names.find((name) => chains.has(name));
      if (first === undefined) return names.map(() => undefined);
      const input = droppedOut(x, context, first);
      return names.map((name) => {
        const chain = chains.get(name);
        if (chain === undefined) return undefined;
        const low = chain.inner.reduce((y, matrix) => linear(y, matrix), frozenLinear(input, chain.first));
        return frozenLinear(scaled(low, scale, context.scale), chain.last);
      });
    },
    tensorsUnder: (prefix) => [...chains].filter(([name]) => name.startsWith(prefix)).flatMap(([, { inner }]) => inner),
  };
}

/** x after dropout while training, x itself otherwise; `layer`: the first adapted one that reads it. */
export function droppedOut(x: Tensor, { dropout, dropoutRate }: LowRankContext, layer: string): Tensor {
  return dropout && dropoutRate > 0 ? dropout(x, dropoutRate, layer) : x;
}

/** A x for each, (N, r). */
function projectAll(x: Tensor, factors: readonly LowRankFactors[], context: BindContext): readonly Tensor[] {
  const [first] = factors;
  const product = productFor(
    factors.map(({ a }) => a),
    context,
  );
  if (first && factors.length === 1) return [product(x, first.a)];
  const ranks = factors.map(({ a }) => a.shape[0] ?? 0);
  const stacked = tf.concat(
    factors.map(({ a }) => a),
    0,
  );
  return tf.split(product(x, stacked), ranks, 1);
}

/** Without what a gradient to the matrices would need, where none of them gets one. */
function productFor(matrices: readonly Tensor[], { constants }: BindContext): typeof linear {
  return constants !== undefined && matrices.every((matrix) => constants.has(matrix)) ? constantLinear : linear;
}

/** A x (N, r) times s and the strength asked for, a scalar or (N, 1). */
export function scaled(low: Tensor, factor: number, scale: Tensor | undefined): Tensor {
  if (scale) return tf.mul(low, tf.mul(scale, factor));
  return factor === 1 ? low : tf.mul(low, factor);
}
