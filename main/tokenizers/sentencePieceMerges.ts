/**
 * The merge list of a SentencePiece BPE vocabulary, which stores only tokens and scores: every split of a token into
 * two tokens is a merge, and the token with the higher score is made first (transformers, `generate_merges`).
 */

interface Merge {
  readonly left: string;
  readonly right: string;
  readonly score: number;
  /** In code points. */
  readonly leftLength: number;
  readonly rightLength: number;
}

function splitsOf(token: string, score: number, ids: ReadonlyMap<string, number>): readonly Merge[] {
  const characters = Array.from(token);
  const splits: Merge[] = [];
  for (let at = 1; at < characters.length; at++) {
    const left = characters.slice(0, at).join('');
    const right = characters.slice(at).join('');
    if (ids.has(left) && ids.has(right))
      splits.push({ left, right, score, leftLength: at, rightLength: characters.length - at });
  }
  const id = (token: string): number => ids.get(token) ?? 0;
  return splits.sort((a, b) => id(a.left) - id(b.left) || id(a.right) - id(b.right));
}

/** Pairs in the order in which they are applied. `scores` has one entry for each token. */
export function sentencePieceMerges(
  tokens: readonly string[],
  scores: readonly number[],
): readonly (readonly [string, string])[] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges = tokens.flatMap((token, id) => splitsOf(token, scores[id] ?? 0, ids));
  merges.sort((a, b) => b.score - a.score || b.leftLength - a.leftLength || b.rightLength - a.rightLength);
  return merges.map(({ left, right }) => [left, right] as const);
}
