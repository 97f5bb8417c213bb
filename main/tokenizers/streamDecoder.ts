/**
 * Token ids that come one at a time, as pieces of text. A token may end in the middle of a character; such a piece
 * waits for the next token. Surprising: each piece is the difference between two decodings that share a token before
 * it, because some tokenizers decode a token differently at the start of a text (a leading space, a word piece).
 */
import type { DecodeOptions, Tokenizer } from './tokenizer.ts';

const replacementCharacter = '\uFFFD';
/** Of the text before that are decoded with each piece: more than a character has bytes. */
const tokensBefore = 8;

export class StreamDecoder {
  private readonly tokenizer: Pick<Tokenizer, 'decode'>;
  private readonly options: DecodeOptions;
  private ids: number[] = [];
  /** How many of `ids` are already out; the rest wait. */
  private emitted = 0;

  /**
   * `before`: the text's ids so far, where the tokens go on with a text; a character that it leaves unfinished comes
   * out whole.
   */
  constructor(tokenizer: Pick<Tokenizer, 'decode'>, options: DecodeOptions = {}, before: readonly number[] = []) {
    this.tokenizer = tokenizer;
    this.options = options;
    this.ids = before.slice(-tokensBefore);
    this.emitted = this.ids.length;
    while (
      this.emitted > 0 &&
      this.tokenizer.decode(this.ids.slice(0, this.emitted), options).endsWith(replacementCharacter)
    )
      this.emitted--;
  }

  /** The text that this token completes; often empty, never half a character. */
  push(id: number): string {
    this.ids.push(id);
    const whole = this.tokenizer.decode(this.ids, this.options);
    if (whole.endsWith(replacementCharacter)) return '';
    return this.take(whole);
  }

  /** What still waits; bytes that never became a character come out as U+FFFD here. */
  finish(): string {
    return this.take(this.tokenizer.decode(this.ids, this.options));
  }

  private take(whole: string): string {
    const before = this.tokenizer.decode(this.ids.slice(0, this.emitted), this.options);
    const piece = whole.slice(before.length);
    if (piece === '') return '';
    this.ids = this.ids.slice(this.emitted);
    this.emitted = this.ids.length;
    return piece;
  }
}
