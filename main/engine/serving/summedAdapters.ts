/**
 * Several adapters as one: what they add is summed, what they multiply by multiplied, what they carry from block to
 * block goes under a prefix for each.
 * None of them may put weights in the place of the base's but layer norms in rows of its own.
 */
import type { BoundAdapter, Place } from '../adapters/adapterMethod.ts';
import { sumOfPresent } from '../ops/sumOfPresent.ts';
import type { Tensor } from '../tf.ts';
import { inputsUnder } from '../namedInputs.ts';

export function summedAdapters(parts: readonly BoundAdapter[]): BoundAdapter {
  const [only] = parts;
  if (parts.length === 1) return only;
  const reachFurther = parts.some((part) => part.after !== undefined);
  const multiply = parts.some((part) => part.factor !== undefined);
  const readWeights = parts.some((part) => part.ofWeight !== undefined);
  const norm = parts.some((part) => part.normRows !== undefined);
  const carry = parts.some((part) => part.carries !== undefined);
  return {
    deltas(x, names, at) {
      const all = parts.map((part, index) => part.deltas(x, names, placeOf(at, index)));
      return names.map((_, index) => sumOfPresent(all.map((own) => own[index])));
    },
    ...(reachFurther && {
      after: (sublayer, h, at, summed) =>
        sumOfPresent(parts.map((part, index) => part.after?.(sublayer, h, placeOf(at, index), summed))),
    }),
    ...(multiply && {
      factor: (name, side) =>
        parts
          .flatMap((part) => part.factor?.(name, side) ?? [])
          .reduce<Tensor | undefined>((product, each) => product?.mul(each) ?? each, undefined),
    }),
    ...(readWeights && {
      ofWeight: (name, x, weight) => sumOfPresent(parts.map((part) => part.ofWeight?.(name, x, weight))),
    }),
    ...(norm && {
      normRows: (name, given) => parts.reduce((rows, part) => part.normRows?.(name, rows) ?? rows, given),
    }),
    ...(carry && {
      carries: (block) =>
        parts.flatMap((part, index) => (part.carries?.(block) ?? []).map((name) => prefixOf(index) + name)),
    }),
    tensorsUnder: (prefix) => parts.flatMap((part) => part.tensorsUnder(prefix)),
  };
}

function placeOf<At extends Place>(at: At, index: number): At {
  return {
    ...at,
    carried: inputsUnder(at.carried, prefixOf(index)),
    handOn: (name, tensor) => at.handOn(prefixOf(index) + name, tensor),
  };
}

function prefixOf(index: number): string {
  return `${index}/`;
}
