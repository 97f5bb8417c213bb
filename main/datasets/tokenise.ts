/**
 * Segments to token ids and a loss mask. The whole text is tokenised at once, as the model will see it; a boundary between
 * trained and untrained text holds where the tokens of the text before it begin the tokens of the whole. Where a token would
 * straddle a boundary, the text is tokenised in two parts, which is also what happens when the model is prompted.
 */
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { ignoredLabel } from './formats/tokens.ts';
import type { RenderedText, Segment } from './render.ts';

export interface TokenRow {
  readonly ids: readonly number[];
  /** As long as `ids`: whether the token is a trained target. The first never is, since nothing comes before it. */
  readonly trained: readonly boolean[];
  /** Of a row with one, whichever kind of model: what it is to learn, or what its answer says. */
  readonly label?: string;
  /** Of an encoder's row: where the second text begins (the end where there is none). */
  readonly secondStart?: number;
}

type EncodingTokenizer = Pick<Tokenizer, 'encode' | 'bosTokenId' | 'eosTokenIds'>;

export function tokeniseText({ segments, bos, eos }: RenderedText, tokenizer: EncodingTokenizer): TokenRow {
  const parts = mergeSegments(segments);
  const runs = encodeParts(
    parts.map(({ text }) => text),
    tokenizer,
  );
  const ids = bos ? leadingIds(tokenizer) : [];
  const trained = ids.map(() => false);
  for (const [index, run] of runs.entries()) {
    for (const id of run) {
      ids.push(id);
      trained.push(parts[index]?.trained ?? false);
    }
  }
  const end = tokenizer.eosTokenIds[0];
  if (eos && end !== undefined) {
    ids.push(end);
    trained.push(true);
  }
  if (trained.length > 0) trained[0] = false;
  return { ids, trained };
}

/** Pre-tokenised rows: a label belongs to the id at its own position. */
export function tokeniseLabelled({ ids, labels }: { readonly ids: readonly number[]; readonly labels?: readonly number[] }): TokenRow {
  return { ids, trained: ids.map((_, index) => index > 0 && labels?.[index] !== ignoredLabel) };
}

function mergeSegments(segments: readonly Segment[]): Segment[] {
  const merged: Segment[] = [];
  for (const segment of segments) {
    const last = merged.at(-1);
    if (segment.text === '') continue;
    if (last?.trained === segment.trained) merged[merged.length - 1] = { text: last.text + segment.text, trained: last.trained };
    else merged.push(segment);
  }
  return merged;
}

/** Ids of each part; joined they are those of the whole wherever its tokens allow the cuts. */
function encodeParts(parts: readonly string[], tokenizer: EncodingTokenizer): number[][] {
  const encode = (text: string): number[] => tokenizer.encode(text, { addSpecialTokens: false });
  if (parts.length < 2) return parts.map(encode);
  const whole = encode(parts.join(''));
  const alone = parts.map(encode);
  const joined = alone.flat();
  if (joined.length === whole.length && isPrefix(joined, whole)) return alone;
  const ends: number[] = [];
  for (let count = 1; count < parts.length; count++) {
    const before = encode(parts.slice(0, count).join(''));
    if (!isPrefix(before, whole)) return [...encodeParts(parts.slice(0, count), tokenizer), ...encodeParts(parts.slice(count), tokenizer)];
    ends.push(before.length);
  }
  return [...ends, whole.length].map((end, index) => whole.slice(ends[index - 1] ?? 0, end));
}

function isPrefix(start: readonly number[], whole: readonly number[]): boolean {
  return start.length <= whole.length && start.every((id, index) => id === whole[index]);
}

/** The begin-of-text token where this tokenizer adds one to plain text. */
function leadingIds(tokenizer: EncodingTokenizer): number[] {
  const { bosTokenId } = tokenizer;
  return bosTokenId !== null && tokenizer.encode('').at(0) === bosTokenId ? [bosTokenId] : [];
}
