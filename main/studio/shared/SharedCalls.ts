/**
 * Work that several callers may want at the same time, done once: each waits for the same result, and it is given up
 * only when the last of them was cancelled.
 */
import { GraftError } from '../../contract/errors.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { throwIfCancelled } from '../../formats/text/readBytes.ts';
import { coreWords } from '../../contract/words/core.ts';

interface Call<Result> {
  readonly result: Promise<Result>;
  readonly abort: AbortController;
  readonly waiters: Set<CallOptions>;
}

export class SharedCalls<Result> {
  readonly #calls = new Map<string, Call<Result>>();

  /** `key` names the work. Throws what `work` throws, or GraftError('cancelled'). */
  async run(key: string, work: (options: CallOptions) => Promise<Result>, options: CallOptions = {}): Promise<Result> {
    throwIfCancelled(options.signal);
    const call = this.#calls.get(key) ?? this.#start(key, work);
    const waiter = { ...options };
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => {
      call.waiters.delete(waiter);
      if (call.waiters.size > 0) reject(new GraftError('cancelled', coreWords.cancelled()));
      else this.#abandon(key, call); // its own end is then waited for, so that nothing is left behind
    };
    call.waiters.add(waiter);
    options.signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([call.result, left]);
    } finally {
      options.signal?.removeEventListener('abort', leave);
    }
  }

  #start(key: string, work: (options: CallOptions) => Promise<Result>): Call<Result> {
    const abort = new AbortController();
    const waiters = new Set<CallOptions>();
    const onProgress: CallOptions['onProgress'] = (update) => {
      for (const waiter of waiters) waiter.onProgress?.(update);
    };
    const result = work({ signal: abort.signal, onProgress }).finally(() => this.#forget(key, abort));
    const call = { result, abort, waiters };
    this.#calls.set(key, call);
    return call;
  }

  /** Whoever comes next starts anew. */
  #abandon(key: string, { abort }: Call<Result>): void {
    this.#forget(key, abort);
    abort.abort();
  }

  #forget(key: string, abort: AbortController): void {
    if (this.#calls.get(key)?.abort === abort) this.#calls.delete(key);
  }
}
