/**
 * Answers while they are written, by the ids of their messages. Text reaches the screen at most once a frame; where the
 * connection was lost, watching goes on behind what is here already.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { AnswerNews, AnswerPhase } from '../../../main/contract/conversations.ts';
import type { ChatTurn } from '../../../main/contract/entities.ts';
import type { Api } from '../../lib/api.ts';
import { follow } from '../../lib/follow.ts';

export class AnswerStream {
  text = $state('');
  phase: AnswerPhase | null = $state(null);
  /** The whole message, as soon as it has ended. */
  ended: ChatTurn | null = $state.raw(null);
  #received: string;
  #frame: number | undefined;

  constructor(written: string) {
    this.#received = written;
    this.text = written;
  }

  /** In UTF-16 units. */
  get offset(): number {
    return this.#received.length;
  }

  take(news: AnswerNews): void {
    if (news.type === 'phase') this.phase = news.phase;
    else if (news.type === 'text') this.#append(news.text.slice(this.offset - news.offset));
    else this.#end(news.turn);
  }

  #append(piece: string): void {
    this.#received += piece;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.text = this.#received;
    });
  }

  #end(turn: ChatTurn): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#received = turn.content;
    this.text = turn.content;
    this.ended = turn;
  }
}

export class AnswerStreams {
  readonly #api: Pick<Api, 'chats'>;
  readonly #onError: (error: unknown) => void;
  readonly #streams = new SvelteMap<string, AnswerStream>();
  readonly #stop = new AbortController();

  constructor(api: Pick<Api, 'chats'>, onError: (error: unknown) => void) {
    this.#api = api;
    this.#onError = onError;
  }

  find(turnId: string): AnswerStream | undefined {
    return this.#streams.get(turnId);
  }

  /** Watches each of these that is being written and not watched yet. */
  watch(turns: readonly ChatTurn[]): void {
    for (const turn of turns) {
      if (turn.state === 'answering' && !this.#streams.has(turn.id)) void this.#follow(turn);
    }
  }

  close(): void {
    this.#stop.abort();
  }

  async #follow({ id: turnId, content }: ChatTurn): Promise<void> {
    const stream = new AnswerStream(content);
    this.#streams.set(turnId, stream);
    const open = async (signal: AbortSignal) => this.#api.chats.watch({ turnId, offset: stream.offset }, { signal });
    try {
      await follow(open, (news) => stream.take(news), this.#stop.signal);
    } catch (error) {
      this.#onError(error); // what was written so far stays; the next reading of the chat has the rest
    }
  }
}
