/**
 * How well a text answers what was typed: its beginning beats the beginning of a word, that beats the middle of one,
 * and letters in order with gaps come last. Every typed word must be found. Case, width and accents do not matter.
 */
export interface TextMatch {
  /** Comparable between texts; higher is better. */
  readonly score: number;
  /** Of the text's UTF-16 units that were found, ascending. */
  readonly positions: readonly number[];
}

const scores = { whole: 1000, start: 800, wordStart: 600, inside: 400, scattered: 200 } as const;
const gapCost = 8;

/** Undefined where the text does not answer. An empty query fits everything. */
export function matchText(query: string, text: string): TextMatch | undefined {
  const words = folded(query)
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const target = folded(text);
  let score = 0;
  const positions = new Set<number>();
  for (const word of words) {
    const match = matchWord(word, target);
    if (match === undefined) return undefined;
    score += match.score / words.length;
    for (const position of match.positions) positions.add(position);
  }
  const isWhole = words.length > 0 && words.join(' ') === target;
  // Shorter texts first where all else is equal; never more than a class of its own.
  return {
    score: (isWhole ? scores.whole : score) - Math.min(text.length, 90) / 100,
    positions: [...positions].sort((a, b) => a - b),
  };
}

function matchWord(word: string, text: string): TextMatch | undefined {
  const at = bestOccurrence(word, text);
  if (at === undefined) return word.length < 2 ? undefined : matchScattered(word, text);
  const score = at === 0 ? scores.start : isWordStart(text, at) ? scores.wordStart : scores.inside;
  return { score: score - Math.min(at, 50), positions: Array.from(word, (_, index) => at + index) };
}

/** The first one that begins a word, or else the first. */
function bestOccurrence(word: string, text: string): number | undefined {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (isWordStart(text, at)) return at;
  const first = text.indexOf(word);
  return first < 0 ? undefined : first;
}

/** Letters in order; each skipped one costs, and too many are no answer. */
function matchScattered(word: string, text: string): TextMatch | undefined {
  const positions: number[] = [];
  let gaps = 0;
  for (const letter of word) {
    const last = positions.at(-1);
    const from = last === undefined ? 0 : last + 1;
    const next = nextLetter({ letter, text, from });
    if (next === undefined) return undefined;
    // A jump to the beginning of the next word is what initials are: `svv` for support-voice-vera.
    if (last !== undefined) gaps += isWordStart(text, next) ? wordStarts(text.slice(from, next)) : next - from;
    positions.push(next);
  }
  const score = scores.scattered - gaps * gapCost - (isWordStart(text, positions[0] ?? 0) ? 0 : gapCost);
  return score > 0 && gaps <= word.length ? { score, positions } : undefined;
}

function nextLetter({
  letter,
  text,
  from,
}: {
  readonly letter: string;
  readonly text: string;
  readonly from: number;
}): number | undefined {
  const next = text.indexOf(letter, from);
  if (next < 0) return undefined;
  if (next === from) return next;
  for (let at = next; at >= 0; at = text.indexOf(letter, at + 1)) if (isWordStart(text, at)) return at;
  return next;
}

/** Words that begin after the first letter of a stretch. */
function wordStarts(stretch: string): number {
  return stretch.match(/[^\p{L}\p{N}](?=[\p{L}\p{N}])/gu)?.length ?? 0;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? '');
}

/** One unit stays one unit, so that positions fit the original. */
function folded(text: string): string {
  return Array.from({ length: text.length }, (_, index) => foldedUnit(text[index] ?? '')).join('');
}

function foldedUnit(unit: string): string {
  const plain = unit.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.length === 1 ? plain : unit;
}
