/**
 * What the earlier stages of a run learned: frozen pairs (A, B), all of one module as one pair, the rows of A under
 * each other and the columns of B side by side, since Σ Bᵢ Aᵢ is one product of their widths together.
 */
import type { FactorPair } from '../../methods/factorPair.ts';
import type { BoundAdapter, HostTensor, TrainedTensor } from '../adapters/adapterMethod.ts';
import { bindLowRank } from '../adapters/lowRankDelta.ts';
import { sideBySide, underEachOther } from '../adapters/stackedFactors.ts';
import { sumOfPresent } from '../ops/sumOfPresent.ts';
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
  const constants = new Set(factors.flatMap(([, { a, b }]) => [a, b]));
  const past = bindLowRank(new Map(factors), { dropoutRate: 0, constants });
  return {
    ...adapter,
    deltas(...place) {
      const before = past.deltas(...place);
      return adapter.deltas(...place).map((delta, index) => sumOfPresent([before[index], delta]));
    },
  };
}

/**
 * The pairs with those of earlier stages, by the names of their tensors: what `state` has of them, and of `trained` the
 * first `rank` slots (null: all) last.
 */
export function stackPairs(
  pairs: readonly FactorPair[],
  state: HostState,
  trained: Readonly<Record<string, TrainedTensor>>,
  rank: number | null,
): Readonly<Record<string, TrainedTensor>> {
  const stacked = pairs.flatMap(({ a, b }) => {
    const [[, width], [rows]] = [trained[a].shape, trained[b].shape];
    const [pastA, pastB] = [state[pastKey(a)], state[pastKey(b)]];
    const [ofA, ofB] = firstSlots([trained[a], trained[b]], rank);
    const factorsA = [...(pastA ? [{ data: pastA, shape: [pastA.length / width, width] }] : []), ofA];
    const factorsB = [...(pastB ? [{ data: pastB, shape: [rows, pastB.length / rows] }] : []), ofB];
    return [
      [a, { ...trained[a], ...underEachOther(factorsA) }] as const,
      [b, { ...trained[b], ...sideBySide(factorsB) }] as const,
    ];
  });
  return Object.fromEntries(stacked);
}

/** Rows of A (r, in) and columns of B (out, r) up to `rank`. */
function firstSlots([a, b]: readonly [TrainedTensor, TrainedTensor], rank: number | null): [HostTensor, HostTensor] {
  const [slots, width] = a.shape;
  if (rank === null || rank >= slots) return [a, b];
  const ofB = Float32Array.from({ length: b.shape[0] * rank }, (_, at) => {
    return b.data[Math.floor(at / rank) * slots + (at % rank)];
  });
  return [
    { data: a.data.slice(0, rank * width), shape: [rank, width] },
    { data: ofB, shape: [b.shape[0], rank] },
  ];
}

/**
 * A stage of a lower rank than its tensors: what is beyond it is zero in both factors, so that its gradients are zero
 * and no optimizer moves it. Packs and recorded functions stay those of all stages.
 */
export function withinRank(
  pairs: readonly FactorPair[],
  trained: Readonly<Record<string, TrainedTensor>>,
  rank: number | null,
): Readonly<Record<string, TrainedTensor>> {
  if (rank === null) return trained;
  const within = pairs.flatMap(({ a, b }) => {
    const [ofA, ofB] = [trained[a], trained[b]];
    const [slots, width] = ofA.shape;
    return [
      [a, { ...ofA, data: ofA.data.map((value, at) => (at < rank * width ? value : 0)) }] as const,
      [b, { ...ofB, data: ofB.data.map((value, at) => (at % slots < rank ? value : 0)) }] as const,
    ];
  });
  return { ...trained, ...Object.fromEntries(within) };
}
