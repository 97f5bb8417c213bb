/**
 * What the earlier stages of a run learned: frozen pairs (A, B), all of one module as one pair, the rows of A under
 * each other and the columns of B side by side, since Σ Bᵢ Aᵢ is one product of their widths together.
 */
import type { FactorPair } from '../../training/optimizer.ts';
import type { BoundAdapter, HostTensor, TrainedTensor } from '../adapters/adapterMethod.ts';
import { bindLowRank } from '../adapters/lowRankDelta.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import type { HostState } from './checkpoint.ts';

export const pastPrefix = 'past/';

export function pastKey(tensor: string): string {
  return pastPrefix + tensor;
}

/** Traced: the adapter with what `inputs` have of earlier stages beneath it, of the same scale for each module. */
export function overPast(adapter: BoundAdapter, pairs: readonly FactorPair[], inputs: NamedTensorMap): BoundAdapter {
  const factors = pairs.flatMap(({ module, a, b, scale }) =>
    pastKey(a) in inputs ? [[module, { a: inputs[pastKey(a)], b: inputs[pastKey(b)], scale }] as const] : [],
  );
  if (factors.length === 0) return adapter;
  const past = bindLowRank(new Map(factors), { dropoutRate: 0 });
  return {
    ...adapter,
    deltas(...place) {
      const before = past.deltas(...place);
      return adapter.deltas(...place).map((delta, index) => {
        const under = before[index];
        return under && delta ? tf.add(under, delta) : (under ?? delta);
      });
    },
  };
}

/** The pairs with those of earlier stages, by the names of their tensors: what `state` has of them, `trained` last. */
export function stackPairs(
  pairs: readonly FactorPair[],
  state: HostState,
  trained: Readonly<Record<string, TrainedTensor>>,
): Readonly<Record<string, TrainedTensor>> {
  const stacked = pairs.flatMap(({ a, b }) => [
    [a, { ...trained[a], ...underEachOther(state[pastKey(a)], trained[a]) }] as const,
    [b, { ...trained[b], ...sideBySide(state[pastKey(b)], trained[b]) }] as const,
  ]);
  return Object.fromEntries(stacked);
}

/** Rows of `past`, then those of `next` (r, in). */
function underEachOther(past: Float32Array | undefined, { data, shape: [rows, width] }: HostTensor): HostTensor {
  if (!past) return { data, shape: [rows, width] };
  const joined = new Float32Array(past.length + data.length);
  joined.set(past);
  joined.set(data, past.length);
  return { data: joined, shape: [past.length / width + rows, width] };
}

/** Columns of `past`, then those of `next` (out, r). */
function sideBySide(past: Float32Array | undefined, { data, shape: [rows, width] }: HostTensor): HostTensor {
  if (!past) return { data, shape: [rows, width] };
  const before = past.length / rows;
  const joined = new Float32Array(past.length + data.length);
  for (let row = 0; row < rows; row++) {
    joined.set(past.subarray(row * before, (row + 1) * before), row * (before + width));
    joined.set(data.subarray(row * width, (row + 1) * width), row * (before + width) + before);
  }
  return { data: joined, shape: [rows, before + width] };
}
