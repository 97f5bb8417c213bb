/**
 * SentencePiece's own normalisation, which a tokenizer.json carries as `precompiled_charsmap`: a trie over UTF-8 bytes
 * (a double array, little-endian) whose leaves point into a list of texts that end with a zero byte. Surprising: of a
 * grapheme shorter than six bytes the shortest prefix in the trie decides for all of it, so that marks behind it may
 * vanish. This is what the Rust tokenizers do, and with it what models were trained on. Source of the layout:
 * sentencepiece, src/normalizer.cc and third_party/darts_clone.
 */
import type { StepConfig } from './stepConfig.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

const maxGraphemeBytes = 5;
/** Only where one of these stands can several characters make one grapheme. */
const joining =
  /[\p{M}\p{Cf}\p{Emoji_Modifier}\p{Regional_Indicator}\r\u0d4e\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\uff9e\uff9f\u{11000}-\u{11fff}]/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

export class Charsmap {
  private readonly trie: Uint32Array;
  private readonly texts: Buffer;
  private readonly known = new Map<string, string | null>();

  /** Throws GraftError('invalid') where the field is no such map. */
  constructor(config: StepConfig) {
    const bytes = Buffer.from(config.text('precompiled_charsmap'), 'base64');
    const trieBytes = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
    const isWhole = trieBytes >= 4 && trieBytes % 4 === 0 && 4 + trieBytes <= bytes.length;
    if (!isWhole) throw config.invalid('precompiled_charsmap', words.noCharsmap());
    this.trie = Uint32Array.from({ length: trieBytes / 4 }, (_, index) => bytes.readUInt32LE(4 + index * 4));
    this.texts = bytes.subarray(4 + trieBytes);
  }

  normalise(text: string): string {
    if (!joining.test(text)) return this.replaceCharacters(text);
    let result = '';
    for (const { segment } of graphemes.segment(text)) result += this.replaceGrapheme(segment);
    return result;
  }

  private replaceGrapheme(grapheme: string): string {
    const whole = Buffer.byteLength(grapheme, 'utf8') <= maxGraphemeBytes ? this.find(grapheme) : null;
    return whole ?? this.replaceCharacters(grapheme);
  }

  private replaceCharacters(text: string): string {
    let result = '';
    for (const character of text) result += this.find(character) ?? character;
    return result;
  }

  private find(part: string): string | null {
    const known = this.known.get(part);
    if (known !== undefined) return known;
    const found = this.search(Buffer.from(part, 'utf8'));
    this.known.set(part, found);
    return found;
  }

  /** What the shortest prefix of `key` in the trie becomes, or null where no prefix is in it. */
  private search(key: Uint8Array): string | null {
    let unit = this.unit(0);
    let position = offsetOf(unit);
    for (const byte of key) {
      if (byte === 0) return null;
      position ^= byte;
      unit = this.unit(position);
      if (labelOf(unit) !== byte) return null;
      position ^= offsetOf(unit);
      if (hasLeaf(unit)) return this.textAt(this.unit(position) & 0x7fffffff);
    }
    return null;
  }

  private unit(position: number): number {
    return this.trie[position] ?? 0;
  }

  private textAt(start: number): string {
    const end = this.texts.indexOf(0, start);
    return this.texts.toString('utf8', start, end < 0 ? this.texts.length : end);
  }
}

const hasLeaf = (unit: number): boolean => ((unit >>> 8) & 1) === 1;
const labelOf = (unit: number): number => (unit & 0x800000ff) >>> 0;
const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
