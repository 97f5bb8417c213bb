/** Pairs of factors for optimizers that look at both: their sizes, and packs that keep them together. */
import type { FactorPair } from '../methods/factorPair.ts';
import type { Pack, PairShape, TrainedShape } from './optimizer.ts';

/** `tensors`: both factors of each pair among them. */
export function pairShapes(
  pairs: readonly FactorPair[],
  tensors: readonly Pick<TrainedShape, 'name' | 'shape'>[],
): readonly PairShape[] {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  return pairs.map(({ module, a, b }) => {
    const [[rank, inFeatures], [outFeatures]] = [shapes.get(a) ?? [], shapes.get(b) ?? []];
    return { module, rank, inFeatures, outFeatures };
  });
}

/**
 * Packs of an optimizer by pairs, of each group `<group>:A` and `<group>:B`; `updatedA`: whether A is trained. What is
 * in no pair, a head, is packed as `<group>` and left to the update on the device.
 */
export function packPairs(
  trained: readonly TrainedShape[],
  pairs: readonly FactorPair[],
  { updatedA }: { readonly updatedA: 'pairs' | 'never' },
): readonly Pack[] {
  const [ofA, ofB] = [new Set(pairs.map(({ a }) => a)), new Set(pairs.map(({ b }) => b))];
  const parts = [
    { suffix: ':A', has: (name: string) => ofA.has(name), updated: updatedA },
    { suffix: ':B', has: (name: string) => ofB.has(name), updated: 'pairs' },
    { suffix: '', has: (name: string) => !ofA.has(name) && !ofB.has(name) },
  ] as const;
  return [...Map.groupBy(trained, ({ group }) => group)].flatMap(([group, tensors]) =>
    parts.flatMap(({ suffix, has, ...updated }): Pack[] => {
      const members = tensors.map(({ name }) => name).filter(has);
      return members.length === 0 ? [] : [{ name: group + suffix, group, rateFactor: 1, tensors: members, ...updated }];
    }),
  );
}
