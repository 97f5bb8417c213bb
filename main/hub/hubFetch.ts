/**
 * The `fetch` that the hub's client library is given: it adds the token for the hub's own address alone (fetch drops it
 * at a redirect to another host), turns a refusal into a GraftError at once, and takes a connection without a byte for
 * dead.
 */
import { refusedByHub, silentHub } from './hubErrors.ts';
import type { HubPlace } from './hubPlace.ts';

export interface HubFetchSetup {
  readonly place: HubPlace;
  /** `owner/name`, for messages. */
  readonly id: string;
  readonly silence: Silence;
}

/**
 * Throws GraftError for every status that is no success, but for a file that is not there: the library asks for that.
 */
export function makeHubFetch({ place, id, silence }: HubFetchSetup): typeof fetch {
  const origin = new URL(place.endpoint).origin;
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = new Headers(init?.headers);
    headers.set('user-agent', 'graft');
    // A range of a packed file would be no range of the file.
    headers.set('accept-encoding', 'identity');
    if (place.token !== undefined && new URL(url).origin === origin)
      headers.set('authorization', `Bearer ${place.token}`);
    const response = await fetch(url, { ...init, headers, signal: silence.signal });
    silence.broken();
    const code = response.headers.get('x-error-code');
    if (response.ok || (response.status === 404 && code === 'EntryNotFound')) return response;
    await response.body?.cancel();
    throw refusedByHub({ status: response.status, code, id }, place);
  };
}

/** Aborts when nothing was heard for a while, or when the caller does. */
export class Silence {
  readonly signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;

  constructor(place: HubPlace, silenceMs: number, outer?: AbortSignal) {
    const abort = new AbortController();
    this.signal = outer === undefined ? abort.signal : AbortSignal.any([outer, abort.signal]);
    this.#timer = setTimeout(() => abort.abort(silentHub(place.endpoint, silenceMs)), silenceMs);
  }

  broken(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
