/** One answer on its way through the batch: what was asked, what there is of it, and whoever waits for it. */
import type { CompletionRequest, CompletionResult, ServedToken } from '../../contract/engine.ts';
import type { GraftError } from '../../contract/errors.ts';
import { createChooser } from './chooseToken.ts';
import type { TokenChooser } from './chooseToken.ts';

export interface RowListeners {
  readonly onToken: (token: ServedToken) => void;
  readonly signal: AbortSignal;
}

export class AnswerRow {
  readonly request: CompletionRequest;
  /** Prompt and answer. */
  readonly ids: number[];
  readonly #listeners: RowListeners;
  readonly #contextLength: number;
  readonly #choose: TokenChooser;
  readonly #stopIds: ReadonlySet<number>;
  readonly #ended = Promise.withResolvers<CompletionResult>();
  readonly #askedMs = performance.now();
  #startedMs: number | undefined;
  #promptReadMs: number | undefined;
  #cachedTokens = 0;
  #hasEnded = false;

  constructor(request: CompletionRequest, contextLength: number, listeners: RowListeners) {
    this.request = request;
    this.ids = [...request.promptIds];
    this.#listeners = listeners;
    this.#contextLength = contextLength;
    this.#choose = createChooser(request);
    this.#stopIds = new Set(request.sampling.stopIds);
  }

  get ended(): Promise<CompletionResult> {
    return this.#ended.promise;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The last token, which is fed next. */
  get lastId(): number {
    return this.ids[this.ids.length - 1];
  }

  /** Most tokens that prompt and answer can have. */
  get longest(): number {
    return Math.min(this.#contextLength, this.request.promptIds.length + this.request.sampling.maxTokens);
  }

  /** The request leaves the queue, so many tokens of its prompt read before. */
  start(cachedTokens: number): void {
    this.#cachedTokens = cachedTokens;
    this.#startedMs = performance.now();
  }

  /** Ends the row where nobody waits for it any more. */
  endIfCancelled(): void {
    if (this.#listeners.signal.aborted) this.#end('cancelled');
  }

  /**
   * Takes the next token out of the logits after the last one, which it may change; ends the row where that was all.
   */
  accept(logits: Float32Array): void {
    this.#promptReadMs ??= performance.now();
    const { promptIds, sampling } = this.request;
    const token = this.#choose(logits);
    if (this.#stopIds.has(token.id)) return this.#end('stop');
    this.ids.push(token.id);
    this.#listeners.onToken(token);
    if (this.ids.length - promptIds.length >= sampling.maxTokens || this.ids.length >= this.#contextLength)
      this.#end('length');
  }

  fail(error: GraftError): void {
    this.#hasEnded = true;
    this.#ended.reject(error);
  }

  #end(finish: CompletionResult['finish']): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const nowMs = performance.now();
    const startedMs = this.#startedMs ?? nowMs;
    this.#ended.resolve({
      finish,
      tokens: this.ids.length - this.request.promptIds.length,
      cachedTokens: this.#cachedTokens,
      queuedMs: startedMs - this.#askedMs,
      promptMs: (this.#promptReadMs ?? nowMs) - startedMs,
    });
  }
}
