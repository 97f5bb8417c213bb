/**
 * Two programs' logits of the same tokens: the largest difference relative to the largest logit, and whether the
 * likeliest tokens are the same.
 */

export interface Logits {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Comparison {
  /** max|a − b| / max|b| */
  readonly difference: number;
  /** Share of places whose likeliest token is the same. */
  readonly sameTop: number;
}

/** Throws where they have other shapes; a reader may pad the vocabulary, so only the ids that both have count. */
export function compareLogits(found: Logits, expected: Logits): Comparison {
  const [rows, tokens, vocabulary] = expected.shape;
  const [foundRows, foundTokens, foundVocabulary] = found.shape;
  if (rows !== foundRows || tokens !== foundTokens)
    throw new Error(`shape ${found.shape.join(' × ')}, not ${expected.shape.join(' × ')}`);
  const width = Math.min(vocabulary, foundVocabulary);
  let [largest, most, same] = [0, 0, 0];
  for (let place = 0; place < rows * tokens; place++) {
    const a = found.data.subarray(place * foundVocabulary, place * foundVocabulary + width);
    const b = expected.data.subarray(place * vocabulary, place * vocabulary + width);
    for (let id = 0; id < width; id++) {
      // NaN compares as larger: it must not pass as no difference.
      const difference = Math.abs(a[id] - b[id]);
      if (!(difference <= largest)) largest = difference;
      most = Math.max(most, Math.abs(b[id]));
    }
    if (highest(a) === highest(b)) same++;
  }
  return { difference: largest / most, sameTop: same / (rows * tokens) };
}

function highest(row: Float32Array): number {
  let best = 0;
  for (let id = 1; id < row.length; id++) if (row[id] > row[best]) best = id;
  return best;
}
