/**
 * Trains a byte-level BPE vocabulary: starting from the 256 bytes, the most frequent pair of neighbours within a word
 * becomes a token, again and again (Sennrich et al. 2016, arXiv:1508.07909; on bytes as in GPT-2). Deterministic: of
 * equally frequent pairs the one that is first in code-unit order wins.
 */
import { byteAlphabet } from '../../tokenizers/byteAlphabet.ts';

/** GPT-2's words, with every digit on its own. */
export const wordPattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

export interface BpeVocabulary {
  /** In id order, after the special tokens. */
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

interface Word {
  symbols: string[];
  readonly count: number;
}

const pairKey = (left: string, right: string): string => `${left} ${right}`;

function countWords(texts: Iterable<string>): readonly Word[] {
  const pattern = new RegExp(wordPattern, 'gu');
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(pattern)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => ({
    symbols: Array.from(Buffer.from(word), (byte) => byteAlphabet[byte] ?? ''),
    count,
  }));
}

/** How often each pair occurs, and in which words. */
class PairTable {
  private readonly counts = new Map<string, number>();
  private readonly words = new Map<string, Set<Word>>();

  add(word: Word, sign: 1 | -1): void {
    for (let i = 1; i < word.symbols.length; i++) {
      const key = pairKey(word.symbols[i - 1] ?? '', word.symbols[i] ?? '');
      this.counts.set(key, (this.counts.get(key) ?? 0) + sign * word.count);
      if (sign === 1) this.wordsOf(key).add(word);
    }
  }

  mostFrequent(): string | undefined {
    let best: string | undefined;
    let bestCount = 1; // a pair seen once is no pattern
    for (const [key, count] of this.counts) {
      if (count > bestCount || (count === bestCount && best !== undefined && key < best)) {
        best = key;
        bestCount = count;
      }
    }
    return best;
  }

  /** The words that hold the pair (or did once); the pair is forgotten. */
  take(key: string): ReadonlySet<Word> {
    const words = this.wordsOf(key);
    this.counts.delete(key);
    this.words.delete(key);
    return words;
  }

  private wordsOf(key: string): Set<Word> {
    const known = this.words.get(key);
    if (known !== undefined) return known;
    const words = new Set<Word>();
    this.words.set(key, words);
    return words;
  }
}

function mergeIn(symbols: readonly string[], left: string, right: string): string[] {
  const merged: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const isPair = symbols[i] === left && symbols[i + 1] === right;
    merged.push(isPair ? left + right : (symbols[i] ?? ''));
    if (isPair) i++;
  }
  return merged;
}

/** A vocabulary of `size` tokens (fewer where the texts run out of pairs), the 256 bytes first. */
export function trainBpe(texts: Iterable<string>, size: number): BpeVocabulary {
  const table = new PairTable();
  for (const word of countWords(texts)) table.add(word, 1);
  const tokens = [...byteAlphabet];
  const known = new Set(tokens);
  const merges: (readonly [string, string])[] = [];
  while (tokens.length < size) {
    const key = table.mostFrequent();
    if (key === undefined) break;
    const [left = '', right = ''] = key.split(' ');
    for (const word of table.take(key)) {
      table.add(word, -1);
      word.symbols = mergeIn(word.symbols, left, right);
      table.add(word, 1);
    }
    table.take(key);
    merges.push([left, right]);
    if (known.has(left + right)) continue; // two ways to the same token
    known.add(left + right);
    tokens.push(left + right);
  }
  return { tokens, merges };
}
