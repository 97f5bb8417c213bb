/**
 * The one connection of a window. Calls made while it is down wait for the next one; what was under way when it went
 * down fails with `network`, and whoever reads (queries, streams) reads again after `generation` has risen.
 */
import { createORPCClient } from '@orpc/client';
import type { ClientContext, ClientLink } from '@orpc/client';
import { untrack } from 'svelte';
import { GraftError } from '../../main/contract/errors.ts';
import type { Api } from './api.ts';
import { commonWords } from '../../main/contract/words/common.ts';
import { windowWords } from '../../main/contract/words/window.ts';
import { fromWire } from './wireErrors.ts';

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

/** One way to the studio: a WebSocket or a MessagePort. */
export interface Wire {
  readonly link: ClientLink<ClientContext>;
  /** Settles when the wire is down; `refused` when trying again is useless (the cookie is not taken). */
  readonly closed: Promise<'lost' | 'refused'>;
}

/** Opens a wire. Rejects when it cannot be had now; resolves `refused` when it never can. */
export type OpenWire = () => Promise<Wire | 'refused'>;

const longestPauseMs = 4000;

export class Connection {
  /** Shown to the person. */
  state: ConnectionState = $state('connecting');
  /** Rises with every new wire. */
  generation = $state(0);
  readonly api: Api;
  readonly #open: OpenWire;
  #wire: Wire | undefined;
  #waiting: ((wire: Wire | GraftError) => void)[] = [];
  #wake: (() => void) | undefined;

  constructor(open: OpenWire) {
    this.#open = open;
    const link: ClientLink<ClientContext> = { call: async (path, input, options) => this.#call(path, input, options) };
    this.api = createORPCClient(link);
    void this.#keepOpen();
  }

  /** Tries again now rather than after the pause. */
  retry(): void {
    this.#wake?.();
  }

  async #call(...[path, input, options]: Parameters<ClientLink<ClientContext>['call']>): Promise<unknown> {
    // Whoever calls in an effect would else call again whenever the connection changes.
    if (untrack(() => this.state) === 'refused') throw lostConnection();
    const wire = this.#wire ?? (await this.#nextWire(options.signal));
    const lost = wire.closed.then(() => {
      throw lostConnection();
    });
    lost.catch(() => undefined); // told through the race
    try {
      const call = wire.link.call(path, input, { ...options, signal: this.#signalFor(wire, options.signal) });
      const output = await Promise.race([call, lost]);
      return isStream(output) ? guarded(output, lost) : output;
    } catch (error) {
      throw fromWire(error);
    }
  }

  /** The caller's signal as long as the wire is up: a link that is down cannot be told of an abort and would throw. */
  #signalFor(wire: Wire, signal: AbortSignal | undefined): AbortSignal | undefined {
    if (signal === undefined) return undefined;
    const passedOn = new AbortController();
    const passOn = (): void => {
      if (this.#wire === wire) passedOn.abort(signal.reason);
    };
    if (signal.aborted) passOn();
    else signal.addEventListener('abort', passOn, { once: true });
    return passedOn.signal;
  }

  #nextWire(signal: AbortSignal | undefined): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const settle = (wire: Wire | GraftError): void => {
        if (wire instanceof GraftError) reject(wire);
        else resolve(wire);
      };
      this.#waiting.push(settle);
      signal?.addEventListener('abort', () => {
        reject(new GraftError('cancelled', commonWords.cancelled()));
      });
    });
  }

  async #keepOpen(): Promise<void> {
    for (let failures = 0; ;) {
      const wire = await this.#open().catch(() => undefined);
      const end = wire === 'refused' || wire === undefined ? wire : await this.#use(wire);
      if (end === 'refused') {
        this.#refuse();
        return;
      }
      failures = wire === undefined ? failures + 1 : 0;
      if (failures > 0 || this.generation > 0) this.state = 'lost';
      await this.#pause(Math.min(longestPauseMs, 150 * 2 ** failures));
    }
  }

  async #use(wire: Wire): Promise<'lost' | 'refused'> {
    this.#wire = wire;
    this.state = 'open';
    this.generation++;
    for (const settle of this.#waiting.splice(0)) settle(wire);
    const why = await wire.closed;
    this.#wire = undefined;
    return why;
  }

  #refuse(): void {
    this.state = 'refused';
    for (const settle of this.#waiting.splice(0)) settle(lostConnection());
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, ms);
    });
    this.#wake = undefined;
  }
}

function lostConnection(): GraftError {
  return new GraftError('network', windowWords.connectionLost(), { remedy: windowWords.reconnects() });
}

function isStream(output: unknown): output is AsyncIterator<unknown, unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

/** A stream that fails when its wire does, instead of waiting for ever. */
async function* guarded(stream: AsyncIterator<unknown, unknown>, lost: Promise<never>): AsyncGenerator {
  try {
    for (;;) {
      const next = await Promise.race([stream.next(), lost]);
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw fromWire(error);
  } finally {
    void stream.return?.().catch(() => undefined); // a lost wire cannot be told
  }
}
