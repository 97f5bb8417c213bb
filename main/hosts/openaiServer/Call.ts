/**
 * One request on its way: its body, its one answer (JSON or a stream of events), and the signal that ends the work when
 * the client has gone, time is up or the server stops.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServingService } from '../../contract/serving.ts';
import { ApiError, toApiError } from './apiError.ts';
import type { Gate } from './Gate.ts';
import { readJsonBody } from './jsonBody.ts';

export interface CallSetup {
  readonly serving: ServingService;
  readonly gate: Gate;
  readonly maxBodyBytes: number;
  readonly timeoutMs: number;
  /** Aborted when the server stops and waits no longer. */
  readonly stopping: AbortSignal;
}

export class Call {
  readonly serving: ServingService;
  readonly gate: Gate;
  readonly signal: AbortSignal;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #setup: CallSetup;
  readonly #timeout: AbortSignal;

  constructor(request: IncomingMessage, response: ServerResponse, setup: CallSetup) {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    this.#request = request;
    this.#response = response;
    this.#setup = setup;
    this.#timeout = AbortSignal.timeout(setup.timeoutMs);
    this.serving = setup.serving;
    this.gate = setup.gate;
    this.signal = AbortSignal.any([gone.signal, this.#timeout, setup.stopping]);
  }

  async body(): Promise<unknown> {
    return readJsonBody(this.#request, this.#setup.maxBodyBytes);
  }

  sendJson(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    this.#response.writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    });
    this.#response.end(JSON.stringify(value));
  }

  /** One event of a stream, which begins with the first. */
  sendEvent(value: unknown): void {
    if (this.#response.destroyed) return;
    if (!this.#response.headersSent)
      this.#response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
      });
    this.#response.write(`data: ${JSON.stringify(value)}\n\n`);
  }

  endEvents(): void {
    if (!this.#response.destroyed) this.#response.end('data: [DONE]\n\n');
  }

  /** A stream that has begun ends with the error as its last event. */
  fail(thrown: unknown): void {
    const error = this.#reason(thrown);
    if (!this.#response.headersSent) return this.sendJson(error.status, error.body, error.details.headers);
    this.sendEvent(error.body);
    this.#response.end();
  }

  /** Throws where the work was ended from outside: what there is of it is no answer. */
  throwIfEnded(): void {
    if (this.signal.aborted) throw this.#reason(new ApiError(503, 'The server is stopping.', { type: 'server_error' }));
  }

  #reason(thrown: unknown): ApiError {
    if (!this.#timeout.aborted) return toApiError(thrown);
    const message = `The answer took longer than ${this.#setup.timeoutMs / 1000} s.`;
    return new ApiError(504, message, { type: 'server_error', code: 'timeout' });
  }
}
