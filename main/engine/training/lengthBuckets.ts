/**
 * Few padded lengths for many row lengths: each length is one more shape to compile, each padded token is wasted work.
 * The lengths are multiples of a grain and minimise the padding over all rows; the last one is the longest row's own
 * length, so that no batch ever reaches past the model's positions.
 */

const maxBuckets = 6;
const maxCandidates = 64;

/** Ascending, at most six. */
export function chooseBucketLengths(rowLengths: readonly number[]): readonly number[] {
  const longest = rowLengths.reduce((most, length) => Math.max(most, length), 1);
  const grain = longest <= 64 ? 8 : 32 * Math.ceil(longest / (32 * maxCandidates));
  const candidates = Array.from({ length: Math.ceil(longest / grain) }, (_, index) =>
    Math.min(longest, (index + 1) * grain),
  );
  const counts = new Float64Array(candidates.length);
  for (const length of rowLengths) counts[Math.max(0, Math.ceil(length / grain) - 1)] += 1;
  return cheapestLengths(candidates, counts);
}

/** The shortest bucket that holds a row of this length. */
export function bucketLengthFor(bucketLengths: readonly number[], length: number): number {
  return bucketLengths.find((bucket) => bucket >= length) ?? length;
}

interface Choice {
  readonly cost: number;
  readonly lengths: readonly number[];
}

/**
 * Dynamic programme over the last chosen candidate: the cost of candidates i+1 … j padded to candidate j is their row
 * count times that length. A further length has to save a twentieth of all tokens to be worth its compilation.
 */
function cheapestLengths(candidates: readonly number[], counts: Float64Array): readonly number[] {
  const rowsUpTo = [0];
  counts.forEach((count, index) => rowsUpTo.push(rowsUpTo[index] + count));
  const paddedCost = (from: number, to: number): number => (rowsUpTo[to] - rowsUpTo[from]) * candidates[to - 1];
  let choices: Choice[] = candidates.map((length, index) => ({ cost: paddedCost(0, index + 1), lengths: [length] }));
  let best = choices[choices.length - 1];
  const worthwhile = best.cost / 20;
  for (let buckets = 2; buckets <= maxBuckets; buckets++) {
    choices = candidates.map((length, last) => {
      let cheapest: Choice = { cost: Infinity, lengths: [] };
      for (let previous = 0; previous < last; previous++) {
        const before = choices[previous];
        const cost = before.cost + paddedCost(previous + 1, last + 1);
        if (cost < cheapest.cost) cheapest = { cost, lengths: [...before.lengths, length] };
      }
      return cheapest;
    });
    const withMore = choices[choices.length - 1];
    if (withMore.cost < best.cost - worthwhile * (withMore.lengths.length - best.lengths.length)) best = withMore;
  }
  return best.lengths;
}
