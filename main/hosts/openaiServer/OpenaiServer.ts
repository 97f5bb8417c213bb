/**
 * The OpenAI-compatible server: HTTP on 127.0.0.1 alone. Every request passes the server's own name in `Host` (a name
 * bound to 127.0.0.1 elsewhere gets nothing), the absence of a foreign `Origin` (no page of a browser may ask: CORS is
 * off) and the key where there is one, before anything looks at what it asks for.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { ServingService } from '../../contract/serving.ts';
import { isSame } from '../browserHost/access.ts';
import { listen } from '../browserHost/listen.ts';
import { ApiError, invalidRequest } from './apiError.ts';
import { Call } from './Call.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { endpoints } from './endpoints/registry.ts';
import { Gate } from './Gate.ts';

export interface OpenaiServerOptions {
  readonly serving: ServingService;
  /** One that must be had; otherwise any. */
  readonly port?: number | undefined;
  /** undefined: whoever reaches this machine's own address may ask. */
  readonly apiKey?: string | undefined;
  readonly limits: ServerLimits;
  /** Requests came or went. */
  readonly onChange?: () => void;
}

export interface ServerLimits {
  /** Answers that the engine writes at once, as it was told. */
  readonly rows: number;
  /** Answers that may wait besides. */
  readonly queue: number;
  /** From the first byte to the last. */
  readonly timeoutMs: number;
  readonly bodyBytes: number;
}

export const defaultLimits: ServerLimits = { rows: 8, queue: 64, timeoutMs: 600_000, bodyBytes: 4 * 2 ** 20 };

/** A client that sends nothing is not waited for longer. */
const headersTimeoutMs = 15_000;

interface Found {
  readonly endpoint: Endpoint;
  readonly parameter: string;
}

export class OpenaiServer {
  readonly port: number;
  readonly #options: OpenaiServerOptions;
  readonly #server: Server;
  readonly #gate: Gate;
  readonly #hosts: readonly string[];
  readonly #stopping = new AbortController();
  /** Called when the last request has been answered: one for each `close` that waits. */
  readonly #whenIdle: (() => void)[] = [];
  #open = 0;
  #isClosing = false;

  private constructor(options: OpenaiServerOptions, server: Server, port: number) {
    this.#options = options;
    this.#server = server;
    this.port = port;
    this.#gate = new Gate(options.limits, () => options.onChange?.());
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  }

  /** Throws GraftError('conflict') for a port that is not free. */
  static async start(options: OpenaiServerOptions): Promise<OpenaiServer> {
    const server = createServer({ headersTimeout: headersTimeoutMs, requestTimeout: options.limits.timeoutMs });
    const port = await listen(server, { asked: options.port });
    const made = new OpenaiServer(options, server, port);
    server.on('request', (request, response) => void made.#answer(request, response));
    return made;
  }

  /** What clients take as their base URL. */
  get address(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  get traffic(): { readonly writing: number; readonly waiting: number; readonly answered: number } {
    const { writing, waiting, answered } = this.#gate;
    return { writing, waiting, answered };
  }

  /** New requests are refused; those that are being answered get `graceMs`, less where it is called again with less. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    this.#server.close();
    const timer = setTimeout(() => this.#stopping.abort(), graceMs);
    if (this.#open > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    clearTimeout(timer);
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { serving, limits } = this.#options;
    const setup = {
      serving,
      gate: this.#gate,
      maxBodyBytes: limits.bodyBytes,
      timeoutMs: limits.timeoutMs,
      stopping: this.#stopping.signal,
    };
    const call = new Call(request, response, setup);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    this.#open += 1;
    response.once('close', () => this.#left());
    try {
      this.#checkSender(request);
      const { endpoint, parameter } = findEndpoint(request, this.address);
      if (endpoint.isOpen !== true) this.#checkKey(request);
      if (this.#isClosing)
        throw new ApiError(503, 'The server is stopping.', { type: 'server_error', headers: { Connection: 'close' } });
      await endpoint.handle(call, parameter);
    } catch (thrown) {
      call.fail(thrown);
    }
  }

  #left(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#whenIdle.splice(0).forEach((tell) => tell());
  }

  #checkSender({ headers }: IncomingMessage): void {
    const isOwn = headers.host !== undefined && this.#hosts.includes(headers.host);
    const isForeign = headers.origin !== undefined && headers.origin !== `http://${headers.host ?? ''}`;
    if (isOwn && !isForeign) return;
    throw new ApiError(
      403,
      `This server answers programs of this machine at ${this.address}, not pages of a browser.`,
      {
        type: invalidRequest,
      },
    );
  }

  #checkKey({ headers }: IncomingMessage): void {
    const { apiKey } = this.#options;
    if (apiKey === undefined) return;
    const given = /^bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1];
    if (given !== undefined && isSame(given, apiKey)) return;
    const what = headers.authorization === undefined ? 'No API key was sent' : 'The API key is not the right one';
    const headersOut = { 'WWW-Authenticate': 'Bearer' };
    throw new ApiError(401, `${what}: send it as Authorization: Bearer KEY.`, {
      type: invalidRequest,
      code: 'invalid_api_key',
      headers: headersOut,
    });
  }
}

/**
 * Throws ApiError 404 for an unknown path, 405 for another method than the path has. `baseUrl`: what clients should
 * have.
 */
function findEndpoint({ method = '', url = '' }: IncomingMessage, baseUrl: string): Found {
  const [path = ''] = url.split('?', 1);
  const found = findPath(path);
  const match = found.find(({ endpoint }) => endpoint.method === method);
  if (match !== undefined) return match;
  if (found.length === 0) {
    const message = `There is no ${method} ${path} here.${hintFor(path, baseUrl)}`;
    throw new ApiError(404, message, { type: invalidRequest, code: 'unknown_url' });
  }
  const allowed = found.map(({ endpoint }) => endpoint.method).join(', ');
  throw new ApiError(405, `${path} takes ${allowed}, not ${method}.`, {
    type: invalidRequest,
    headers: { Allow: allowed },
  });
}

function findPath(path: string): readonly Found[] {
  return endpoints.flatMap((endpoint) => {
    const parameter = matchPath(endpoint.path, path);
    return parameter === undefined ? [] : [{ endpoint, parameter }];
  });
}

/** Where the client's base URL is short of `/v1`, has it twice, or has a slash too many. */
function hintFor(path: string, baseUrl: string): string {
  const meant = `/v1/${path.replace(/^(\/+v1(?=\/))*\/+/, '').replace(/\/+$/, '')}`;
  if (path === '/' || path === '/v1' || path === '/v1/')
    return ` The base URL of clients is ${baseUrl}; GET ${baseUrl}/models lists what is served.`;
  return findPath(meant).length === 0 ? '' : ` Did you mean ${meant}? Use ${baseUrl} as the base URL.`;
}

/** The parameter, '' for a path without one; undefined where the path is another or no UTF-8. */
function matchPath(pattern: string, path: string): string | undefined {
  const colon = pattern.indexOf(':');
  if (colon < 0) return pattern === path ? '' : undefined;
  const rest = path.slice(colon);
  if (!path.startsWith(pattern.slice(0, colon)) || rest === '') return undefined;
  try {
    return decodeURIComponent(rest);
  } catch {
    return undefined; // a broken escape
  }
}
