/**
 * The pieces of a word whose scores add up highest. Surprising: neighbouring unknown characters become one unknown
 * token, or, with `byte_fallback`, the bytes of all of them.
 */
import type { TokenModel } from './model.ts';
import { rememberWords } from './rememberWords.ts';
import { SortedTokens } from './sortedTokens.ts';
import type { StepConfig } from './stepConfig.ts';
import { findByteIds } from './vocabulary.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

const unknownPenalty = 10;

interface Best {
  readonly score: number;
  readonly start: number;
  readonly id: number | undefined; // none: unknown
}

/**
 * The number as the Rust tokenizers read it from JSON: its digits as one whole number, then divided, so that the
 * seventeenth digit may round otherwise. Pieces whose scores add up alike are told apart by that.
 */
function asReadInRust(score: number): number {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(score)) ?? [];
  const power = Number(exponent) - fraction.length;
  const digits = Number(BigInt(whole + fraction));
  const value = power < 0 ? digits / 10 ** -power : digits * 10 ** power;
  return sign === '-' ? -value : value;
}

function readScores(config: StepConfig): { readonly ids: Map<string, number>; readonly scores: number[] } {
  const list = config.value('vocab');
  if (!Array.isArray(list)) throw config.invalid('vocab', words.isMissing());
  const ids = new Map<string, number>();
  const scores = list.map((entry: unknown, id) => {
    const [token, score] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof token !== 'string' || typeof score !== 'number') throw config.invalid(`vocab[${id}]`, words.noScored());
    ids.set(token, id);
    return asReadInRust(score);
  });
  return { ids, scores };
}

class Unigram implements TokenModel {
  readonly ids: ReadonlyMap<string, number>;
  readonly tokenize: (word: string) => readonly number[];
  private readonly scores: readonly number[];
  private readonly tokens: SortedTokens;
  private readonly unknown: number;
  private readonly unknownScore: number;
  private readonly fallsBackToBytes: boolean;

  constructor(config: StepConfig) {
    const { ids, scores } = readScores(config);
    this.ids = ids;
    this.scores = scores;
    this.tokens = new SortedTokens(ids.keys());
    this.unknown = config.count('unk_id');
    if (this.unknown >= scores.length) throw config.invalid('unk_id', words.notInVocabulary());
    this.unknownScore = scores.reduce((lowest, score) => Math.min(lowest, score), Infinity) - unknownPenalty;
    this.fallsBackToBytes = config.flag('byte_fallback', false);
    this.tokenize = rememberWords((word) => this.join(word, this.bestPath(word)));
  }

  /** Starts of the pieces, from the last to the first. */
  private bestPath(word: string): Best[] {
    const ends: (Best | undefined)[] = [];
    const offer = (end: number, best: Best): void => {
      const known = ends[end];
      if (known === undefined || best.score > known.score) ends[end] = best;
    };
    for (let start = 0; start < word.length;) {
      const before = start === 0 ? 0 : (ends[start]?.score ?? 0);
      const next = start + (Number(word.codePointAt(start)) > 0xffff ? 2 : 1);
      let hasSingle = false;
      this.tokens.forEachAt(word, start, (token) => {
        const id = this.ids.get(token) ?? 0;
        hasSingle ||= start + token.length === next;
        offer(start + token.length, {
          score: before + (this.scores[id] ?? 0),
          start,
          id: id === this.unknown ? undefined : id,
        });
      });
      if (!hasSingle) offer(next, { score: before + this.unknownScore, start, id: undefined });
      start = next;
    }
    return backwards(ends, word.length);
  }

  private join(word: string, path: readonly Best[]): number[] {
    const ids: number[] = [];
    let end = word.length;
    for (const [index, { start, id }] of path.entries()) {
      if (id === undefined && path[index + 1]?.id === undefined && index + 1 < path.length) continue;
      const found = id === undefined ? this.unknownIds(word.slice(start, end)) : [id];
      for (const each of [...found].reverse()) ids.push(each);
      end = start;
    }
    return ids.reverse();
  }

  private unknownIds(text: string): readonly number[] {
    const id = this.ids.get(text);
    if (id !== undefined) return [id];
    const bytes = this.fallsBackToBytes ? findByteIds(text, this.ids) : undefined;
    return bytes ?? [this.unknown];
  }
}

function backwards(ends: readonly (Best | undefined)[], length: number): Best[] {
  const path: Best[] = [];
  for (let end = length; end > 0;) {
    const best = ends[end];
    if (best === undefined) break;
    path.push(best);
    end = best.start;
  }
  return path;
}

/** Throws GraftError: 'invalid' for wrong fields, 'unsupported' for pieces that are drawn by chance. */
export function createUnigram(config: StepConfig): TokenModel {
  const alpha = config.value('alpha') ?? 0;
  if (alpha !== 0) throw config.unsupported(words.drawn(), 'alpha');
  return new Unigram(config);
}
