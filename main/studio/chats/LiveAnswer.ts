/**
 * An answer while it is being written: its text is here and not in the database until it ends. Any number of watchers
 * read along, each from its own place; one that is slow gets what came meanwhile in one piece.
 */
import type { AnswerNews, AnswerPhase } from '../../contract/conversations.ts';
import type { ChatTurn } from '../../contract/entities.ts';

export class LiveAnswer {
  /** As it was asked for. */
  readonly turn: ChatTurn;
  readonly #abort = new AbortController();
  #text = '';
  #phase: AnswerPhase = 'waiting';
  #ended: ChatTurn | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(turn: ChatTurn) {
    this.turn = turn;
  }

  get text(): string {
    return this.#text;
  }

  get phase(): AnswerPhase {
    return this.#phase;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Aborts when the answer is to stop. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(): void {
    this.#abort.abort();
  }

  add(piece: string): void {
    if (this.hasEnded) return;
    this.#text += piece;
    this.#phase = 'answering';
    this.#tell();
  }

  enter(phase: AnswerPhase): void {
    if (phase === this.#phase || this.hasEnded) return;
    this.#phase = phase;
    this.#tell();
  }

  end(turn: ChatTurn): void {
    this.#ended = turn;
    this.#tell();
  }

  /** The phase, the text from `offset` on, and everything that comes, to the end. */
  async *watch(offset: number, signal?: AbortSignal): AsyncGenerator<AnswerNews> {
    const wake = (): void => this.#tell();
    signal?.addEventListener('abort', wake, { once: true });
    try {
      yield* this.#news(offset, signal);
    } finally {
      signal?.removeEventListener('abort', wake);
    }
  }

  async *#news(offset: number, signal: AbortSignal | undefined): AsyncGenerator<AnswerNews> {
    let position = Math.min(offset, this.#text.length);
    let phase: AnswerPhase | undefined;
    while (signal?.aborted !== true) {
      const changed = this.#changed.promise;
      if (phase !== this.#phase) {
        phase = this.#phase;
        yield { type: 'phase', phase };
      } else if (position < this.#text.length) {
        const text = this.#text.slice(position);
        yield { type: 'text', offset: position, text };
        position += text.length;
      } else if (this.#ended !== undefined) {
        yield { type: 'end', turn: this.#ended };
        return;
      } else {
        await changed;
      }
    }
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
