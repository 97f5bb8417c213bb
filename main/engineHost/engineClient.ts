/**
 * The studio's half of the engine protocol over one port: requests with streamed events, cooperative cancel, and every
 * pending request answered when the other side is gone. A request settles once; what comes later is dropped.
 */
import {
  engineProtocolVersion,
  type EngineFrame,
  type EngineRequestName,
  type EngineRequests,
} from '../contract/engine.ts';
import { type FramePort, parseFrame } from '../contract/engineFrame.ts';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { engineProcessWords } from '../contract/words/engineProcess.ts';

export interface RequestOptions<Event> {
  readonly onEvent?: (event: Event) => void;
  readonly signal?: AbortSignal;
  /** How long a cancelled request may take to wind up before the process is ended. */
  readonly cancelDeadlineMs?: number;
}

interface Pending {
  readonly onEvent?: (event: never) => void;
  readonly resolve: (result: never) => void;
  readonly reject: (error: GraftError) => void;
  readonly settled: () => void;
}

export interface ClientHooks {
  /** A cancelled request did not wind up in time: end the process. */
  readonly onOverdue: (error: GraftError) => void;
  /** The other side broke the protocol. */
  readonly onBroken: (error: GraftError) => void;
}

const defaultCancelDeadlineMs = 15_000;

type Body<Frame = EngineFrame> = Frame extends EngineFrame ? Omit<Frame, 'version' | 'generation'> : never;

export class EngineClient {
  readonly #port: FramePort;
  readonly #generation: number;
  readonly #hooks: ClientHooks;
  readonly #pending = new Map<number, Pending>();
  readonly #hello = Promise.withResolvers<void>();
  #nextId = 1;
  #failure: GraftError | undefined;

  constructor(port: FramePort, generation: number, hooks: ClientHooks) {
    this.#port = port;
    this.#generation = generation;
    this.#hooks = hooks;
    this.#hello.promise.catch(() => undefined);
    port.onFrame((frame) => this.#receive(frame));
  }

  /** Resolves when the process has said hello. */
  get ready(): Promise<void> {
    return this.#hello.promise;
  }

  /** Rejects with a GraftError: the engine's own, or why its process died. */
  request<Name extends EngineRequestName>(
    name: Name,
    parameters: EngineRequests[Name][0],
    options: RequestOptions<EngineRequests[Name][1]> = {},
  ): Promise<EngineRequests[Name][2]> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (options.signal?.aborted === true)
      return Promise.reject(new GraftError('cancelled', engineProcessWords.cancelledBefore()));
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<EngineRequests[Name][2]>();
    const settled = this.#watchCancel(id, options);
    this.#pending.set(id, { onEvent: options.onEvent, resolve, reject, settled });
    this.#post({ kind: 'request', id, name, parameters });
    return promise;
  }

  /** Holds back what the process does long, where it asks for that. */
  setPaused(paused: boolean): void {
    if (this.#failure === undefined) this.#post({ kind: 'pause', paused });
  }

  /** Answers everything pending, and every later request, with `error`. */
  fail(error: GraftError): void {
    this.#failure ??= error;
    this.#hello.reject(error);
    for (const [id, pending] of this.#pending) {
      this.#pending.delete(id);
      pending.settled();
      pending.reject(error);
    }
  }

  #post(body: Body): void {
    this.#port.post({ version: engineProtocolVersion, generation: this.#generation, ...body });
  }

  #watchCancel(id: number, { signal, cancelDeadlineMs = defaultCancelDeadlineMs }: RequestOptions<never>): () => void {
    if (signal === undefined) return () => undefined;
    let timer: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      this.#post({ kind: 'cancel', id });
      timer = setTimeout(() => this.#hooks.onOverdue(overdueError(cancelDeadlineMs)), cancelDeadlineMs);
    };
    signal.addEventListener('abort', cancel, { once: true });
    return () => {
      signal.removeEventListener('abort', cancel);
      clearTimeout(timer);
    };
  }

  #receive(value: unknown): void {
    try {
      const frame = parseFrame(value, this.#generation);
      if (frame !== undefined) this.#accept(frame);
    } catch (thrown) {
      this.#hooks.onBroken(toGraftError(thrown));
    }
  }

  #accept(frame: EngineFrame): void {
    if (frame.kind === 'hello') return this.#hello.resolve();
    if (frame.kind === 'request' || frame.kind === 'cancel' || frame.kind === 'pause') return;
    const pending = this.#pending.get(frame.id);
    if (pending === undefined) return;
    if (frame.kind === 'event') return pending.onEvent?.(frame.event as never);
    this.#pending.delete(frame.id);
    pending.settled();
    if (frame.kind === 'result') pending.resolve(frame.result as never);
    else pending.reject(GraftError.fromJson(frame.error));
  }
}

function overdueError(deadlineMs: number): GraftError {
  const message = engineProcessWords.ended({ seconds: Math.round(deadlineMs / 1000) });
  return new GraftError('interrupted', message, { remedy: engineProcessWords.resumeFromCheckpoint() });
}
