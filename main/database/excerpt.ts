/**
 * The words of a search and the passage that shows them: found words stand between U+0001 and U+0002, which no message
 * keeps there, and what was left out shows as an ellipsis.
 */
export interface SoughtWord {
  readonly text: string;
  /** Without `g`: a test of it has no memory. */
  readonly pattern: RegExp;
}

const before = 40;
const after = 120;

/** Separated by white space; control characters separate as well, since the index cannot take them. */
export function wordsOf(query: string): SoughtWord[] {
  const words = query.split(/[\s\p{Cc}]+/u).filter((word) => word !== '');
  return [...new Set(words)].map((text) => ({ text, pattern: new RegExp(escaped(text), 'iu') }));
}

/** Around the first place where one of the words is. */
export function excerptAround(content: string, words: readonly SoughtWord[]): string {
  const text = content.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  const found = words.map(({ pattern }) => text.search(pattern)).filter((place) => place >= 0);
  const place = found.length === 0 ? 0 : Math.min(...found);
  const start = boundary(text, Math.max(0, place - before));
  const end = boundary(text, Math.min(text.length, place + after));
  const marked = mark(text.slice(start, end), words);
  return `${start > 0 ? '…' : ''}${marked}${end < text.length ? '…' : ''}`;
}

function mark(text: string, words: readonly SoughtWord[]): string {
  // The longest first: of "frog" and "frogs" at one place the longer one is marked.
  const sources = words.map(({ text: word }) => escaped(word)).toSorted((a, b) => b.length - a.length);
  return text.replaceAll(new RegExp(sources.join('|'), 'giu'), (word) => `\u0001${word}\u0002`);
}

/** Not between the halves of a character outside the basic plane. */
function boundary(text: string, place: number): number {
  const isInside = /^[\uDC00-\uDFFF]$/.test(text.charAt(place));
  return isInside ? place - 1 : place;
}

function escaped(word: string): string {
  return word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
