/**
 * Rendered rows to token ids and a loss mask. An answer stands behind exactly the ids of its prompt as a chat makes
 * them. Answers share a piece where the ids of a later prompt go on from all that stands before; else another piece
 * begins, in which only the answers not trained yet are trained. Where a token would straddle prompt and answer they
 * are tokenised in two parts, which is also what happens when the model is prompted.
 */
import type { SpellingKind } from '../contract/training.ts';
import type { EncodeOptions, Tokenizer } from '../tokenizers/tokenizer.ts';
import type { RenderedAnswer } from './answers.ts';
import { leadingIds } from './chatPrompts.ts';
import { ignoredLabel } from './formats/tokens.ts';
import type { RenderedAnswers, RenderedText, Segment } from './render.ts';

export interface TokenRow {
  readonly ids: readonly number[];
  /** As long as `ids`: whether the token is a trained target. The first never is, since nothing comes before it. */
  readonly trained: readonly boolean[];
  /** Of a row with one, whichever kind of model: what it is to learn, or what its answer says. */
  readonly label?: string;
  /** Of an encoder's row: where the second text begins (the end where there is none). */
  readonly secondStart?: number;
}

type EncodingTokenizer = Pick<Tokenizer, 'encode' | 'tokenText' | 'bosTokenId' | 'eosTokenIds'>;

/**
 * The pieces of one row: one, or as many as its template needs. Plain text keeps its special tokens, whatever is asked
 * for.
 */
export function tokenisePieces(
  rendered: RenderedText | RenderedAnswers,
  whole: EncodingTokenizer,
  specialTokens: SpellingKind = 'text',
): readonly TokenRow[] {
  const isPlain = 'isPlain' in rendered && rendered.isPlain === true;
  const tokenizer = specialTokens === 'special' || isPlain ? whole : passingOverMarked(whole);
  return 'answers' in rendered ? tokeniseAnswers(rendered, tokenizer) : [tokeniseText(rendered, tokenizer)];
}

/** Pre-tokenised rows: a label belongs to the id at its own position. */
export function tokeniseLabelled({
  ids,
  labels,
}: {
  readonly ids: readonly number[];
  readonly labels?: readonly number[];
}): TokenRow {
  return { ids, trained: ids.map((_, index) => index > 0 && labels?.[index] !== ignoredLabel) };
}

/** What people spell is marked in rendered text: see tokenizers/shield.ts. */
function passingOverMarked(tokenizer: EncodingTokenizer): EncodingTokenizer {
  return {
    bosTokenId: tokenizer.bosTokenId,
    eosTokenIds: tokenizer.eosTokenIds,
    tokenText: (id) => tokenizer.tokenText(id),
    encode: (text, options: EncodeOptions = {}) => tokenizer.encode(text, { ...options, spellings: 'marked' }),
  };
}

function tokeniseText({ segments, bos, eos, isPlain = false }: RenderedText, tokenizer: EncodingTokenizer): TokenRow {
  const parts = mergeSegments(segments);
  const texts = parts.map(({ text }) => text);
  const row = new RowBuilder();
  if (bos && !(isPlain && hasBegin(texts.join(''), tokenizer))) row.add(leadingIds(tokenizer), false);
  for (const [index, run] of encodeParts(texts, tokenizer).entries()) row.add(run, parts[index]?.trained ?? false);
  if (eos && !(isPlain && hasEnd(texts.join(''), tokenizer))) row.add(tokenizer.eosTokenIds.slice(0, 1), true);
  return row.finish();
}

/** Text that was prepared elsewhere may begin and end with these tokens: second ones would be tokens of their own. */
function hasBegin(text: string, tokenizer: EncodingTokenizer): boolean {
  return tokenizer.bosTokenId !== null && text.trimStart().startsWith(tokenizer.tokenText(tokenizer.bosTokenId));
}

function hasEnd(text: string, tokenizer: EncodingTokenizer): boolean {
  const end = text.trimEnd();
  return tokenizer.eosTokenIds.some((id) => end.endsWith(tokenizer.tokenText(id)));
}

function tokeniseAnswers({ answers, bos }: RenderedAnswers, tokenizer: EncodingTokenizer): readonly TokenRow[] {
  const leading = bos ? leadingIds(tokenizer) : [];
  return groupsOf(answers).flatMap((group) => {
    const together = tokeniseTogether(group, leading, tokenizer);
    return together === undefined ? tokeniseStepwise(group, leading, tokenizer) : [together];
  });
}

/** Answers that share a text: each prompt goes on from all that stands before it. */
function groupsOf(answers: readonly RenderedAnswer[]): RenderedAnswer[][] {
  const groups: RenderedAnswer[][] = [];
  let before: string | undefined;
  for (const answer of answers) {
    const group = groups.at(-1);
    if (group !== undefined && before !== undefined && answer.prompt.startsWith(before)) group.push(answer);
    else groups.push([answer]);
    before = answer.prompt + answer.text;
  }
  return groups;
}

/**
 * In one go, where the tokens of the whole text are those of its parts; they are then those of every prompt in it, too.
 */
function tokeniseTogether(
  group: readonly RenderedAnswer[],
  leading: readonly number[],
  tokenizer: EncodingTokenizer,
): TokenRow | undefined {
  const last = group.at(-1);
  const parts: Segment[] = [];
  let at = 0;
  for (const { prompt, text } of group) {
    parts.push({ text: prompt.slice(at), trained: false }, { text, trained: true });
    at = prompt.length + text.length;
  }
  if (last?.ended === true) parts.push({ text: last.behind, trained: false });
  const runs = parts.map(({ text }) => encodePart(text, tokenizer));
  const whole = encodePart(parts.map(({ text }) => text).join(''), tokenizer);
  const joined = runs.flat();
  if (joined.length !== whole.length || !isPrefix(joined, whole)) return undefined;
  const row = new RowBuilder();
  row.add(leading, false);
  for (const [index, run] of runs.entries()) {
    if (parts[index]?.trained === true) row.addAnswer(run, tokenizer);
    else row.add(run, false);
  }
  const answerIds = runs[group.length * 2 - 1] ?? [];
  if (last !== undefined && !isEnded(last, answerIds, tokenizer)) row.add(tokenizer.eosTokenIds.slice(0, 1), true);
  return row.finish();
}

/** One answer after another, a new row where the ids of a prompt do not begin with those before it. */
function tokeniseStepwise(
  group: readonly RenderedAnswer[],
  leading: readonly number[],
  tokenizer: EncodingTokenizer,
): readonly TokenRow[] {
  const rows: TokenRow[] = [];
  let row = new RowBuilder();
  for (const [index, answer] of group.entries()) {
    const promptIds = [...leading, ...encodePart(answer.prompt, tokenizer)];
    if (index > 0 && !isPrefix(row.ids, promptIds)) {
      rows.push(finishAnswers(row, group[index - 1], tokenizer));
      row = new RowBuilder();
    }
    row.add(promptIds.slice(row.ids.length), false);
    row.addAnswer(
      idsBehind(answer.prompt, answer.text, { promptIds: promptIds.slice(leading.length), tokenizer }),
      tokenizer,
    );
  }
  rows.push(finishAnswers(row, group.at(-1), tokenizer));
  return rows;
}

function finishAnswers(row: RowBuilder, last: RenderedAnswer | undefined, tokenizer: EncodingTokenizer): TokenRow {
  if (last === undefined) return row.finish();
  if (!isEnded(last, row.ids, tokenizer)) row.add(tokenizer.eosTokenIds.slice(0, 1), true);
  else if (last.ended) row.add(encodePart(last.behind, tokenizer), false);
  return row.finish();
}

interface Behind {
  readonly promptIds: readonly number[];
  readonly tokenizer: EncodingTokenizer;
}

/** The ids of a text behind a prompt: in one with it where no token straddles the two. */
function idsBehind(prompt: string, text: string, { promptIds, tokenizer }: Behind): readonly number[] {
  const whole = encodePart(prompt + text, tokenizer);
  return isPrefix(promptIds, whole) ? whole.slice(promptIds.length) : encodePart(text, tokenizer);
}

/**
 * An answer without an end of turn would never teach the model to stop: an end-of-text token then belongs behind it.
 */
function isEnded({ ended }: RenderedAnswer, ids: readonly number[], { eosTokenIds }: EncodingTokenizer): boolean {
  return ended || eosTokenIds.includes(ids.at(-1) ?? -1);
}

class RowBuilder {
  readonly ids: number[] = [];
  readonly #trained: boolean[] = [];

  add(ids: readonly number[], trained: boolean): void {
    for (const id of ids) {
      this.ids.push(id);
      this.#trained.push(trained);
    }
  }

  /** Some templates write two ends; the model stops at the first, so that only that one is trained. */
  addAnswer(ids: readonly number[], { eosTokenIds }: EncodingTokenizer): void {
    const ends = (position: number): boolean => eosTokenIds.includes(ids[position] ?? -1);
    let end = ids.length;
    while (end > 1 && ends(end - 1) && ends(end - 2)) end--;
    this.add(ids.slice(0, end), true);
    this.add(ids.slice(end), false);
  }

  finish(): TokenRow {
    if (this.#trained.length > 0) this.#trained[0] = false;
    return { ids: this.ids, trained: this.#trained };
  }
}

function mergeSegments(segments: readonly Segment[]): Segment[] {
  const merged: Segment[] = [];
  for (const segment of segments) {
    const last = merged.at(-1);
    if (segment.text === '') continue;
    if (last?.trained === segment.trained)
      merged[merged.length - 1] = { text: last.text + segment.text, trained: last.trained };
    else merged.push(segment);
  }
  return merged;
}

/** Ids of each part; joined they are those of the whole wherever its tokens allow the cuts. */
function encodeParts(parts: readonly string[], tokenizer: EncodingTokenizer): number[][] {
  if (parts.length < 2) return parts.map((part) => encodePart(part, tokenizer));
  const whole = encodePart(parts.join(''), tokenizer);
  const ends: number[] = [];
  for (let count = 1; count < parts.length; count++) {
    const before = encodePart(parts.slice(0, count).join(''), tokenizer);
    if (!isPrefix(before, whole))
      return [...encodeParts(parts.slice(0, count), tokenizer), ...encodeParts(parts.slice(count), tokenizer)];
    ends.push(before.length);
  }
  return [...ends, whole.length].map((end, index) => whole.slice(ends[index - 1] ?? 0, end));
}

function encodePart(text: string, tokenizer: EncodingTokenizer): number[] {
  return text === '' ? [] : tokenizer.encode(text, { addSpecialTokens: false });
}

function isPrefix(start: readonly number[], whole: readonly number[]): boolean {
  return start.length <= whole.length && start.every((id, index) => id === whole[index]);
}
