/**
 * Where a tokenizer's post-processor puts its special tokens around one text or two, such as `[CLS] a [SEP] b [SEP]`.
 * Found by encoding a letter, so that rows can be cut inside their texts and keep the special tokens, as transformers
 * cuts them.
 */

export interface TextPairLayout {
  readonly before: readonly number[];
  /** Between the first text and the second. */
  readonly between: readonly number[];
  /** After the last text, whether it is one or the second of two. */
  readonly after: readonly number[];
}

/** Ids of one text with special tokens, of a pair with them, and of a text without. */
export interface LayoutProbe {
  readonly alone: readonly number[];
  readonly single: readonly number[];
  readonly pair: readonly number[];
}

const noSpecialTokens: TextPairLayout = { before: [], between: [], after: [] };

/** Of the same text in all three places. */
export function findTextPairLayout({ alone, single, pair }: LayoutProbe): TextPairLayout {
  const start = indexOf(single, alone, 0);
  const first = indexOf(pair, alone, 0);
  const second = first < 0 ? -1 : indexOf(pair, alone, first + alone.length);
  if (alone.length === 0 || start < 0 || second < 0) return noSpecialTokens;
  return {
    before: single.slice(0, start),
    between: pair.slice(first + alone.length, second),
    after: single.slice(start + alone.length),
  };
}

function indexOf(ids: readonly number[], wanted: readonly number[], from: number): number {
  for (let at = from; at + wanted.length <= ids.length; at++) {
    if (wanted.every((id, offset) => ids[at + offset] === id)) return at;
  }
  return -1;
}
