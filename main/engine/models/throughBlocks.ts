/**
 * A model's blocks one after the other, recomputed in the backward pass or not. What an adapter hands on from a block
 * to later ones lives in one call: a pass of a whole row, of a prompt's chunk or of a token each has its own, since it
 * belongs to the rows of x.
 */
import type { BlockPlace, BoundAdapter, Place } from '../adapters/adapterMethod.ts';
import { recomputed } from '../ops/recomputed.ts';
import type { Tensor } from '../tf.ts';

export interface BlockRun {
  readonly adapter?: BoundAdapter | undefined;
  /** Recompute each block in the backward pass instead of keeping its intermediates. */
  readonly recompute?: boolean;
}

/** For what an adapter changes outside of the blocks. */
export const outsideBlocks: Place = {
  block: null,
  carried: {},
  handOn: (name) => {
    throw new Error(`${name} is handed on where no block follows.`);
  },
};

/** x (N, D) → (N, D). `prefixes`: the module path of each block; all trained tensors that it reads are under it. */
export function throughBlocks(
  x: Tensor,
  prefixes: readonly string[],
  { adapter, recompute = false }: BlockRun,
  block: (x: Tensor, at: BlockPlace) => Tensor,
): Tensor {
  const handedOn = new Map<string, Tensor>();
  let hidden = x;
  for (const [index, prefix] of prefixes.entries()) {
    const names = adapter?.carries?.(index) ?? [];
    const handed: string[] = [];
    const run = ([input, ...given]: readonly Tensor[]): readonly Tensor[] => {
      const made = new Map<string, Tensor>();
      const carried = Object.fromEntries(names.map((name, each) => [name, given[each]]));
      const output = block(input, { block: index, carried, handOn: (name, tensor) => made.set(name, tensor) });
      handed.splice(0, handed.length, ...made.keys());
      return [output, ...made.values()];
    };
    const inputs = [hidden, ...names.map((name) => carriedTensor(handedOn, name, index))];
    const outputs = recompute ? recomputed(inputs, run, adapter?.tensorsUnder(prefix) ?? []) : run(inputs);
    hidden = outputs[0];
    handed.forEach((name, each) => handedOn.set(name, outputs[each + 1]));
  }
  return hidden;
}

function carriedTensor(handedOn: ReadonlyMap<string, Tensor>, name: string, block: number): Tensor {
  const tensor = handedOn.get(name);
  if (!tensor) throw new Error(`Block ${block} reads ${name}, which no block before it has handed on.`);
  return tensor;
}
