/**
 * Byte-pair encoding on ids, as the Rust tokenizers do it. Surprising: what is not in the vocabulary becomes bytes or
 * the unknown token before the merges, not after them.
 */
import { MergeHeap } from './mergeHeap.ts';
import type { TokenModel } from './model.ts';
import { rememberWords } from './rememberWords.ts';
import type { StepConfig } from './stepConfig.ts';
import { findByteIds, readUnknownId, readVocabulary } from './vocabulary.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

interface Merge {
  readonly rank: number;
  readonly id: number;
}

type Merges = ReadonlyMap<number, Merge>;

const pairKey = (left: number, right: number): number => left * 2 ** 25 + right;

/** A merge is written `"a b"` or `["a", "b"]`. */
function readPair(merge: unknown): readonly [string, string] | undefined {
  const parts: readonly unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
  const [left, right] = parts;
  return parts.length === 2 && typeof left === 'string' && typeof right === 'string' ? [left, right] : undefined;
}

function readMerges(config: StepConfig, ids: ReadonlyMap<string, number>, prefix: string): Merges {
  const list = config.value('merges');
  if (!Array.isArray(list)) throw config.invalid('merges', words.isMissing());
  const merges = new Map<number, Merge>();
  for (const [rank, merge] of list.entries()) {
    const pair = readPair(merge);
    if (pair === undefined) throw config.invalid(`merges[${rank}]`, words.noPair());
    const [left, right, merged] = [pair[0], pair[1], pair[0] + pair[1].slice(prefix.length)].map((token) =>
      ids.get(token),
    );
    if (left === undefined || right === undefined || merged === undefined) {
      throw config.invalid(`merges[${rank}]`, words.namesStranger());
    }
    merges.set(pairKey(left, right), { rank, id: merged });
  }
  return merges;
}

/** One word while its parts are merged: a list linked by positions. */
class Word {
  private readonly ids: number[];
  private readonly next: number[];
  private readonly previous: number[];
  private readonly heap = new MergeHeap();
  private readonly merges: Merges;

  constructor(ids: number[], merges: Merges) {
    this.ids = ids;
    this.merges = merges;
    this.next = ids.map((_, at) => at + 1);
    this.previous = ids.map((_, at) => at - 1);
  }

  mergeAll(): number[] {
    for (let at = 0; at + 1 < this.ids.length; at++) this.offer(at);
    for (let merge = this.heap.pop(); merge !== undefined; merge = this.heap.pop())
      this.apply(merge.position, merge.rank);
    return this.ids.filter((id) => id >= 0);
  }

  private offer(at: number): void {
    const merge = this.mergeAt(at);
    if (merge !== undefined) this.heap.push(merge.rank, at);
  }

  private mergeAt(at: number): Merge | undefined {
    const left = this.ids[at] ?? -1;
    const right = this.ids[this.next[at] ?? -1];
    return left < 0 || right === undefined ? undefined : this.merges.get(pairKey(left, right));
  }

  /** Nothing where the pair was merged with a neighbour meanwhile. */
  private apply(at: number, rank: number): void {
    const merge = this.mergeAt(at);
    if (merge?.rank !== rank) return;
    const right = this.next[at] ?? 0;
    const after = this.next[right] ?? 0;
    this.ids[at] = merge.id;
    this.ids[right] = -1;
    this.next[at] = after;
    if (after < this.ids.length) this.previous[after] = at;
    const before = this.previous[at] ?? -1;
    if (before >= 0) this.offer(before);
    this.offer(at);
  }
}

class BytePairs implements TokenModel {
  readonly ids: ReadonlyMap<string, number>;
  readonly tokenize: (word: string) => readonly number[];
  private readonly merges: Merges;
  private readonly prefix: string;
  private readonly suffix: string;
  private readonly unknown: number | undefined;
  private readonly fusesUnknown: boolean;
  private readonly fallsBackToBytes: boolean;

  constructor(config: StepConfig) {
    this.prefix = config.text('continuing_subword_prefix', '');
    this.suffix = config.text('end_of_word_suffix', '');
    this.ids = readVocabulary(config);
    this.merges = readMerges(config, this.ids, this.prefix);
    this.unknown = (config.value('unk_token') ?? null) === null ? undefined : readUnknownId(config, this.ids);
    this.fusesUnknown = config.flag('fuse_unk', false);
    this.fallsBackToBytes = config.flag('byte_fallback', false);
    const merged = (word: string): readonly number[] => new Word(this.parts(word), this.merges).mergeAll();
    const whole = (word: string): readonly number[] => {
      const id = this.ids.get(word);
      return id === undefined ? merged(word) : [id];
    };
    this.tokenize = rememberWords(config.flag('ignore_merges', false) ? whole : merged);
  }

  /** Ids of the single characters. */
  private parts(word: string): number[] {
    const characters = Array.from(word);
    const parts: number[] = [];
    let pending = false; // an unknown character that waits for more of its kind
    for (const [index, character] of characters.entries()) {
      const part = (index > 0 ? this.prefix : '') + character + (index === characters.length - 1 ? this.suffix : '');
      const id = this.ids.get(part);
      if (id !== undefined) {
        if (pending) this.addUnknown(parts);
        pending = false;
        parts.push(id);
        continue;
      }
      const bytes = this.fallsBackToBytes ? findByteIds(part, this.ids) : undefined;
      if (bytes !== undefined) {
        parts.push(...bytes);
        continue;
      }
      if (pending && !this.fusesUnknown) this.addUnknown(parts);
      pending = true;
    }
    if (pending) this.addUnknown(parts);
    return parts;
  }

  private addUnknown(parts: number[]): void {
    if (this.unknown !== undefined) parts.push(this.unknown);
  }
}

/** Throws GraftError: 'invalid' for wrong fields, 'unsupported' for tokens that are drawn by chance. */
export function createBpe(config: StepConfig): TokenModel {
  const dropout = config.value('dropout') ?? 0;
  if (dropout !== 0) throw config.unsupported(words.dropout(), 'dropout');
  return new BytePairs(config);
}
