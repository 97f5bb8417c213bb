/**
 * Requests to a model hub: JSON, and files that are gone on with where they were cut off. Whatever goes wrong on the way is
 * worded for the person; the token is sent to the hub alone (fetch drops it at a redirect to another host) and never shown.
 */
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { GraftError, toGraftError } from '../contract/errors.ts';

export interface Hub {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly token: string | undefined;
}

interface RequestContext {
  /** `owner/name`, for messages. */
  readonly id: string;
  readonly signal: AbortSignal | undefined;
}

export interface DownloadRequest extends RequestContext {
  /** What is there of it already is kept and gone on with. */
  readonly part: string;
  readonly sizeBytes: number;
  /** Bytes that are there so far. */
  readonly report: (bytes: number) => void;
}

/** Without a byte for this long a connection is taken for dead. */
const silenceMs = 60_000;
const reportEveryBytes = 2 ** 20;

/** Throws GraftError('network' | 'notFound' | 'cancelled'). */
export async function requestJson(hub: Hub, path: string, context: RequestContext): Promise<unknown> {
  try {
    const response = await request(hub, path, { ...context, signal: withSilence(context.signal) });
    return (await response.json()) as unknown;
  } catch (error) {
    throw asHubError(error, hub, context);
  }
}

/** Fills `part`; its size is for the caller to check. Throws as `requestJson`, and GraftError('diskFull'). */
export async function download(hub: Hub, path: string, { part, sizeBytes, report, ...context }: DownloadRequest): Promise<void> {
  const there = await sizeOf(part);
  if (there === sizeBytes) return;
  if (there > sizeBytes) await rm(part);
  const from = there > sizeBytes ? 0 : there;
  const silence = new Silence(context.signal);
  try {
    const response = await request(hub, path, { ...context, signal: silence.signal, range: from });
    const goesOn = response.status === 206 && from > 0;
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    const counted = counting(silence, { from: goesOn ? from : 0, limit: sizeBytes, report });
    await pipeline(body, counted, createWriteStream(part, { flags: goesOn ? 'a' : 'w', flush: true }), { signal: silence.signal });
  } catch (error) {
    throw asHubError(error, hub, context);
  } finally {
    silence.end();
  }
}

interface Counting {
  readonly from: number;
  readonly limit: number;
  readonly report: (bytes: number) => void;
}

/** Stops one piece behind the size that was announced: an endless answer does not fill the disk. */
function counting(silence: Silence, { from, limit, report }: Counting) {
  return async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let [done, told] = [from, from];
    for await (const piece of pieces) {
      silence.broken();
      done += piece.byteLength;
      yield piece;
      if (done - told >= reportEveryBytes) report((told = done));
      if (done > limit) return;
    }
    report(done);
  };
}

async function request(hub: Hub, path: string, { id, signal, range = 0 }: RequestContext & { readonly range?: number }): Promise<Response> {
  const headers = new Headers({ 'user-agent': 'graft' });
  if (hub.token !== undefined) headers.set('authorization', `Bearer ${hub.token}`);
  if (range > 0) headers.set('range', `bytes=${range}-`);
  const response = await fetch(`${hub.endpoint}/${path}`, { headers, signal: signal ?? null });
  if (response.ok && response.body !== null) return response;
  await response.body?.cancel();
  throw refused(response.status, hub, id);
}

function refused(status: number, { token, endpoint }: Hub, id: string): GraftError {
  const data = { field: 'source', status };
  if (status === 404) {
    return new GraftError('notFound', `There is no model ${id} on ${endpoint}.`, { ...data, remedy: 'Check how its name is written.' });
  }
  if (status === 401 || status === 403) {
    const remedy =
      token === undefined
        ? 'Check how its name is written. A private or gated model needs a token: set HF_TOKEN and start again.'
        : 'Accept its terms on its page, or use a token that may read it.';
    return new GraftError('notFound', `${endpoint} does not give ${id} to you.`, { ...data, remedy });
  }
  const remedy = status === 429 ? 'Wait a few minutes and fetch again.' : 'Try again later; what was fetched is kept.';
  return new GraftError('network', `${endpoint} answered with status ${status} for ${id}.`, { ...data, remedy });
}

function asHubError(error: unknown, { endpoint }: Hub, { id, signal }: RequestContext): GraftError {
  if (signal?.aborted === true) return new GraftError('cancelled', 'Fetching was cancelled; what is there is kept for the next time.');
  if (error instanceof GraftError) return error;
  const known = toGraftError(error);
  if (known.code !== 'internal') return known;
  const remedy = 'Check the connection and fetch again: what is there is kept. Without a network, import a folder that you have.';
  return new GraftError('network', `${id} could not be fetched from ${endpoint}.`, { field: 'source', remedy }, error);
}

function withSilence(signal: AbortSignal | undefined): AbortSignal {
  const silence = AbortSignal.timeout(silenceMs);
  return signal === undefined ? silence : AbortSignal.any([signal, silence]);
}

/** Aborts when nothing was heard for a while, or when the caller does. */
class Silence {
  readonly signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;

  constructor(outer: AbortSignal | undefined) {
    const abort = new AbortController();
    this.signal = outer === undefined ? abort.signal : AbortSignal.any([outer, abort.signal]);
    this.#timer = setTimeout(() => abort.abort(), silenceMs);
  }

  broken(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (toGraftError(error).code === 'notFound') return 0;
    throw error;
  }
}
