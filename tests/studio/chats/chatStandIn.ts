/** An engine for chats that says what a test tells it to say, when it tells it. Everything else is real. */
import type { ChatAnswer, ChatEngineState, ChatRequest } from '../../../main/contract/conversations.ts';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { AnswerEngine } from '../../../main/studio/chats/Answering.ts';

export interface Asked {
  readonly request: ChatRequest;
  say(piece: string): void;
  finish(changes?: Partial<ChatAnswer>): void;
  fail(error: GraftError): void;
}

export class ChatStandIn implements AnswerEngine {
  readonly asked: Asked[] = [];
  readonly warmed: string[] = [];
  /** Tokens that a character counts. */
  tokensPerCharacter = 0;
  #state: ChatEngineState['state'] = 'ready';
  #modelId: string | null = null;
  #next = Promise.withResolvers<Asked>();

  /** The next request that has not been looked at yet. */
  async next(): Promise<Asked> {
    const asked = await this.#next.promise;
    this.#next = Promise.withResolvers();
    return asked;
  }

  async send(request: ChatRequest, onText?: (piece: string) => void, signal?: AbortSignal): Promise<ChatAnswer> {
    if (signal?.aborted) throw new GraftError('cancelled', verbatim('Cancelled before it began.'));
    this.#modelId = request.model;
    const { promise, resolve, reject } = Promise.withResolvers<ChatAnswer>();
    let text = '';
    const answer = (): ChatAnswer => ({
      ...{
        text,
        ids: [1, 2, 3],
        finish: 'stop',
        promptTokens: 5,
        reusedTokens: 0,
        promptMs: 10,
        tokensPerSecond: 20,
        swapMs: 0.5,
      },
    });
    signal?.addEventListener('abort', () => resolve({ ...answer(), finish: 'cancelled' }), { once: true });
    const asked: Asked = {
      request,
      say: (piece) => {
        text += piece;
        onText?.(piece);
      },
      finish: (changes = {}) => resolve({ ...answer(), ...changes }),
      fail: reject,
    };
    this.asked.push(asked);
    this.#next.resolve(asked);
    return promise;
  }

  async countTokens({ messages }: Pick<ChatRequest, 'messages'>): Promise<number> {
    return messages.reduce((sum, { content }) => sum + content.length * this.tokensPerCharacter, 0);
  }

  async warmUp(modelId: string): Promise<void> {
    this.warmed.push(modelId);
  }

  async unload(): Promise<void> {
    this.#state = 'off';
  }

  state(): ChatEngineState {
    return {
      state: this.#state,
      modelId: this.#modelId,
      device: null,
      why: null,
      loadMs: null,
      residentAdapterIds: [],
      error: null,
    };
  }

  onState(): void {
    // It has no states to tell of.
  }
}
