/**
 * Where the answers stand in a rendered conversation. For each answer the template is rendered up to it twice, with the
 * generation prompt instead of it and with it: what the second has more is the answer and its end of turn. Surprising:
 * templates that write earlier turns differently from the last (dropping a reasoning block, say) break this, so an answer may
 * also be found by its text, which must follow its own generation prompt.
 */
import type { RowFault } from './example.ts';

export interface AnswerTurn {
  readonly answer: string;
  /** The messages before it, with the generation prompt. */
  readonly withPrompt: string;
  /** The messages up to and with it. */
  readonly withAnswer: string;
}

/** Characters `start` to `end` (exclusive) of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface AnswerSpans {
  readonly spans: readonly Span[];
  /** Whether the template closes the last answer with something (an end-of-turn token). */
  readonly ended: boolean;
}

/** Spans in order, each with its end-of-turn token and without the white space behind that; or why they cannot be told. */
export function findAnswerSpans(text: string, turns: readonly AnswerTurn[]): AnswerSpans | RowFault {
  const last = turns.at(-1);
  const lastMark = last === undefined ? '' : endMarkOf(last);
  const spans: Span[] = [];
  for (const [index, turn] of turns.entries()) {
    const start = findStart(text, turn, spans.at(-1)?.end ?? 0);
    const end = start === undefined ? undefined : findEnd(text, { turn, start, lastMark });
    if (start === undefined || end === undefined)
      return { reason: `the model's chat template does not show answer ${index + 1} as it stands` };
    spans.push({ start, end });
  }
  return { spans, ended: lastMark !== '' };
}

function findStart(text: string, turn: AnswerTurn, from: number): number | undefined {
  const { withPrompt, withAnswer } = turn;
  if (withPrompt.length >= from && text.startsWith(withPrompt)) return withPrompt.length;
  const at = findAnswer(turn);
  return at !== undefined && at >= from && text.startsWith(withAnswer) ? at : undefined;
}

/** Where the answer's own words begin in the rendering that ends with it. */
function findAnswer({ answer, withPrompt, withAnswer }: AnswerTurn): number | undefined {
  const words = answer.trim();
  const shared = sharedLength(withPrompt, withAnswer);
  const behindPrompt = shared + whiteSpaceAt(withAnswer, shared);
  if (withAnswer.startsWith(words, behindPrompt)) return behindPrompt;
  // A generation prompt may open a block (`<think>`) whose first characters the answer happens to share.
  for (let at = shared; at >= Math.max(0, shared - words.length); at--) if (withAnswer.startsWith(words, at)) return at;
  const at = withAnswer.indexOf(words, shared);
  return at < 0 ? undefined : at;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

interface EndSearch {
  readonly turn: AnswerTurn;
  readonly start: number;
  readonly lastMark: string;
}

function findEnd(text: string, { turn, start, lastMark }: EndSearch): number | undefined {
  const answer = turn.answer.trim();
  const answerAt = start + whiteSpaceAt(text, start);
  const answerEnd = text.startsWith(answer, answerAt) ? answerAt + answer.length : undefined;
  if (text.startsWith(turn.withAnswer)) {
    const region = text.slice(0, turn.withAnswer.length);
    return answerEnd === undefined ? region.trimEnd().length : answerEnd + markAt(region, answerEnd).length;
  }
  return answerEnd !== undefined && text.startsWith(lastMark, answerEnd) ? answerEnd + lastMark.length : undefined;
}

/** What follows the answer in its own rendering: `<|im_end|>`, ` </s>`, or nothing. */
function endMarkOf(turn: AnswerTurn): string {
  const at = findAnswer(turn);
  return at === undefined ? '' : markAt(turn.withAnswer, at + turn.answer.trim().length);
}

/** The first run of characters that are not white space, with the white space before it. */
function markAt(text: string, at: number): string {
  return /^\s*\S+/.exec(text.slice(at))?.[0] ?? '';
}

function whiteSpaceAt(text: string, at: number): number {
  return /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
}
