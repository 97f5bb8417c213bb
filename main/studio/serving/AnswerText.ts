/**
 * The tokens of one answer as text, for one listener: characters only when they are whole, nothing of a stop text, and
 * with log-probabilities each token together with the text that it began.
 */
import type { ServedToken, TokenLogprob } from '../../contract/engine.ts';
import type { AnswerPiece, AnswerToken, TokenText } from '../../contract/serving.ts';
import { StreamDecoder } from '../../tokenizers/streamDecoder.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { StopFilter } from './StopFilter.ts';

export interface AnswerTextSetup {
  readonly stop: readonly string[];
  /** What the answer goes on with, where it begins in the middle of a text. */
  readonly before: readonly number[];
  readonly onPiece: (piece: AnswerPiece) => void;
}

export class AnswerText {
  readonly #tokenizer: Tokenizer;
  readonly #decoder: StreamDecoder;
  readonly #filter: StopFilter;
  readonly #onPiece: (piece: AnswerPiece) => void;
  /** Not told yet: their text is held back. */
  #waiting: AnswerToken[] = [];
  /** UTF-16 units that were decoded, and that were told. */
  #decoded = 0;
  #told = 0;
  #tokens = 0;

  constructor(tokenizer: Tokenizer, { stop, before, onPiece }: AnswerTextSetup) {
    this.#tokenizer = tokenizer;
    this.#decoder = new StreamDecoder(tokenizer, { skipSpecialTokens: true }, before);
    this.#filter = new StopFilter(stop);
    this.#onPiece = onPiece;
  }

  /** True once a stop text was met. */
  get stopped(): boolean {
    return this.#filter.stopped;
  }

  /** Tokens up to the end of the answer, those of a stop text among them. */
  get tokens(): number {
    return this.#tokens;
  }

  push(token: ServedToken): void {
    if (this.stopped) return;
    this.#tokens += 1;
    if (token.logprob !== null) this.#waiting.push(this.#describe(token, token.logprob));
    const text = this.#decoder.push(token.id);
    this.#decoded += text.length;
    this.#tell(this.#filter.push(text));
  }

  /** No more tokens come: what was held back is text after all. */
  finish(): void {
    if (this.stopped) return;
    const rest = this.#decoder.finish();
    this.#decoded += rest.length;
    this.#tell(this.#filter.push(rest) + this.#filter.finish());
  }

  #describe({ id, top }: ServedToken, logprob: number): AnswerToken {
    const described = (each: TokenLogprob): TokenText => ({ ...each, bytes: [...this.#tokenizer.tokenBytes(each.id)] });
    return { ...described({ id, logprob }), top: top.map(described), offset: this.#decoded };
  }

  #tell(text: string): void {
    this.#told += text.length;
    const isAllTold = this.#told === this.#decoded;
    const certain = this.#waiting.filter(({ offset }) => isAllTold || offset < this.#told);
    this.#waiting = this.#waiting.slice(certain.length);
    if (text !== '' || certain.length > 0) this.#onPiece({ text, tokens: certain });
  }
}
